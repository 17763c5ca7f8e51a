import {
  checkSpaces,
  type EnvCheckOptions,
  firstDifference,
  flagProblem,
  illegalActions,
  outOfBounds,
  type RuleViolation,
  sampleAction,
  ViolationList,
} from './env-rules.ts';
import { Rng } from './rng.ts';
import { makeActions, spaceSize } from './space.ts';
import type { VectorEnv } from './vector-env.ts';

/** Copies of the vector that is compared with smaller ones. */
const NUM_COPIES = 4;
/** Episodes that every copy should come through in a trace. */
const NUM_EPISODES = 3;

/**
 * Checks a vectorised environment against {@link ENV_RULES} by playing it, and returns what it breaks; it throws nothing,
 * whatever the environment does.
 *
 * Beside the rules of a single environment it checks that buffers stay in place, that an ended copy restarts in the same
 * step, and that a vector of N copies is N single copies: what copy n goes through depends neither on the other copies'
 * actions nor on how many there are, and its episode e not on what happened in earlier episodes.
 *
 * @param makeVectorEnv Makes a fresh instance with the given number of copies; called several times with 1 to 4.
 * @returns The first violation of each rule; empty for a well-behaved environment.
 */
export function checkVectorEnv(
  makeVectorEnv: (numEnvs: number) => VectorEnv,
  options: EnvCheckOptions = {},
): readonly RuleViolation[] {
  const violations = new ViolationList();
  violations.attempt('spaces', 'making the environment', () => {
    const env = makeVectorEnv(NUM_COPIES);
    if (!checkSpaces(env.observationSpace, env.actionSpace, violations)) return;
    if (!checkBuffers(env, violations)) return;
    const check = { makeVectorEnv, violations, maxSteps: options.maxEpisodeSteps ?? 10_000 };
    checkRefusals(check);
    // What follows compares whole episodes: without any it would only echo.
    if (!checkEpisodes(check)) return;
    checkDeterminism(check, options.deterministic ?? false);
    checkEpisodeStreams(check, options.deterministic ?? false);
  });
  return violations.list();
}

interface Check {
  readonly makeVectorEnv: (numEnvs: number) => VectorEnv;
  readonly violations: ViolationList;
  readonly maxSteps: number;
}

/** @returns Whether the buffers can be worked with. */
function checkBuffers(env: VectorEnv, violations: ViolationList): boolean {
  const size = NUM_COPIES * env.observationSpace.features.length;
  const expected = [
    ['observations', env.observations, Float32Array, size],
    ['finalObservations', env.finalObservations, Float32Array, size],
    ['rewards', env.rewards, Float64Array, NUM_COPIES],
    ['terminated', env.terminated, Uint8Array, NUM_COPIES],
    ['truncated', env.truncated, Uint8Array, NUM_COPIES],
  ] as const;
  const wrong = expected.find(([, buffer, type, length]) => !(buffer instanceof type) || buffer.length !== length);
  if (wrong !== undefined) {
    const [name, buffer, type, length] = wrong;
    violations.add('buffers', `${name}: expected a ${type.name} of ${length}, received length ${buffer?.length}`);
  }
  if (env.numEnvs !== NUM_COPIES) violations.add('buffers', `numEnvs is ${env.numEnvs}, asked for ${NUM_COPIES}`);
  return wrong === undefined && env.numEnvs === NUM_COPIES;
}

function checkRefusals({ makeVectorEnv, violations }: Check): void {
  const fresh = makeVectorEnv(NUM_COPIES);
  const legal = firstActions(fresh, NUM_COPIES);
  violations.expectRefusal('reset-required', 'step before reset', ['ENV_NOT_RESET'], () => fresh.step(legal));
  for (const seed of [-1, 1.5, Number.NaN]) {
    const codes = ['VALUE_OUT_OF_RANGE'];
    violations.expectRefusal('seed-refused', `reset(${seed})`, codes, () => makeVectorEnv(1).reset(seed));
  }
  violations.attempt('action-refused', 'reset before an illegal action', () => {
    const env = makeVectorEnv(NUM_COPIES);
    env.reset(1);
    const long = firstActions(env, NUM_COPIES + 1);
    violations.expectRefusal('action-refused', 'actions for one copy too many', ['SHAPE_MISMATCH'], () =>
      env.step(long),
    );
    for (const { words, values } of illegalActions(env.actionSpace)) {
      const actions = firstActions(env, NUM_COPIES);
      // In the last copy: a vector that checks as it goes has moved the others by then.
      actions.set(values, actions.length - values.length);
      const before = snapshot(env);
      violations.expectRefusal('action-refused', words, ['VALUE_OUT_OF_RANGE'], () => env.step(actions));
      const moved = firstDifference([before], [snapshot(env)]);
      violations.addIf('action-refused', moved && `${words} was refused after some copies had moved: ${moved}`);
    }
  });
}

