import { checkLength, SimError } from '../../src/core/errors.ts';
import { Rng } from '../../src/core/rng.ts';
import { type Box, type Discrete, spaceSize } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

/** One body in motion, whose state is S numbers in float64. */
export interface MotionSpec {
  readonly id: string;
  readonly observationSpace: Box;
  readonly actionSpace: Discrete | Box;
  /** S. */
  readonly stateDim: number;
  /** Episodes are truncated after this many steps. */
  readonly maxEpisodeSteps: number;
  /** Draws a starting state. @param state Row of S at `offset`, overwritten. */
  begin(rng: Rng, state: Float64Array, offset: number): void;
  /**
   * One decision in place. @param state Row of S at `offset`. @param action First number of the action.
   * @returns The reward.
   */
  advance(state: Float64Array, offset: number, action: number): number;
  /** Whether the episode ends in this state. */
  isTerminal(state: Float64Array, offset: number): boolean;
  /** @param observations Row of O at `to`, overwritten. */
  observe(state: Float64Array, offset: number, observations: Float32Array, to: number): void;
}

/** N copies of a body in motion with one number or index to act by; start states come from the stream `id/seed/episode/n/e`. */
export class MotionEnv implements VectorEnv {
  readonly id: string;
  readonly numEnvs: number;
  readonly observationSpace: Box;
  readonly actionSpace: Discrete | Box;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #spec: MotionSpec;
  readonly #states: Float64Array;
  readonly #steps: Uint32Array;
  readonly #episodes: Uint32Array;
  #rng: Rng | null = null;

  /** @throws SimError `VALUE_OUT_OF_RANGE` when `numEnvs` is not a positive integer. */
  constructor(spec: MotionSpec, numEnvs: number) {
    if (!Number.isInteger(numEnvs) || numEnvs < 1) {
      throw new SimError('VALUE_OUT_OF_RANGE', `${spec.id}: expected numEnvs >= 1, received ${numEnvs}`);
    }
    const obsDim = spec.observationSpace.features.length;
    this.#spec = spec;
    this.id = spec.id;
    this.numEnvs = numEnvs;
    this.observationSpace = spec.observationSpace;
    this.actionSpace = spec.actionSpace;
    this.observations = new Float32Array(numEnvs * obsDim);
    this.finalObservations = new Float32Array(numEnvs * obsDim);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#states = new Float64Array(numEnvs * spec.stateDim);
    this.#steps = new Uint32Array(numEnvs);
    this.#episodes = new Uint32Array(numEnvs);
  }

  reset(seed: number): void {
    if (!Number.isInteger(seed) || seed < 0) {
      throw new SimError('VALUE_OUT_OF_RANGE', `${this.id}: expected a non-negative integer seed, received ${seed}`);
    }
    this.#rng = new Rng(`${this.id}/${seed}`);
    this.#episodes.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n, this.#rng);
  }

  beginEpisode(n: number, episode: number): void {
    const rng = this.#rng;
    if (rng === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    this.#episodes[n] = episode;
    this.#begin(n, rng);
  }

  step(actions: Int32Array | Float32Array): void {
    const rng = this.#rng;
    if (rng === null) throw new SimError('ENV_NOT_RESET', `${this.id}: step before the first reset; call reset(seed)`);
    checkLength(`${this.id} actions`, actions.length, this.numEnvs * spaceSize(this.actionSpace));
    for (let n = 0; n < this.numEnvs; n++) this.#check(n, actions[n]!);
    for (let n = 0; n < this.numEnvs; n++) this.#advance(n, actions[n]!, rng);
  }

  #check(n: number, action: number): void {
    const space = this.actionSpace;
    if (space.kind === 'box') {
      const { low, high } = space.features[0]!;
      if (action >= low && action <= high) return;
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `${this.id}: action ${n}: expected a number in [${low}, ${high}], received ${action}`,
      );
    }
    if (Number.isInteger(action) && action >= 0 && action < space.n) return;
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `${this.id}: action ${n}: expected an integer in 0 … ${space.n - 1}, received ${action}`,
    );
  }

  #advance(n: number, action: number, rng: Rng): void {
    const spec = this.#spec;
    const row = n * spec.stateDim;
    const to = n * this.observationSpace.features.length;
    this.rewards[n] = spec.advance(this.#states, row, action);
    this.#steps[n]!++;
    const ended = spec.isTerminal(this.#states, row);
    const cut = !ended && this.#steps[n]! >= spec.maxEpisodeSteps;
    this.terminated[n] = ended ? 1 : 0;
    this.truncated[n] = cut ? 1 : 0;
    if (ended || cut) {
      spec.observe(this.#states, row, this.finalObservations, to);
      this.#episodes[n]!++;
      this.#begin(n, rng);
    } else {
      spec.observe(this.#states, row, this.observations, to);
    }
  }

  #begin(n: number, rng: Rng): void {
    const spec = this.#spec;
    const row = n * spec.stateDim;
    spec.begin(rng.split(`episode/${n}/${this.#episodes[n]}`), this.#states, row);
    this.#steps[n] = 0;
    spec.observe(this.#states, row, this.observations, n * this.observationSpace.features.length);
  }
}
