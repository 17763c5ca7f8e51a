import { checkVectorEnv } from './check-vector-env.ts';
import { type EnvCheckOptions, type EnvRule, sampleAction } from './env-rules.ts';
import { SimError } from './errors.ts';
import { asVectorEnv, constantActor, type JointActions, type ParallelEnv } from './parallel-env.ts';
import { Rng } from './rng.ts';
import { makeActions, type Space, spaceSize } from './space.ts';

/** What a well-behaved parallel environment keeps to beside the rules of each seat, by rule id. */
export const PARALLEL_RULES = {
  'agent-names': 'Give every agent a unique name and a port of that name, and no other ports.',
  'agents-after-reset': 'List nobody in `agents` before the first reset and all possible agents after it.',
  'joint-actions':
    'Refuse a step in which an agent is missing or unknown with SimError UNKNOWN_ID, before anything moves.',
  'ends-together': 'End an episode for all of its agents in the same step; who can do no more stays as a spectator.',
  'private-buffers': 'Give every agent buffers of its own.',
} as const;

/** Id of a rule of {@link PARALLEL_RULES}. */
export type ParallelRule = keyof typeof PARALLEL_RULES;

/** A rule that a parallel environment breaks. */
export interface ParallelViolation {
  readonly rule: ParallelRule | EnvRule;
  /** The agent in whose seat it was seen; null where it is nobody's. */
  readonly agent: string | null;
  /** What was seen and how to mend it. */
  readonly message: string;
}

const NUM_COPIES = 3;

/**
 * Checks a parallel environment by playing it and returns what it breaks; it throws nothing.
 *
 * Every agent's seat is checked as a vector environment (`checkVectorEnv`) with the others standing still, so equal seeds
 * give equal episodes in each, and copies do not touch one another.
 *
 * @param makeEnv Makes a fresh instance with the given number of copies.
 */
export function checkParallelEnv(
  makeEnv: (numEnvs: number) => ParallelEnv,
  options: EnvCheckOptions = {},
): readonly ParallelViolation[] {
  const violations: ParallelViolation[] = [];
  const add = (rule: ParallelRule, seen: string, agent: string | null = null) => {
    if (violations.some((other) => other.rule === rule)) return;
    violations.push({ rule, agent, message: `${seen}. ${PARALLEL_RULES[rule]}` });
  };
  try {
    const env = makeEnv(NUM_COPIES);
    if (!checkPorts(env, add)) return violations;
    checkAgentsAndActions(env, add);
    checkEnds(makeEnv(NUM_COPIES), options.maxEpisodeSteps ?? 10_000, add);
  } catch (error) {
    add('joint-actions', `playing legal steps threw ${words(error)}`);
    return violations;
  }
  return [...violations, ...seatViolations(makeEnv, options)];
}

type Add = (rule: ParallelRule, seen: string, agent?: string | null) => void;

function checkPorts(env: ParallelEnv, add: Add): boolean {
  const names = [...env.possibleAgents].sort();
  const ports = Object.keys(env.ports).sort();
  if (names.length === 0 || new Set(names).size !== names.length || names.join('\n') !== ports.join('\n')) {
    add('agent-names', `the agents were ${names.join(', ')} and the ports ${ports.join(', ')}`);
    return false;
  }
  const buffers = Object.values(env.ports).flatMap((port) => [port.observations, port.rewards, port.finalObservations]);
  const starts = buffers.map((buffer) => [buffer.buffer, buffer.byteOffset] as const);
  const shared = starts.some(([memory, at], i) => starts.some(([m, o], j) => j < i && m === memory && o === at));
  if (shared) add('private-buffers', 'two agents or two buffers started at the same place in memory');
  return true;
}

function checkAgentsAndActions(env: ParallelEnv, add: Add): void {
  if (env.agents.length > 0) add('agents-after-reset', `${env.agents.join(', ')} took part before the first reset`);
  env.reset(1);
  if ([...env.agents].sort().join('\n') !== [...env.possibleAgents].sort().join('\n')) {
    add('agents-after-reset', `after the reset only ${env.agents.join(', ')} took part`);
  }
  const legal = randomActions(env, new Rng('check-parallel-env/legal'));
  const { [env.possibleAgents[0]!]: _, ...missing } = legal;
  expectUnknown(env, missing, 'a step without the first agent', add);
  expectUnknown(env, { ...legal, 'nobody-of-this-name': new Int32Array(NUM_COPIES) }, 'a step with a stranger', add);
}

function expectUnknown(env: ParallelEnv, actions: JointActions, doing: string, add: Add): void {
  const before = snapshot(env);
  let outcome = 'was accepted';
  try {
    env.step(actions);
  } catch (error) {
    if (error instanceof SimError && error.code === 'UNKNOWN_ID') outcome = '';
    else outcome = `threw ${words(error)}`;
  }
  if (outcome !== '') add('joint-actions', `${doing} ${outcome}`);
  else if (snapshot(env) !== before) add('joint-actions', `${doing} was refused after something had moved`);
}

function snapshot(env: ParallelEnv): string {
  return JSON.stringify(Object.values(env.ports).map((port) => [...port.observations, ...port.rewards]));
}

function checkEnds(env: ParallelEnv, maxSteps: number, add: Add): void {
  const rng = new Rng('check-parallel-env/ends');
  const [first, ...others] = env.possibleAgents.map((name) => ({ name, port: env.ports[name]! }));
  env.reset(2);
  for (let t = 0, ended = 0; t < maxSteps && ended < 2; t++) {
    env.step(randomActions(env, rng));
    for (let n = 0; n < env.numEnvs; n++) {
      const flags = (port: (typeof others)[number]['port']) => 2 * port.terminated[n]! + port.truncated[n]!;
      const odd = others.find(({ port }) => flags(port) > 0 !== flags(first!.port) > 0);
      if (odd !== undefined) add('ends-together', `in copy ${n} ${odd.name} and ${first!.name} ended apart`, odd.name);
    }
    ended += first!.port.terminated[0]! + first!.port.truncated[0]!;
  }
}

function seatViolations(makeEnv: (numEnvs: number) => ParallelEnv, options: EnvCheckOptions): ParallelViolation[] {
  return makeEnv(1).possibleAgents.flatMap((agent) => {
    const view = (numEnvs: number) => {
      const env = makeEnv(numEnvs);
      const others = env.possibleAgents.filter((name) => name !== agent);
      const still = others.map((name) => [name, constantActor(middle(env.ports[name]!.actionSpace))] as const);
      return asVectorEnv(env, agent, Object.fromEntries(still));
    };
    return checkVectorEnv(view, options).map(({ rule, message }) => ({ rule, agent, message }));
  });
}

function middle(space: Space): number[] {
  if (space.kind === 'discrete') return [Math.floor(space.n / 2)];
  if (space.kind === 'multi-discrete') return space.choices.map(({ n }) => Math.floor(n / 2));
  return space.features.map(({ low, high }) => (low + high) / 2);
}

function randomActions(env: ParallelEnv, rng: Rng): Record<string, Int32Array | Float32Array> {
  return Object.fromEntries(
    env.possibleAgents.map((name) => {
      const { actionSpace } = env.ports[name]!;
      const actions = makeActions(actionSpace, env.numEnvs);
      for (let n = 0; n < env.numEnvs; n++) sampleAction(actionSpace, rng, actions, n * spaceSize(actionSpace));
      return [name, actions];
    }),
  );
}

function words(error: unknown): string {
  return error instanceof Error ? `${error.name} "${error.message}"` : String(error);
}
