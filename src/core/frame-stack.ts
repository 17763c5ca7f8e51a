import { SimError } from './errors.ts';
import { type Box, box } from './space.ts';
import type { VectorEnv } from './vector-env.ts';

/**
 * The environment with its last k observations side by side, oldest first: what an agent needs where one observation does not
 * tell the state. An episode begins with its first observation k times.
 *
 * Buffers other than the observations are those of `env`, which must be stepped through the wrapper alone.
 *
 * @param k Observations kept, at least 1. Feature `x` of i steps ago is called `xAgoI`.
 * @throws SimError `VALUE_OUT_OF_RANGE` when k is not a positive integer.
 *
 * Source: Mnih et al. (2015), doi:10.1038/nature14236, methods ("preprocessing").
 */
export function frameStack(env: VectorEnv, k: number): VectorEnv {
  if (!Number.isInteger(k) || k < 1) {
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `frame stack: expected an integer number of observations >= 1, received ${k}`,
    );
  }
  return new FrameStack(env, k);
}

class FrameStack implements VectorEnv {
  readonly id: string;
  readonly numEnvs: number;
  readonly observationSpace: Box;
  readonly actionSpace: VectorEnv['actionSpace'];
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly constraint?: NonNullable<VectorEnv['constraint']>;
  readonly #env: VectorEnv;
  readonly #k: number;
  readonly #obsDim: number;

  constructor(env: VectorEnv, k: number) {
    const { features } = env.observationSpace;
    const size = env.numEnvs * features.length * k;
    this.id = env.id;
    this.numEnvs = env.numEnvs;
    this.actionSpace = env.actionSpace;
    this.rewards = env.rewards;
    this.terminated = env.terminated;
    this.truncated = env.truncated;
    if (env.constraint !== undefined) this.constraint = env.constraint;
    this.#env = env;
    this.#k = k;
    this.#obsDim = features.length;
    this.observations = new Float32Array(size);
    this.finalObservations = new Float32Array(size);
    this.observationSpace = box(
      Array.from({ length: k }, (_, i) => k - 1 - i).flatMap((ago) =>
        features.map((feature) => (ago === 0 ? feature : { ...feature, name: `${feature.name}Ago${ago}` })),
      ),
    );
  }

  reset(seed: number): void {
    this.#env.reset(seed);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n);
  }

  step(actions: Int32Array | Float32Array): void {
    this.#env.step(actions);
    for (let n = 0; n < this.numEnvs; n++) {
      if (this.terminated[n] === 0 && this.truncated[n] === 0) {
        this.#push(n, this.#env.observations, this.observations);
      } else {
        this.#push(n, this.#env.finalObservations, this.finalObservations);
        this.#begin(n);
      }
    }
  }

  /** Copy n's present stack without its oldest row, then a row of `from`, into `to`. */
  #push(n: number, from: Float32Array, to: Float32Array): void {
    const obsDim = this.#obsDim;
    const width = obsDim * this.#k;
    const at = n * width;
    for (let j = 0; j < width - obsDim; j++) to[at + j] = this.observations[at + j + obsDim]!;
    for (let j = 0; j < obsDim; j++) to[at + width - obsDim + j] = from[n * obsDim + j]!;
  }

  #begin(n: number): void {
    const obsDim = this.#obsDim;
    const at = n * obsDim * this.#k;
    for (let j = 0; j < obsDim * this.#k; j++) {
      this.observations[at + j] = this.#env.observations[n * obsDim + (j % obsDim)]!;
    }
  }
}
