import { checkActions, checkSeed } from '../../src/core/env-inputs.ts';
import { SimError } from '../../src/core/errors.ts';
import { Rng } from '../../src/core/rng.ts';
import { type Box, box, type Discrete, discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

/** What `bandit-v1` is made of. */
export interface BanditOptions {
  /** A, 10 in the source. */
  readonly numArms: number;
  /** Which draw of arms: equal numbers are equal arms. */
  readonly problem: number;
  readonly numEnvs: number;
}

const OBSERVATION_SPACE: Box = box([
  { name: 'nothing', unit: '1', low: 0, high: 0, description: 'A bandit shows nothing.' },
]);

/**
 * `bandit-v1`: the stationary Gaussian testbed. Arm a pays N(q_a, 1) a pull, with the means q_a ~ N(0, 1) drawn once from the
 * stream `bandit-v1/arms/problem`; a pull is an episode, and its luck comes from the stream `bandit-v1/seed/episode/n/e`.
 *
 * For verifying learners: the regret of T pulls, Σ_t (max_a q_a − q_{a_t}), must grow more slowly than T.
 *
 * Source: Sutton & Barto (2018), "Reinforcement Learning", section 2.3.
 */
export class Bandit implements VectorEnv {
  readonly id = 'bandit-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = OBSERVATION_SPACE;
  readonly actionSpace: Discrete;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** `[A]` q: mean reward of each arm; read only, not shown to learners. */
  readonly means: Float64Array;
  readonly #episodes: Uint32Array;
  #rng: Rng | null = null;

  /** @throws SimError `CONFIG_INVALID` on no arms; `VALUE_OUT_OF_RANGE` when `numEnvs` is not a positive integer. */
  constructor({ numArms, problem, numEnvs }: BanditOptions) {
    if (!Number.isInteger(numEnvs) || numEnvs < 1) {
      throw new SimError('VALUE_OUT_OF_RANGE', `bandit-v1: expected numEnvs >= 1, received ${numEnvs}`);
    }
    const arms = new Rng(`bandit-v1/arms/${problem}`);
    this.numEnvs = numEnvs;
    this.actionSpace = discrete(numArms);
    this.means = Float64Array.from({ length: numArms }, () => arms.normal());
    this.observations = new Float32Array(numEnvs);
    this.finalObservations = new Float32Array(numEnvs);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#episodes = new Uint32Array(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    this.#rng = new Rng(`bandit-v1/${seed}`);
    this.#episodes.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
  }

  beginEpisode(n: number, episode: number): void {
    if (this.#rng === null) throw new SimError('ENV_NOT_RESET', 'bandit-v1: call reset(seed) before beginEpisode');
    this.#episodes[n] = episode;
  }

  step(actions: Int32Array | Float32Array): void {
    const rng = this.#rng;
    if (rng === null) throw new SimError('ENV_NOT_RESET', 'bandit-v1: step before the first reset; call reset(seed)');
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    for (let n = 0; n < this.numEnvs; n++) {
      const luck = rng.split(`episode/${n}/${this.#episodes[n]}`).normal();
      this.rewards[n] = this.means[actions[n]!]! + luck;
      this.terminated[n] = 1;
      this.#episodes[n]!++;
      this.observations[n] = 0;
      this.finalObservations[n] = 0;
    }
  }
}
