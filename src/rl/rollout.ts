import { checkLength, SimError } from '../core/errors.ts';
import type { VectorEnv } from '../core/vector-env.ts';
import type { Rollout } from './gae.ts';

/** State values of a batch: `[B, O]` observations to `[B]` values. */
export type ValueFunction = (observations: Float32Array, values: Float32Array) => void;

/**
 * T steps of N environment copies as on-policy learners need them, time-major: index `t * N + n`.
 *
 * Filled by one `recordAction` and one `recordOutcome` a step; `evaluate` then asks the critic for the values of the states
 * that nobody acted in: those after the last step, and the final ones of truncated episodes.
 * Rewards are rounded to float32, so that a saved rollout is exact.
 */
export class RolloutBuffer implements Rollout {
  readonly numSteps: number;
  readonly numEnvs: number;
  readonly obsDim: number;
  readonly actionDim: number;
  /** `[T, N, O]` states acted in. */
  readonly observations: Float32Array;
  /** `[T, N, A]` as drawn, before any clipping to the action space. */
  readonly actions: Float32Array;
  /** `[T, N]` log π(a|s) of the policy that acted. */
  readonly logProbs: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly values: Float64Array;
  readonly nextValues: Float64Array;
  /** `[N, O]` states after the last step. */
  readonly #lastObservations: Float32Array;
  readonly #lastValues: Float32Array;
  /** `[(room), O]` final observations of truncated steps, in the order they came; grows. */
  #cutObservations: Float32Array;
  #cutValues: Float32Array;
  #numCut = 0;
  #step = 0;

  /** @param actionDim Numbers per action: 1 for a discrete space. */
  constructor(numSteps: number, numEnvs: number, obsDim: number, actionDim: number) {
    const size = numSteps * numEnvs;
    this.numSteps = numSteps;
    this.numEnvs = numEnvs;
    this.obsDim = obsDim;
    this.actionDim = actionDim;
    this.#lastObservations = new Float32Array(numEnvs * obsDim);
    this.#lastValues = new Float32Array(numEnvs);
    this.observations = new Float32Array(size * obsDim);
    this.actions = new Float32Array(size * actionDim);
    this.logProbs = new Float32Array(size);
    this.rewards = new Float64Array(size);
    this.terminated = new Uint8Array(size);
    this.truncated = new Uint8Array(size);
    this.values = new Float64Array(size);
    this.nextValues = new Float64Array(size);
    this.#cutObservations = new Float32Array(numEnvs * obsDim);
    this.#cutValues = new Float32Array(numEnvs);
  }

  /** True when T steps are held. */
  get full(): boolean {
    return this.#step === this.numSteps;
  }

  /** Steps held. */
  get step(): number {
    return this.#step;
  }

  /** Forgets all steps. */
  clear(): void {
    this.#step = 0;
    this.#numCut = 0;
  }

  /**
   * What the policy did in the step about to be taken; may be called again to replace it.
   *
   * @param observations `[N, O]` @param actions `[N, A]` @param logProbs `[N]` @param values `[N]` V of the observations.
   * @throws SimError `VALUE_OUT_OF_RANGE` when the rollout is full; `SHAPE_MISMATCH` on wrong lengths.
   */
  recordAction(
    observations: Float32Array,
    actions: ArrayLike<number>,
    logProbs: Float32Array,
    values: Float32Array,
  ): void {
    if (this.full) throw new SimError('VALUE_OUT_OF_RANGE', 'rollout: full; learn from it before acting again');
    checkLength('rollout observations', observations.length, this.numEnvs * this.obsDim);
    checkLength('rollout actions', actions.length, this.numEnvs * this.actionDim);
    const row = this.#step * this.numEnvs;
    this.observations.set(observations, row * this.obsDim);
    this.actions.set(actions, row * this.actionDim);
    this.logProbs.set(logProbs, row);
    this.values.set(values, row);
  }

  /** What the environment answered. @param rewardScale Multiplies the rewards. */
  recordOutcome(env: VectorEnv, rewardScale: number): void {
    const row = this.#step * this.numEnvs;
    for (let n = 0; n < this.numEnvs; n++) {
      this.rewards[row + n] = Math.fround(env.rewards[n]! * rewardScale);
      this.terminated[row + n] = env.terminated[n]!;
      this.truncated[row + n] = env.truncated[n]!;
      if (env.truncated[n] === 1 && env.terminated[n] === 0) this.#recordCut(env.finalObservations, n);
    }
    this.#step++;
    if (this.full) this.#lastObservations.set(env.observations);
  }

