import { checkLength, SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';

/** Indices of discrete actions, or the numbers of continuous ones. */
type Actions = Int32Array | Float32Array;

/** Numbers of a cache line. */
const FLOATS_PER_LINE = 16;

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
  /** `[capacity, stride]` observation, next observation, action, reward, discount: a row is one or two trips to memory. */
  readonly #rows: Float32Array;
  readonly #stride: number;
  #slots = new Int32Array(0);

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
    this.#stride = 2 * obsDim + actionDim + 2;
    this.#rows = new Float32Array(capacity * this.#stride);
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
    const { obsDim, actionDim } = this;
    const rows = this.#rows;
    let at = i * this.#stride;
    for (let k = 0; k < obsDim; k++) rows[at++] = observations[offset + k]!;
    for (let k = 0; k < obsDim; k++) rows[at++] = nextObservations[nextOffset + k]!;
    for (let d = 0; d < actionDim; d++) rows[at++] = actions[actionOffset + d]!;
    rows[at++] = reward;
    rows[at] = discount;
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
    if (this.#slots.length !== batchSize) this.#slots = new Int32Array(batchSize);
    for (let b = 0; b < batchSize; b++) this.#slots[b] = rng.int(this.#size);
    this.copyRows(this.#slots, batch);
  }

  /** Fills the batch with the transitions of the given slots. @param slots `[B]` below the size. */
  copyRows(slots: Int32Array, batch: TransitionBatch<Actions>): void {
    checkLength('slots', slots.length, batch.rewards.length);
    checkLength('actions of the batch', batch.actions.length, slots.length * this.actionDim);
    // Overwritten below: without a use the reads would be left out.
    batch.discounts[0] = this.#touch(slots);
    const { obsDim, actionDim } = this;
    const rows = this.#rows;
    for (let b = 0; b < slots.length; b++) {
      let at = slots[b]! * this.#stride;
      for (let k = b * obsDim; k < (b + 1) * obsDim; k++) batch.observations[k] = rows[at++]!;
      for (let k = b * obsDim; k < (b + 1) * obsDim; k++) batch.nextObservations[k] = rows[at++]!;
      for (let d = b * actionDim; d < (b + 1) * actionDim; d++) batch.actions[d] = rows[at++]!;
      batch.rewards[b] = rows[at++]!;
      batch.discounts[b] = rows[at]!;
    }
  }

  /** Reads a number of every cache line of the rows: the trips to memory of independent rows overlap, those of a copy do not. */
  #touch(slots: Int32Array): number {
    const rows = this.#rows;
    let sum = 0;
    for (let b = 0; b < slots.length; b++) {
      const from = slots[b]! * this.#stride;
      for (let at = from; at < from + this.#stride; at += FLOATS_PER_LINE) sum += rows[at]!;
    }
    return sum;
  }

  /** Next slot to be written; with {@link getArrays} the whole state. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Copies of the filled part of every column. */
  getArrays(): Readonly<Record<string, Float32Array>> {
    return Object.fromEntries(
      this.#columns().map(([name, from, width]) => {
        const column = new Float32Array(this.#size * width);
        for (let i = 0; i < this.#size; i++) {
          const at = i * this.#stride + from;
          column.set(this.#rows.subarray(at, at + width), i * width);
        }
        return [name, column];
      }),
    );
  }

  /** Name of every column, where it begins in a row, and its width. */
  #columns(): readonly (readonly [name: string, from: number, width: number])[] {
    const { obsDim, actionDim } = this;
    return [
      ['replayObservations', 0, obsDim],
      ['replayNextObservations', obsDim, obsDim],
      ['replayActions', 2 * obsDim, actionDim],
      ['replayRewards', 2 * obsDim + actionDim, 1],
      ['replayDiscounts', 2 * obsDim + actionDim + 1, 1],
    ];
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
    const columns = this.#columns();
    for (const [name, , width] of columns) checkLength(name, arrays[name]?.length ?? 0, size * width);
    for (const [name, from, width] of columns) {
      const column = arrays[name]!;
      for (let i = 0; i < size; i++) {
        this.#rows.set(column.subarray(i * width, (i + 1) * width), i * this.#stride + from);
      }
    }
    this.#size = size;
    this.#cursor = cursor;
  }
}
