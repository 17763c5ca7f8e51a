import { checkLength, SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';

/** Indices of discrete actions, or the numbers of continuous ones. */
type Actions = Int32Array | Float32Array;

/** Takes transitions one by one; rows are read from the given offsets, so nothing is allocated. */
export interface TransitionSink {
  /**
   * @param observations Row of O floats at `offset`: the state acted in.
   * @param actions Row of A numbers at `actionOffset`: what was done there.
   * @param reward Sum of the discounted rewards up to the successor.
   * @param nextObservations Row of O floats at `nextOffset`: the state to bootstrap from.
   * @param discount What the successor's value is multiplied with: γ^k after k steps, 0 after a termination.
   */
  add(
    observations: Float32Array,
    offset: number,
    actions: Actions,
    actionOffset: number,
    reward: number,
    nextObservations: Float32Array,
    nextOffset: number,
    discount: number,
  ): void;
}

/** B transitions drawn from a replay buffer; the arrays are reused by the next draw. */
export interface TransitionBatch<A extends Actions = Int32Array> {
  /** `[B, O]` */
  readonly observations: Float32Array;
  /** `[B]` indices, or `[B, A]` numbers. */
  readonly actions: A;
  /** `[B]` n-step rewards, discounted. */
  readonly rewards: Float32Array;
  /** `[B, O]` */
  readonly nextObservations: Float32Array;
  /** `[B]` factor of the successor's value; 0 after a termination. */
  readonly discounts: Float32Array;
}

/** An empty batch of discrete actions. */
export function makeTransitionBatch(batchSize: number, obsDim: number): TransitionBatch {
  return emptyBatch(batchSize, obsDim, new Int32Array(batchSize));
}

/** An empty batch of continuous actions of A numbers. */
export function makeContinuousBatch(
  batchSize: number,
  obsDim: number,
  actionDim: number,
): TransitionBatch<Float32Array> {
  return emptyBatch(batchSize, obsDim, new Float32Array(batchSize * actionDim));
}

function emptyBatch<A extends Actions>(batchSize: number, obsDim: number, actions: A): TransitionBatch<A> {
  return {
    observations: new Float32Array(batchSize * obsDim),
    actions,
    rewards: new Float32Array(batchSize),
    nextObservations: new Float32Array(batchSize * obsDim),
    discounts: new Float32Array(batchSize),
  };
}

/**
 * The last `capacity` transitions, drawn uniformly with replacement.
 *
 * Each transition carries its own successor and bootstrap factor, so terminations, truncations and n-step returns need no
 * masks when sampling. Source: Mnih et al. (2015), doi:10.1038/nature14236.
 */
export class ReplayBuffer implements TransitionSink {
  readonly capacity: number;
  readonly obsDim: number;
  readonly actionDim: number;
  #size = 0;
  #cursor = 0;
  readonly #observations: Float32Array;
  readonly #nextObservations: Float32Array;
  readonly #actions: Float32Array;
  readonly #rewards: Float32Array;
  readonly #discounts: Float32Array;

  /**
   * @param actionDim A, numbers of one action; 1 for an index.
   * @throws SimError `VALUE_OUT_OF_RANGE` when the capacity is not a positive integer.
   */
  constructor(capacity: number, obsDim: number, actionDim = 1) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new SimError('VALUE_OUT_OF_RANGE', `replay: expected a positive integer capacity, received ${capacity}`);
    }
    this.capacity = capacity;
    this.obsDim = obsDim;
    this.actionDim = actionDim;
    this.#observations = new Float32Array(capacity * obsDim);
    this.#nextObservations = new Float32Array(capacity * obsDim);
    this.#actions = new Float32Array(capacity * actionDim);
    this.#rewards = new Float32Array(capacity);
    this.#discounts = new Float32Array(capacity);
  }

  /** Transitions held, at most the capacity. */
  get size(): number {
    return this.#size;
  }

  add(
    observations: Float32Array,
    offset: number,
    actions: Actions,
    actionOffset: number,
    reward: number,
    nextObservations: Float32Array,
    nextOffset: number,
    discount: number,
  ): void {
    const i = this.#cursor;
    const row = i * this.obsDim;
    for (let k = 0; k < this.obsDim; k++) {
      this.#observations[row + k] = observations[offset + k]!;
      this.#nextObservations[row + k] = nextObservations[nextOffset + k]!;
    }
    const { actionDim } = this;
    for (let d = 0; d < actionDim; d++) this.#actions[i * actionDim + d] = actions[actionOffset + d]!;
    this.#rewards[i] = reward;
    this.#discounts[i] = discount;
    this.#cursor = (i + 1) % this.capacity;
    if (this.#size < this.capacity) this.#size++;
  }

  /**
   * Fills the batch with transitions drawn uniformly with replacement.
   *
   * @throws SimError `VALUE_OUT_OF_RANGE` when fewer transitions than the batch are held; `SHAPE_MISMATCH` when its actions
   * have another size.
   */
  sample(batch: TransitionBatch<Actions>, rng: Rng): void {
    const batchSize = batch.rewards.length;
    checkLength('actions of the batch', batch.actions.length, batchSize * this.actionDim);
    if (this.#size < batchSize) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `replay: expected at least ${batchSize} transitions to sample from, received ${this.#size}; collect more first`,
      );
    }
    for (let b = 0; b < batchSize; b++) this.#copyRow(rng.int(this.#size), batch, b);
  }

  /** Fills the batch with the transitions of the given slots. @param slots `[B]` below the size. */
  copyRows(slots: Int32Array, batch: TransitionBatch<Actions>): void {
    checkLength('slots', slots.length, batch.rewards.length);
    checkLength('actions of the batch', batch.actions.length, slots.length * this.actionDim);
    for (let b = 0; b < slots.length; b++) this.#copyRow(slots[b]!, batch, b);
  }

  #copyRow(i: number, batch: TransitionBatch<Actions>, b: number): void {
    const { obsDim, actionDim } = this;
    for (let k = 0; k < obsDim; k++) {
      batch.observations[b * obsDim + k] = this.#observations[i * obsDim + k]!;
      batch.nextObservations[b * obsDim + k] = this.#nextObservations[i * obsDim + k]!;
    }
    for (let d = 0; d < actionDim; d++) batch.actions[b * actionDim + d] = this.#actions[i * actionDim + d]!;
    batch.rewards[b] = this.#rewards[i]!;
    batch.discounts[b] = this.#discounts[i]!;
  }

  /** Next slot to be written; with {@link getArrays} the whole state. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Copies of the filled part of every column. */
  getArrays(): Readonly<Record<string, Float32Array>> {
    const n = this.#size;
    return {
      replayObservations: this.#observations.slice(0, n * this.obsDim),
      replayNextObservations: this.#nextObservations.slice(0, n * this.obsDim),
      replayActions: this.#actions.slice(0, n * this.actionDim),
      replayRewards: this.#rewards.slice(0, n),
      replayDiscounts: this.#discounts.slice(0, n),
    };
  }

  /**
   * Restores what {@link getArrays} and {@link cursor} gave.
   *
   * @throws SimError `SHAPE_MISMATCH` when a column is missing, too long or of another length than the others.
   */
  setArrays(arrays: Readonly<Record<string, Float32Array>>, cursor: number): void {
    const size = arrays['replayRewards']?.length ?? -1;
    if (size < 0 || size > this.capacity) {
      throw new SimError(
        'SHAPE_MISMATCH',
        `replay: expected at most ${this.capacity} saved transitions, received ${size < 0 ? 'none' : size}`,
      );
    }
    const columns: readonly (readonly [string, Float32Array, number])[] = [
      ['replayObservations', this.#observations, size * this.obsDim],
      ['replayNextObservations', this.#nextObservations, size * this.obsDim],
      ['replayActions', this.#actions, size * this.actionDim],
      ['replayRewards', this.#rewards, size],
      ['replayDiscounts', this.#discounts, size],
    ];
    for (const [name, , length] of columns) checkLength(name, arrays[name]?.length ?? 0, length);
    for (const [name, target] of columns) target.set(arrays[name]!);
    this.#size = size;
    this.#cursor = cursor;
  }
}