function snapshot(env: VectorEnv): number[] {
  return [...env.observations, ...env.rewards, ...env.terminated, ...env.truncated];
}

/** Plays until every copy has ended once. @returns Whether they could. */
function checkEpisodes({ makeVectorEnv, violations, maxSteps }: Check): boolean {
  let running = NUM_COPIES;
  violations.attempt('action-accepted', 'legal steps', () => {
    const env = makeVectorEnv(NUM_COPIES);
    const buffers = [env.observations, env.finalObservations, env.rewards, env.terminated, env.truncated];
    const player = new Player(env, 'check-vector-env/episodes');
    const ended = new Uint8Array(NUM_COPIES);
    env.reset(1);
    checkRows(env, violations, 0);
    for (let t = 0; t < maxSteps && running > 0; t++) {
      player.step();
      checkRows(env, violations, t);
      for (let n = 0; n < NUM_COPIES; n++) ended[n]! |= env.terminated[n]! | env.truncated[n]!;
      running = NUM_COPIES - ended.reduce((sum, flag) => sum + flag, 0);
    }
    const now = [env.observations, env.finalObservations, env.rewards, env.terminated, env.truncated];
    if (now.some((buffer, i) => buffer !== buffers[i])) violations.add('buffers', 'a buffer was replaced during play');
    if (running > 0) violations.add('episode-end', `${running} copies did not end within ${maxSteps} steps`);
  });
  return running === 0;
}

function checkRows(env: VectorEnv, violations: ViolationList, t: number): void {
  const numFeatures = env.observationSpace.features.length;
  for (let n = 0; n < env.numEnvs; n++) {
    const offset = n * numFeatures;
    violations.addIf('observation-bounds', outOfBounds(env.observationSpace, env.observations, offset));
    if (!Number.isFinite(env.rewards[n]))
      violations.add('reward', `step ${t} of copy ${n} gave the reward ${env.rewards[n]}`);
    violations.addIf('end-flags', flagProblem(env.terminated[n], env.truncated[n]));
    if (env.terminated[n] || env.truncated[n]) {
      const wrong = outOfBounds(env.observationSpace, env.finalObservations, offset);
      violations.addIf('same-step-autoreset', wrong && `in finalObservations of an ended copy, ${wrong}`);
    }
  }
}

function checkDeterminism(check: Check, deterministic: boolean): void {
  const { makeVectorEnv, violations } = check;
  violations.attempt('seed-determinism', 'playing twice', () => {
    const env = makeVectorEnv(1);
    const first = recordsOf(env, 1, check);
    const again = firstDifference(first, recordsOf(env, 1, check));
    violations.addIf(
      'seed-determinism',
      again && `the same instance with the same seed and actions differed: ${again}`,
    );
    const other = firstDifference(first, recordsOf(makeVectorEnv(1), 1, check));
    violations.addIf('seed-determinism', other && `two instances with the same seed and actions differed: ${other}`);
    const before = [...env.observations];
    recordsOf(makeVectorEnv(1), 2, check);
    const changed = firstDifference([before], [[...env.observations]]);
    violations.addIf('observation-private', changed && `another instance wrote into the observations: ${changed}`);
    if (deterministic) return;
    const same = [2, 3, 4, 5].every((seed) => firstDifference(first, recordsOf(env, seed, check)) === null);
    if (same) violations.add('seed-sensitivity', 'seeds 1 to 5 gave the same episodes');
  });
}

/** Vector = N × single, and episodes that do not depend on the past. */
function checkEpisodeStreams(check: Check, deterministic: boolean): void {
  const { makeVectorEnv, violations } = check;
  violations.attempt('episode-streams', 'comparing vectors', () => {
    const full = play(makeVectorEnv(NUM_COPIES), 1, check);
    for (let k = 1; k < NUM_COPIES; k++) {
      const differs = firstDifference(full[k - 1]!.records, play(makeVectorEnv(k), 1, check)[k - 1]!.records);
      const seen = `copy ${k - 1} went another way among ${k} copies than among ${NUM_COPIES}: ${differs}`;
      violations.addIf('episode-streams', differs && seen);
    }
    const others = play(makeVectorEnv(NUM_COPIES), 1, check, true);
    const shifted = firstDifference(full[0]!.records, others[0]!.records);
    violations.addIf('episode-streams', shifted && `copy 0 depended on the actions of other copies: ${shifted}`);
    for (let n = 1; n < NUM_COPIES; n++) {
      const moved = firstDifference(full[n]!.starts, others[n]!.starts);
      const seen = `the first observations of the episodes of copy ${n} depended on earlier actions: ${moved}`;
      violations.addIf('same-step-autoreset', moved && seen);
    }
    if (deterministic) return;
    if (full.every(({ records }) => firstDifference(records.slice(0, 1), full[0]!.records.slice(0, 1)) === null)) {
      checkCopiesDiffer(check);
    }
    if (full.every(({ starts, finals }) => firstDifference(starts.slice(1), finals) === null)) {
      violations.add('same-step-autoreset', 'observations and finalObservations were equal at every end of an episode');
    }
  });
}

