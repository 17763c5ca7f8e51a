import { checkLength } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { ReplayBuffer, TransitionBatch, TransitionSink } from './replay.ts';
import { SumTree } from './sum-tree.ts';

/** Added to every error: no transition is never drawn again. */
const LEAST_ERROR = 1e-3;

/** How strongly errors count. */
export interface PriorityOptions {
  /** α in [0, 1]: 0 draws uniformly, 1 in proportion to the error. */
  readonly alpha: number;
}

/**
 * A replay buffer that draws transitions in proportion to a power of their last error, and says how much less each drawn one is
 * to count for that.
 *
 *     P(i) = p_i / Σ p,   p_i = (|δ_i| + ε)^α        w_i = (N · P(i))^−β / max_j w_j
 *
 * New transitions have the largest priority so far, so that each is drawn soon. A batch is drawn from B equal shares of the total,
 * one from each.
 *
 * Source: Schaul, Quan, Antonoglou & Silver (2016), arXiv:1511.05952, algorithm 1; proportional variant.
 */
export class PrioritizedReplay implements TransitionSink {
  readonly #replay: ReplayBuffer;
  readonly #alpha: number;
  readonly #tree: SumTree;
  /** Slots of the last batch. */
  readonly #slots: Int32Array;
  /** `[B]` masses that are looked up, and new priorities. */
  readonly #masses: Float64Array;
  #largest = 1;
  /** `[B]` importance weights of the last batch. */
  readonly weights: Float32Array;

  /** @param replay Holds the transitions; this is the only one to add to it. */
  constructor(replay: ReplayBuffer, batchSize: number, { alpha }: PriorityOptions) {
    this.#replay = replay;
    this.#alpha = alpha;
    this.#tree = new SumTree(replay.capacity);
    this.#slots = new Int32Array(batchSize);
    this.#masses = new Float64Array(batchSize);
    this.weights = new Float32Array(batchSize);
  }

  add(...transition: Parameters<TransitionSink['add']>): void {
    this.#tree.set(this.#replay.cursor, this.#largest);
    this.#replay.add(...transition);
  }

  /** Fills the batch, and {@link weights}. @param beta How far the weights make up for drawing unevenly; 1 wholly. */
  sample(batch: TransitionBatch<Int32Array | Float32Array>, rng: Rng, beta: number): void {
    const { total } = this.#tree;
    const size = this.#slots.length;
    for (let b = 0; b < size; b++) this.#masses[b] = ((b + rng.double()) / size) * total;
    this.#tree.find(this.#masses, this.#slots);
    let largest = 0;
    for (let b = 0; b < size; b++) {
      const weight = ((this.#replay.size * this.#tree.get(this.#slots[b]!)) / total) ** -beta;
      this.weights[b] = weight;
      if (weight > largest) largest = weight;
    }
    for (let b = 0; b < size; b++) this.weights[b] = this.weights[b]! / largest;
    this.#replay.copyRows(this.#slots, batch);
  }

  /** Sets the priorities of the last batch. @param errors `[B]` δ of each, any sign. */
  update(errors: Float32Array): void {
    checkLength('errors', errors.length, this.#slots.length);
    for (let b = 0; b < errors.length; b++) {
      const priority = Math.fround((Math.abs(errors[b]!) + LEAST_ERROR) ** this.#alpha);
      if (priority > this.#largest) this.#largest = priority;
      this.#masses[b] = priority;
    }
    this.#tree.setMany(this.#slots, this.#masses);
  }

  /** Priorities of the slots in use, and the largest so far; with the buffer's own state all there is. */
  getArrays(): Readonly<Record<string, Float32Array>> {
    const priorities = Float32Array.from({ length: this.#replay.size }, (_, slot) => this.#tree.get(slot));
    return { replayPriorities: priorities, replayLargestPriority: Float32Array.of(this.#largest) };
  }

  /** Restores what {@link getArrays} gave, after the buffer was restored. @throws SimError `SHAPE_MISMATCH`. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    const priorities = arrays['replayPriorities'];
    checkLength('replayPriorities', priorities?.length ?? 0, this.#replay.size);
    checkLength('replayLargestPriority', arrays['replayLargestPriority']?.length ?? 0, 1);
    for (let slot = 0; slot < this.#replay.capacity; slot++) this.#tree.set(slot, priorities?.[slot] ?? 0);
    this.#largest = arrays['replayLargestPriority']![0]!;
  }
}
