import type { Env } from './env.ts';
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

/** Episodes played for each trace. */
const NUM_EPISODES = 3;

/**
 * Checks an environment against {@link ENV_RULES} by playing it, and returns what it breaks; it throws nothing, whatever
 * the environment does.
 *
 * Mechanical rules only: whether the problem is the right one (rewards, transitions) is for the environment's own tests.
 *
 * @param makeEnv Makes a fresh instance; called several times.
 * @returns The first violation of each rule; empty for a well-behaved environment.
 *
 * Source: the checks follow Gymnasium's `utils/env_checker.py` and go on where that stops.
 */
export function checkEnv(makeEnv: () => Env, options: EnvCheckOptions = {}): readonly RuleViolation[] {
  const violations = new ViolationList();
  violations.attempt('spaces', 'making the environment', () => {
    const env = makeEnv();
    if (checkSpaces(env.observationSpace, env.actionSpace, violations)) checkPlay(makeEnv, options, violations);
  });
  return violations.list();
}

function checkPlay(makeEnv: () => Env, options: EnvCheckOptions, violations: ViolationList): void {
  const check: Check = { makeEnv, violations, maxSteps: options.maxEpisodeSteps ?? 10_000 };
  checkBeforeReset(check);
  checkSeedRefusal(check);
  const finished = checkEpisode(check);
  checkActionRefusal(check);
  // What follows compares whole episodes: with an environment that cannot play one it would only echo.
  if (!finished) return;
  checkDeterminism(check, options.deterministic ?? false);
  checkPrivacy(check);
}

interface Check {
  readonly makeEnv: () => Env;
  readonly violations: ViolationList;
  readonly maxSteps: number;
}

function checkBeforeReset({ makeEnv, violations }: Check): void {
  const env = makeEnv();
  const action = legalAction(env, new Rng('check-env/first'));
  violations.expectRefusal('reset-required', 'step before reset', ['ENV_NOT_RESET'], () => env.step(action));
}

function checkSeedRefusal({ makeEnv, violations }: Check): void {
  for (const seed of [-1, 1.5, Number.NaN]) {
    const env = makeEnv();
    violations.expectRefusal('seed-refused', `reset({ seed: ${seed} })`, ['VALUE_OUT_OF_RANGE'], () =>
      env.reset({ seed }),
    );
  }
}

/** Plays one episode and one step too many. @returns Whether the episode could be played to its end. */
function checkEpisode({ makeEnv, violations, maxSteps }: Check): boolean {
  const env = makeEnv();
  const rng = new Rng('check-env/episode');
  let finished = false;
  violations.attempt('action-accepted', 'a legal episode', () => {
    checkObservation(env, env.reset({ seed: 1 })?.observation, violations);
    for (let t = 0; t < maxSteps && !finished; t++) {
      const { observation, reward, terminated, truncated } = env.step(legalAction(env, rng));
      checkObservation(env, observation, violations);
      if (!Number.isFinite(reward)) violations.add('reward', `step ${t} gave the reward ${reward}`);
      violations.addIf('end-flags', flagProblem(terminated, truncated));
      finished = Boolean(terminated) || Boolean(truncated);
    }
    if (!finished) {
      violations.add('episode-end', `no end within ${maxSteps} steps of random actions`);
      return;
    }
    const action = legalAction(env, rng);
    violations.expectRefusal('end-requires-reset', 'step after the end', ['ENV_NOT_RESET'], () => env.step(action));
  });
  return finished;
}

function checkObservation(env: Env, observation: unknown, violations: ViolationList): void {
  const expected = env.observationSpace.features.length;
  if (!(observation instanceof Float32Array) || observation.length !== expected) {
    const received = observation instanceof Float32Array ? `length ${observation.length}` : typeof observation;
    violations.add('observation-shape', `expected a Float32Array of ${expected}, received ${received}`);
    return;
  }
  violations.addIf('observation-bounds', outOfBounds(env.observationSpace, observation, 0));
}

