import { checkLength } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';

/**
 * The best return of any episode that did an action in a state: M(s, a) = max V over the episodes that visited it. O observation
 * dims, B batch.
 *
 * States whose numbers round to the same multiples of `resolution` are one state. Holds the last `capacity` pairs, one entry each.
 *
 * Source: Wu et al. (2018), arXiv:1802.08365, algorithm 1. Differs from it: states are rounded, since continuous ones never recur;
 * a pair is kept once, with its newest maximum, instead of once a visit.
 */
export class BestReturns {
  readonly #obsDim: number;
  readonly #resolution: number;
  readonly #capacity: number;
  /** `[capacity, O + 2]` observation, action, best return. */
  readonly #rows: Float32Array;
  readonly #slots = new Map<string, number>();
  readonly #keys: string[] = [];
  #cursor = 0;

  /** @param resolution Above 0; 0 tells apart all states that differ. */
  constructor(capacity: number, obsDim: number, resolution: number) {
    this.#capacity = capacity;
    this.#obsDim = obsDim;
    this.#resolution = resolution;
    this.#rows = new Float32Array(capacity * (obsDim + 2));
  }

  /** Pairs held. */
  get size(): number {
    return this.#keys.length;
  }

  /** Slot that the next new pair takes once all are held. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Takes in that an episode of this return did an action in a state. @param rows Observation and action, O + 1 numbers at `offset`. */
  note(rows: Float32Array, offset: number, episodeReturn: number): void {
    const key = this.#keyOf(rows, offset);
    const known = this.#slots.get(key);
    const width = this.#obsDim + 2;
    if (known !== undefined) {
      const at = known * width + this.#obsDim + 1;
      if (episodeReturn > this.#rows[at]!) this.#rows[at] = episodeReturn;
      return;
    }
    const slot = this.#cursor;
    if (slot < this.#keys.length) this.#slots.delete(this.#keys[slot]!);
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    for (let k = 0; k <= this.#obsDim; k++) this.#rows[slot * width + k] = rows[offset + k]!;
    this.#rows[slot * width + width - 1] = episodeReturn;
    this.#cursor = (slot + 1) % this.#capacity;
  }

  /**
   * Draws pairs uniformly with replacement; at least one must be held.
   *
   * @param observations `[B, O]` @param actions `[B]` @param best `[B]`; all overwritten.
   */
  sample(rng: Rng, observations: Float32Array, actions: Int32Array, best: Float32Array): void {
    const obsDim = this.#obsDim;
    for (let b = 0; b < actions.length; b++) {
      const at = rng.int(this.size) * (obsDim + 2);
      for (let k = 0; k < obsDim; k++) observations[b * obsDim + k] = this.#rows[at + k]!;
      actions[b] = this.#rows[at + obsDim]!;
      best[b] = this.#rows[at + obsDim + 1]!;
    }
  }

  /** The pairs held, `[size, O + 2]`. */
  getRows(): Float32Array {
    return this.#rows.slice(0, this.size * (this.#obsDim + 2));
  }

  /** @throws SimError `SHAPE_MISMATCH` when there are more rows than fit, or rows of another width. */
  setRows(rows: Float32Array, cursor: number): void {
    const width = this.#obsDim + 2;
    const count = Math.min(this.#capacity, Math.floor(rows.length / width));
    checkLength('rows of best returns', rows.length, count * width);
    this.#rows.set(rows);
    this.#cursor = cursor;
    this.#slots.clear();
    this.#keys.length = 0;
    for (let slot = 0; slot < count; slot++) {
      const key = this.#keyOf(rows, slot * width);
      this.#keys.push(key);
      this.#slots.set(key, slot);
    }
  }

  #keyOf(rows: Float32Array, offset: number): string {
    const unit = this.#resolution;
    let key = String(rows[offset + this.#obsDim]);
    for (let k = 0; k < this.#obsDim; k++) {
      const x = rows[offset + k]!;
      key += `,${unit > 0 ? Math.round(x / unit) : x}`;
    }
    return key;
  }
}
