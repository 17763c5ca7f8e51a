import {
  type EpisodeDataset,
  EpisodeDatasetBuilder,
  type LoggedSpace,
  requireLoggedSpace,
} from '../core/episode-dataset.ts';
import { SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { makeActions, spaceSize } from '../core/space.ts';
import type { VectorEnv } from '../core/vector-env.ts';
import { drawEpsilonGreedy, drawTruncatedNormal } from '../rl/exploration.ts';

/** Who acts while episodes are collected. */
export interface Behaviour {
  /** The greedy actions of all copies, inside the space. @param actions `[N, A]` overwritten. */
  act(observations: Float32Array, actions: Int32Array | Float32Array): void;
  /** Forgets the episode of a copy; called after each. */
  endEpisode?(copy: number): void;
}

/** How episodes are collected. */
export interface CollectOptions {
  readonly env: VectorEnv;
  readonly behaviour: Behaviour;
  /** Episodes in all, ≥ 1; copy n gives its first ⌈(episodes − n) / N⌉ ones. */
  readonly episodes: number;
  /** Chance of a uniformly random action, 0 … 1. */
  readonly epsilon: number;
  /** Standard deviation about greedy numbers of a box, in halves of the range; above 0 where actions are continuous. */
  readonly noise: number;
  readonly seed: number;
  readonly rng: Rng;
  /** Called where episodes ended, with their number so far. */
  onProgress?(done: number): void;
}

/**
 * Plays episodes and logs every step with the exact probability (density) of its action.
 *
 * Every copy gives a fixed number of episodes: taking the first to finish instead would favour short ones.
 *
 * @throws SimError `VALUE_OUT_OF_RANGE` on a bad number of episodes, chance or noise; `CONFIG_INVALID` on several choices at once.
 */
export function collectEpisodes(options: CollectOptions): EpisodeDataset {
  const { env, behaviour, episodes, epsilon, noise, seed, rng } = options;
  checkOptions(env, episodes, epsilon, noise);
  const { numEnvs, observationSpace } = env;
  const actionSpace = requireLoggedSpace(env.actionSpace);
  const actions = makeActions(actionSpace, numEnvs);
  const propensities = new Float64Array(numEnvs);
  const wanted = Array.from({ length: numEnvs }, (_, n) => Math.ceil((episodes - n) / numEnvs));
  const running = Array.from({ length: numEnvs }, () => new EpisodeDatasetBuilder(observationSpace, actionSpace));
  const held = new Float32Array(env.observations.length);
  let done = 0;
  env.reset(seed);
  while (done < episodes) {
    held.set(env.observations);
    behaviour.act(env.observations, actions);
    for (let n = 0; n < numEnvs; n++) propensities[n] = explore(actionSpace, actions, n, epsilon, noise, rng);
    env.step(actions);
    for (const [n, log] of running.entries()) {
      if (log.numEpisodes < wanted[n]!) logStep(log, env, n, held, actions, propensities[n]!);
      if (hasEnded(env, n)) behaviour.endEpisode?.(n);
    }
    const before = done;
    done = running.reduce((sum, { numEpisodes }) => sum + numEpisodes, 0);
    if (done > before) options.onProgress?.(done);
  }
  return joinDatasets(running.filter(({ numEpisodes }) => numEpisodes > 0).map((builder) => builder.build()));
}

/** Adds copy n's last step, and the end of its episode where it ended. @param held `[N, O]` observations acted on. */
function logStep(
  log: EpisodeDatasetBuilder,
  env: VectorEnv,
  n: number,
  held: Float32Array,
  actions: Int32Array | Float32Array,
  propensity: number,
): void {
  const obsDim = env.observationSpace.features.length;
  const width = spaceSize(env.actionSpace);
  const row = (array: Float32Array) => array.subarray(n * obsDim, (n + 1) * obsDim);
  log.addStep(row(held), actions.subarray(n * width, (n + 1) * width), propensity, env.rewards[n]!);
  if (hasEnded(env, n)) log.endEpisode(env.terminated[n] === 1, row(env.finalObservations));
}

function hasEnded(env: VectorEnv, n: number): boolean {
  return env.terminated[n] === 1 || env.truncated[n] === 1;
}

/** Several logs of one process as one, in order. @throws SimError `VALUE_OUT_OF_RANGE` on none. */
export function joinDatasets(datasets: readonly EpisodeDataset[]): EpisodeDataset {
  const [first] = datasets;
  if (first === undefined) throw new SimError('VALUE_OUT_OF_RANGE', 'joinDatasets: expected at least one dataset');
  const floats = (pick: (dataset: EpisodeDataset) => Float32Array) => concatenate(datasets.map(pick), Float32Array);
  const doubles = (pick: (dataset: EpisodeDataset) => Float64Array) => concatenate(datasets.map(pick), Float64Array);
  const starts = [0];
  for (const { episodeStarts } of datasets) {
    const base = starts.at(-1)!;
    for (const start of episodeStarts.subarray(1)) starts.push(base + start);
  }
  return {
    observationSpace: first.observationSpace,
    actionSpace: first.actionSpace,
    observations: floats(({ observations }) => observations),
    actions: floats(({ actions }) => actions),
    propensities: doubles(({ propensities }) => propensities),
    rewards: doubles(({ rewards }) => rewards),
    episodeStarts: Int32Array.from(starts),
    terminated: Uint8Array.from(datasets.flatMap(({ terminated }) => [...terminated])),
    finalObservations: floats(({ finalObservations }) => finalObservations),
  };
}

/** Puts noise on the actions of copy n. @returns Probability of the whole action. */
function explore(
  space: LoggedSpace,
  actions: Int32Array | Float32Array,
  n: number,
  epsilon: number,
  noise: number,
  rng: Rng,
): number {
  if (space.kind === 'discrete') {
    const { action, propensity } = drawEpsilonGreedy(actions[n]!, space.n, epsilon, rng);
    actions[n] = action;
    return propensity;
  }
  let density = 1;
  for (const [d, feature] of space.features.entries()) {
    const at = n * space.features.length + d;
    const sigma = (noise * (feature.high - feature.low)) / 2;
    const { action, propensity } = drawTruncatedNormal(actions[at]!, feature, sigma, epsilon, rng);
    actions[at] = action;
    density *= propensity;
  }
  return density;
}

function checkOptions(env: VectorEnv, episodes: number, epsilon: number, noise: number): void {
  if (!Number.isInteger(episodes) || episodes < 1) {
    throw new SimError('VALUE_OUT_OF_RANGE', `episodes: expected a whole number above 0, received ${episodes}`);
  }
  if (!(epsilon >= 0 && epsilon <= 1)) {
    throw new SimError('VALUE_OUT_OF_RANGE', `epsilon: expected a chance from 0 to 1, received ${epsilon}`);
  }
  if (env.actionSpace.kind === 'box' && !(noise > 0 && Number.isFinite(noise))) {
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `noise: expected a number above 0, since continuous actions without noise have no density, received ${noise}`,
    );
  }
}

function concatenate<A extends Float32Array | Float64Array>(parts: readonly A[], make: new (length: number) => A): A {
  const joined = new make(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