/** Copies that start alike may still differ later: give them all the same actions and look. */
function checkCopiesDiffer({ makeVectorEnv, violations, maxSteps }: Check): void {
  const env = makeVectorEnv(NUM_COPIES);
  const rng = new Rng('check-vector-env/alike');
  const actions = firstActions(env, NUM_COPIES);
  const size = actions.length / NUM_COPIES;
  env.reset(1);
  for (let t = 0; t < maxSteps; t++) {
    sampleAction(env.actionSpace, rng, actions, 0);
    for (let n = 1; n < NUM_COPIES; n++) actions.copyWithin(n * size, 0, size);
    env.step(actions);
    const row = env.observations.length / NUM_COPIES;
    if (env.observations.some((value, i) => !Object.is(value, env.observations[i % row]))) return;
    if (env.rewards.some((reward) => reward !== env.rewards[0])) return;
  }
  violations.add('episode-streams', `all copies went the same way under the same actions for ${maxSteps} steps`);
}

/** What one copy went through. */
interface Trace {
  /** Observation, then per step: observation, reward, flags, and the final observation where it ended. */
  readonly records: number[][];
  /** First observation of each episode. */
  readonly starts: number[][];
  /** Last observation of each ended episode. */
  readonly finals: number[][];
}

function recordsOf(env: VectorEnv, seed: number, check: Check): number[][] {
  return play(env, seed, check)[0]!.records;
}

/** Plays until every copy has ended a few episodes, each copy with a stream of actions of its own. */
function play(env: VectorEnv, seed: number, { maxSteps }: Check, othersDiffer = false): readonly Trace[] {
  const player = new Player(env, 'check-vector-env/play', othersDiffer);
  env.reset(seed);
  const traces = Array.from({ length: env.numEnvs }, (_, n): Trace => {
    const start = rowOf(env, env.observations, n);
    return { records: [start], starts: [start], finals: [] };
  });
  for (let t = 0; t < NUM_EPISODES * maxSteps; t++) {
    player.step();
    let running = 0;
    for (let n = 0; n < env.numEnvs; n++) running += note(env, n, traces[n]!);
    if (running === 0) break;
  }
  return traces;
}

/** @returns 1 while the copy has episodes to go; what comes after them is not noted. */
function note(env: VectorEnv, n: number, trace: Trace): 0 | 1 {
  if (trace.finals.length === NUM_EPISODES) return 0;
  const observation = rowOf(env, env.observations, n);
  const record = [...observation, env.rewards[n]!, env.terminated[n]!, env.truncated[n]!];
  trace.records.push(record);
  if (env.terminated[n]! + env.truncated[n]! > 0) {
    const final = rowOf(env, env.finalObservations, n);
    record.push(...final);
    trace.finals.push(final);
    trace.starts.push(observation);
  }
  return 1;
}

function rowOf(env: VectorEnv, buffer: Float32Array, n: number): number[] {
  const size = env.observationSpace.features.length;
  return [...buffer.subarray(n * size, (n + 1) * size)];
}

/** Steps an environment with random legal actions, one stream per copy. */
class Player {
  readonly #env: VectorEnv;
  readonly #streams: readonly Rng[];
  readonly #actions: Int32Array | Float32Array;

  /** @param othersDiffer Copies 1, 2, … act otherwise than without it; copy 0 acts the same. */
  constructor(env: VectorEnv, path: string, othersDiffer = false) {
    this.#env = env;
    this.#actions = makeActions(env.actionSpace, env.numEnvs);
    this.#streams = Array.from(
      { length: env.numEnvs },
      (_, n) => new Rng(`${path}/${othersDiffer && n > 0 ? 'other/' : ''}${n}`),
    );
  }

  step(): void {
    const size = spaceSize(this.#env.actionSpace);
    for (let n = 0; n < this.#streams.length; n++) {
      sampleAction(this.#env.actionSpace, this.#streams[n]!, this.#actions, n * size);
    }
    // Rows of copies that do not end now are nobody's: filled, so that a row that was never written shows.
    this.#env.finalObservations.fill(Number.NaN);
    this.#env.step(this.#actions);
  }
}

/** Legal actions. */
function firstActions(env: VectorEnv, numEnvs: number): Int32Array | Float32Array {
  const size = spaceSize(env.actionSpace);
  const actions = makeActions(env.actionSpace, numEnvs);
  const rng = new Rng('check-vector-env/first');
  for (let n = 0; n < numEnvs; n++) sampleAction(env.actionSpace, rng, actions, n * size);
  return actions;
}