  #recordCut(finalObservations: Float32Array, n: number): void {
    const obsDim = this.obsDim;
    if (this.#numCut === this.#cutValues.length) this.#growCut(this.#numCut * 2);
    const row = this.#numCut * obsDim;
    for (let k = 0; k < obsDim; k++) this.#cutObservations[row + k] = finalObservations[n * obsDim + k]!;
    this.#numCut++;
  }

  #growCut(room: number): void {
    const observations = new Float32Array(room * this.obsDim);
    observations.set(this.#cutObservations.subarray(0, this.#numCut * this.obsDim));
    this.#cutObservations = observations;
    this.#cutValues = new Float32Array(room);
  }

  /** Fills `nextValues` of a full rollout: at most two batches are asked for. */
  evaluate(value: ValueFunction): void {
    const size = this.numSteps * this.numEnvs;
    const lastRow = size - this.numEnvs;
    value(this.#lastObservations, this.#lastValues);
    if (this.#numCut > 0) {
      value(this.#cutObservations.subarray(0, this.#numCut * this.obsDim), this.#cutValues.subarray(0, this.#numCut));
    }
    let cut = 0;
    for (let i = 0; i < size; i++) {
      if (this.terminated[i] === 1) this.nextValues[i] = 0;
      else if (this.truncated[i] === 1) this.nextValues[i] = this.#cutValues[cut++]!;
      else this.nextValues[i] = i < lastRow ? this.values[i + this.numEnvs]! : this.#lastValues[i - lastRow]!;
    }
  }

  /** Copies of the steps held so far. */
  getArrays(): Readonly<Record<string, Float32Array>> {
    const size = this.#step * this.numEnvs;
    return {
      rolloutObservations: this.observations.slice(0, size * this.obsDim),
      rolloutLastObservations: this.#lastObservations.slice(),
      rolloutValues: Float32Array.from(this.values.subarray(0, size)),
      rolloutActions: this.actions.slice(0, size * this.actionDim),
      rolloutLogProbs: this.logProbs.slice(0, size),
      rolloutRewards: Float32Array.from(this.rewards.subarray(0, size)),
      rolloutTerminated: Float32Array.from(this.terminated.subarray(0, size)),
      rolloutTruncated: Float32Array.from(this.truncated.subarray(0, size)),
      rolloutCutObservations: this.#cutObservations.slice(0, this.#numCut * this.obsDim),
    };
  }

  /** Restores what {@link getArrays} gave. @throws SimError `SHAPE_MISMATCH` on other shapes. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    const size = arrays['rolloutRewards']?.length ?? -1;
    const step = size / this.numEnvs;
    if (!Number.isInteger(step) || step < 0 || step > this.numSteps) {
      throw new SimError(
        'SHAPE_MISMATCH',
        `rollout: expected up to ${this.numSteps} steps of ${this.numEnvs} copies, received ${size} rewards`,
      );
    }
    const columns: readonly (readonly [string, Float32Array | Float64Array | Uint8Array, number])[] = [
      ['rolloutObservations', this.observations, size * this.obsDim],
      ['rolloutLastObservations', this.#lastObservations, this.#lastObservations.length],
      ['rolloutValues', this.values, size],
      ['rolloutActions', this.actions, size * this.actionDim],
      ['rolloutLogProbs', this.logProbs, size],
      ['rolloutRewards', this.rewards, size],
      ['rolloutTerminated', this.terminated, size],
      ['rolloutTruncated', this.truncated, size],
    ];
    for (const [name, , length] of columns) checkLength(name, arrays[name]?.length ?? -1, length);
    for (const [name, target] of columns) target.set(arrays[name]!);
    const cut = arrays['rolloutCutObservations'] ?? new Float32Array(0);
    this.#numCut = cut.length / this.obsDim;
    if (this.#numCut > this.#cutValues.length) this.#growCut(this.#numCut);
    this.#cutObservations.set(cut);
    this.#step = step;
  }
}
