import { checkLength, SimError } from '../core/errors.ts';

/** Standard deviations below this count as this: a feature that hardly moves is not blown up. */
const LEAST_STD = 1e-4;

/**
 * Mean and variance of D numbers, updated row by row in float64.
 *
 *     δ = x − m,  m ← m + δ/n,  S ← S + δ (x − m),  variance = S/n
 *
 * Source: Welford (1962), doi:10.1080/00401706.1962.10490022.
 */
export class RunningMoments {
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  /** @param dim D. */
  constructor(dim: number) {
    this.#mean = new Float64Array(dim);
    this.#squares = new Float64Array(dim);
  }

  /** D. */
  get dim(): number {
    return this.#mean.length;
  }

  /** @param rows `[B, D]` */
  add(rows: Float32Array | Float64Array): void {
    const dim = this.#mean.length;
    for (let at = 0; at < rows.length; at += dim) {
      this.#count++;
      for (let d = 0; d < dim; d++) {
        const x = rows[at + d]!;
        const delta = x - this.#mean[d]!;
        this.#mean[d]! += delta / this.#count;
        this.#squares[d]! += delta * (x - this.#mean[d]!);
      }
    }
  }

  /** 0 before the first row. */
  mean(d: number): number {
    return this.#mean[d]!;
  }

  /** 1 before the first row; never below 1e-4. */
  std(d: number): number {
    return this.#count === 0 ? 1 : Math.max(LEAST_STD, Math.sqrt(this.#squares[d]! / this.#count));
  }

  /** (x − mean) / std of rows. @param rows `[B, D]` @param out `[B, D]` overwritten. */
  normalize(rows: Float32Array, out: Float32Array): void {
    checkLength('normalised rows', out.length, rows.length);
    const dim = this.#mean.length;
    for (let d = 0; d < dim; d++) {
      const mean = this.#mean[d]!;
      const std = this.std(d);
      for (let at = d; at < rows.length; at += dim) out[at] = (rows[at]! - mean) / std;
    }
  }

  /** Plain JSON: float64 numbers survive it exactly. */
  getJson(): { readonly count: number; readonly mean: readonly number[]; readonly squares: readonly number[] } {
    return { count: this.#count, mean: [...this.#mean], squares: [...this.#squares] };
  }

  /** Restores what {@link RunningMoments.getJson} gave. @throws SimError `SHAPE_MISMATCH` on another's. */
  setJson(json: unknown): void {
    const { count, mean, squares } = (json ?? {}) as Partial<ReturnType<RunningMoments['getJson']>>;
    if (count === undefined || mean === undefined || squares === undefined) {
      throw new SimError(
        'SHAPE_MISMATCH',
        'agent state: expected running moments, received none; load a state of the same agent',
      );
    }
    checkLength('mean', mean.length, this.dim);
    checkLength('squares', squares.length, this.dim);
    this.#count = count;
    this.#mean.set(mean);
    this.#squares.set(squares);
  }
}