function checkActionRefusal({ makeEnv, violations }: Check): void {
  const { actionSpace } = makeEnv();
  const isList = actionSpace.kind !== 'discrete';
  const outside = ['VALUE_OUT_OF_RANGE'];
  const wrong = illegalActions(actionSpace).map(({ words, values }) => ({
    words,
    action: isList ? values : values[0]!,
    codes: outside,
  }));
  if (isList) {
    const long = new Array<number>(spaceSize(actionSpace) + 1).fill(0);
    wrong.push({ words: 'an action of the wrong length', action: long, codes: ['SHAPE_MISMATCH', ...outside] });
  } else {
    wrong.push({ words: 'action 0.5', action: 0.5, codes: outside });
    wrong.push({ words: 'action NaN', action: Number.NaN, codes: outside });
  }
  for (const { words, action, codes } of wrong) {
    violations.attempt('action-refused', `reset before ${words}`, () => {
      const env = makeEnv();
      env.reset({ seed: 1 });
      violations.expectRefusal('action-refused', words, codes, () => env.step(action));
    });
  }
}

function checkDeterminism(check: Check, deterministic: boolean): void {
  const { makeEnv, violations } = check;
  violations.attempt('seed-determinism', 'playing episodes in a row', () => {
    const env = makeEnv();
    const first = trace(env, 1, check);
    const again = firstDifference(first, trace(env, 1, check));
    violations.addIf(
      'seed-determinism',
      again && `the same instance with the same seed and actions differed: ${again}`,
    );
    const other = firstDifference(first, trace(makeEnv(), 1, check));
    violations.addIf('seed-determinism', other && `two instances with the same seed and actions differed: ${other}`);
    const seeds = [2, 3, 4, 5];
    if (!deterministic && seeds.every((seed) => firstDifference(first, trace(env, seed, check)) === null)) {
      violations.add('seed-sensitivity', 'seeds 1 to 5 gave the same episodes');
    }
  });
}

/** Callers may overwrite an observation, and use several instances in turn. */
function checkPrivacy(check: Check): void {
  const { makeEnv, violations } = check;
  violations.attempt('observation-private', 'playing with overwritten observations', () => {
    const clean = trace(makeEnv(), 1, check);
    const overwritten = firstDifference(clean, trace(makeEnv(), 1, check, true));
    violations.addIf(
      'observation-private',
      overwritten && `overwriting observations changed the episode: ${overwritten}`,
    );
    const env = makeEnv();
    const { observation } = env.reset({ seed: 1 });
    const before = observation.slice();
    trace(makeEnv(), 2, check);
    const changed = firstDifference([[...before]], [[...observation]]);
    violations.addIf('observation-private', changed && `another instance wrote into an observation: ${changed}`);
  });
}

/** Observations, rewards and flags of a few episodes in a row under one seed, with fixed actions. */
function trace(env: Env, seed: number, { maxSteps }: Check, overwrite = false): number[][] {
  const rng = new Rng('check-env/trace');
  const records: number[][] = [];
  let { observation } = env.reset({ seed });
  for (let episode = 0; episode < NUM_EPISODES; episode++) {
    if (episode > 0) observation = env.reset().observation;
    records.push([...observation]);
    for (let t = 0; t < maxSteps; t++) {
      if (overwrite) observation.fill(Number.NaN);
      const step = env.step(legalAction(env, rng));
      observation = step.observation;
      records.push([...observation, step.reward, Number(step.terminated), Number(step.truncated)]);
      if (step.terminated || step.truncated) break;
    }
  }
  return records;
}

function legalAction(env: Env, rng: Rng): number | ArrayLike<number> {
  if (env.actionSpace.kind === 'discrete') return rng.int(env.actionSpace.n);
  const action = makeActions(env.actionSpace, 1);
  sampleAction(env.actionSpace, rng, action, 0);
  return action;
}
