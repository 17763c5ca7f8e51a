import type { StepOutcomes } from './step-batch.ts';

/**
 * A row holds the sums over a run's k first entries and, beside them, the τ of entry k, so that the search ends on the
 * cache line of its answer: float64 τ, spend, value, then int32 clicks and conversions.
 */
const ROW_DOUBLES = 4;
const ROW_INTS = 8;
/** A run has at most so many buckets an entry: with two, most buckets hold none or one, and two comparisons find a rank. */
const BUCKETS_PER_ENTRY = 2;
/** Queries that go through the stages of a batch together: what is found for them stays in the first cache. */
const QUERIES_AT_ONCE = 512;

/** The opportunity columns that a run sorts and sums; all of one length. */
export interface RunColumns {
  /** Entry multipliers τ. */
  readonly tau: Float64Array;
  /** What a win pays in a second-price auction, integer micros. */
  readonly paidMicros: Float64Array;
  readonly value: Float64Array;
  readonly click: Uint8Array;
  readonly conversion: Uint8Array;
}

/**
 * Runs of opportunities, each sorted by entry multiplier with prefix sums: the outcome of any multiplier on a whole run is
 * one search.
 *
 * The leading bits of a positive double order like the double itself, so they name a bucket of a log-spaced table. Two
 * comparisons without a branch settle nearly every bucket, a binary search the crowded ones.
 *
 * Money sums are integers and exact; value sums depend on the order of addition by about 1e-16 relative.
 */
export class SortedRuns {
  /** `[R + 1]` start of each run among the opportunities. */
  readonly offsets: Int32Array;
  /** `[n + R]` rows; run r's begin at `offsets[r] + r`. τ is NaN in a run's last row. */
  readonly #rows: Float64Array;
  /** The same rows as int32. */
  readonly #counts: Int32Array;
  /** `[n + R]` smallest price among the k first entries; Infinity for none. */
  readonly #minPaid: Float64Array;
  /** Per run: shift of the leading bits, and what makes the shifted bits the number of a bucket. */
  readonly #shift: Uint8Array;
  readonly #keyToBucket: Int32Array;
  /** Per run, from `#bucketOffsets[r]`: row of each bucket's first entry, and at the end the row past the finite ones. */
  readonly #buckets: Int32Array;
  readonly #bucketOffsets: Int32Array;
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);
  /** Rows of the queries at hand. */
  readonly #found = new Int32Array(QUERIES_AT_ONCE);

  /** @param offsets `[R + 1]` ascending, the last at most the columns' length. Runs may be empty. */
  constructor(columns: RunColumns, offsets: Int32Array) {
    const numRuns = offsets.length - 1;
    const n = offsets[numRuns]!;
    this.offsets = offsets;
    this.#rows = new Float64Array((n + numRuns) * ROW_DOUBLES);
    this.#counts = new Int32Array(this.#rows.buffer);
    this.#minPaid = new Float64Array(n + numRuns);
    for (let r = 0; r < numRuns; r++) this.#buildRun(r, columns);
    this.#shift = new Uint8Array(numRuns);
    this.#keyToBucket = new Int32Array(numRuns);
    this.#bucketOffsets = new Int32Array(numRuns + 1);
    for (let r = 0; r < numRuns; r++) this.#bucketOffsets[r + 1] = this.#bucketOffsets[r]! + this.#planBuckets(r) + 1;
    this.#buckets = new Int32Array(this.#bucketOffsets[numRuns]!);
    for (let r = 0; r < numRuns; r++) this.#fillBuckets(r);
  }

  #buildRun(r: number, columns: RunColumns): void {
    const order = sortedOrder(columns.tau, this.offsets[r]!, this.offsets[r + 1]!);
    const first = this.offsets[r]! + r;
    this.#minPaid[first] = Number.POSITIVE_INFINITY;
    for (let k = 0; k < order.length; k++) {
      const i = order[k]!;
      const row = (first + k) * ROW_DOUBLES;
      const counts = (first + k) * ROW_INTS;
      this.#rows[row] = columns.tau[i]!;
      this.#rows[row + 5] = this.#rows[row + 1]! + columns.paidMicros[i]!;
      this.#rows[row + 6] = this.#rows[row + 2]! + columns.value[i]!;
      this.#counts[counts + 14] = this.#counts[counts + 6]! + columns.click[i]!;
      this.#counts[counts + 15] = this.#counts[counts + 7]! + columns.conversion[i]!;
      this.#minPaid[first + k + 1] = Math.min(this.#minPaid[first + k]!, columns.paidMicros[i]!);
    }
    this.#rows[(first + order.length) * ROW_DOUBLES] = Number.NaN;
  }

  /** τ of the k-th entry of run r, k below the run's length. */
  #tau(r: number, k: number): number {
    return this.#rows[(this.offsets[r]! + r + k) * ROW_DOUBLES]!;
  }

  /** Sign, exponent and leading mantissa bits of x ≥ 0: a non-negative integer that orders like x. */
  #leadingBits(x: number): number {
    this.#double[0] = x;
    return this.#words[1]!;
  }

  /** Chooses the bucket width of run r, whose buckets begin at `#bucketOffsets[r]`; returns their number. */
  #planBuckets(r: number): number {
    const first = this.#firstRank(r, (tau) => tau > 0);
    const end = this.#firstRank(r, (tau) => tau === Number.POSITIVE_INFINITY);
    if (first >= end) return 0;
    const low = this.#leadingBits(this.#tau(r, first));
    const high = this.#leadingBits(this.#tau(r, end - 1));
    const most = (end - first) * BUCKETS_PER_ENTRY;
    let shift = 0;
    while ((high >> shift) - (low >> shift) + 1 > most && shift < 31) shift++;
    this.#shift[r] = shift;
    this.#keyToBucket[r] = this.#bucketOffsets[r]! - (low >> shift);
    return (high >> shift) - (low >> shift) + 1;
  }

  #fillBuckets(r: number): void {
    const first = this.offsets[r]! + r;
    const last = this.#bucketOffsets[r + 1]! - 1;
    const end = this.#firstRank(r, (tau) => tau === Number.POSITIVE_INFINITY);
    let k = this.#firstRank(r, (tau) => tau > 0);
    for (let b = this.#bucketOffsets[r]!; b < last; b++) {
      while (k < end && this.#bucketOf(r, this.#tau(r, k)) < b) k++;
      this.#buckets[b] = first + k;
    }
    this.#buckets[last] = first + end;
  }

  /** The bucket of x ≥ 0 in run r: the first one for anything smaller, the end mark for anything larger. */
  #bucketOf(r: number, x: number): number {
    const first = this.#bucketOffsets[r]!;
    const last = this.#bucketOffsets[r + 1]! - 1;
    const bucket = (this.#leadingBits(x) >> this.#shift[r]!) + this.#keyToBucket[r]!;
    return bucket < first ? first : bucket > last ? last : bucket;
  }

  /** First rank of run r whose τ is in the upper part; the parts are given by a monotone test. */
  #firstRank(r: number, isUpper: (tau: number) => boolean): number {
    let low = 0;
    let high = this.offsets[r + 1]! - this.offsets[r]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isUpper(this.#tau(r, middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * The row that sums the entries of run r with τ ≤ multiplier.
   *
   * @param multiplier Finite, ≥ 0.
   */
  rowAt(r: number, multiplier: number): number {
    const buckets = this.#buckets;
    const bucket = this.#bucketOf(r, multiplier);
    const rows = this.#rows;
    let low = buckets[bucket]!;
    if (!(rows[low * ROW_DOUBLES]! <= multiplier)) return low;
    // The entry at `low` is in the bucket, so there is a next bucket or the end mark.
    let high = buckets[bucket + 1]!;
    low++;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[middle * ROW_DOUBLES]! <= multiplier) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Sums of many queries, each of one run and one multiplier, at market prices.
   *
   * The memory that a query needs is far away and unlike that of the next. In stages, with hardly a branch to guess
   * wrong, the processor waits for many of them at once instead of one after another.
   *
   * @param count Queries, from the first on. @param runs `[N]` @param multipliers `[N]` finite, ≥ 0.
   */
  sumMany(count: number, runs: Int32Array, multipliers: Float64Array, out: StepOutcomes): void {
    for (let from = 0; from < count; from += QUERIES_AT_ONCE) {
      const to = Math.min(count, from + QUERIES_AT_ONCE);
      this.#enterBuckets(runs, multipliers, from, to);
      this.#findRows(runs, multipliers, from, to);
      this.#readRows(runs, from, to, out);
    }
  }

  #enterBuckets(runs: Int32Array, multipliers: Float64Array, from: number, to: number): void {
    const found = this.#found;
    const buckets = this.#buckets;
    const offsets = this.#bucketOffsets;
    const shift = this.#shift;
    const keyToBucket = this.#keyToBucket;
    const double = this.#double;
    const words = this.#words;
    for (let i = from; i < to; i++) {
      const r = runs[i]!;
      double[0] = multipliers[i]!;
      const first = offsets[r]!;
      const last = offsets[r + 1]! - 1;
      const bucket = (words[1]! >> shift[r]!) + keyToBucket[r]!;
      found[i - from] = buckets[bucket < first ? first : bucket > last ? last : bucket]!;
    }
  }

  #findRows(runs: Int32Array, multipliers: Float64Array, from: number, to: number): void {
    const found = this.#found;
    const rows = this.#rows;
    let crowded = 0;
    for (let i = from; i < to; i++) {
      const multiplier = multipliers[i]!;
      // Shifts, where products would be taken for floats; a comparison is added as 0 or 1 to save the branch.
      let row = found[i - from]!;
      row = (row + Number(rows[row << 2]! <= multiplier)) | 0;
      row = (row + Number(rows[row << 2]! <= multiplier)) | 0;
      const more = Number(rows[row << 2]! <= multiplier);
      crowded = (crowded + more) | 0;
      found[i - from] = row ^ -more;
    }
    if (crowded === 0) return;
    for (let i = from; i < to; i++) if (found[i - from]! < 0) found[i - from] = this.rowAt(runs[i]!, multipliers[i]!);
  }

  #readRows(runs: Int32Array, from: number, to: number, out: StepOutcomes): void {
    const { wins, spendMicros, value, clicks, conversions } = out;
    const found = this.#found;
    const rows = this.#rows;
    const counts = this.#counts;
    const offsets = this.offsets;
    for (let i = from; i < to; i++) {
      const r = runs[i]!;
      const row = found[i - from]!;
      wins[i] = row - offsets[r]! - r;
      spendMicros[i] = rows[(row << 2) + 1]!;
      value[i] = rows[(row << 2) + 2]!;
      clicks[i] = counts[(row << 3) + 6]!;
      conversions[i] = counts[(row << 3) + 7]!;
    }
  }

  /** Number of entries that a row of run r sums. */
  count(r: number, row: number): number {
    return row - this.offsets[r]! - r;
  }

  /** Spend of a row's entries at market prices, integer micros. */
  paidMicros(row: number): number {
    return this.#rows[row * ROW_DOUBLES + 1]!;
  }

  value(row: number): number {
    return this.#rows[row * ROW_DOUBLES + 2]!;
  }

  clicks(row: number): number {
    return this.#counts[row * ROW_INTS + 6]!;
  }

  conversions(row: number): number {
    return this.#counts[row * ROW_INTS + 7]!;
  }

  /** Smallest price among a row's entries; Infinity for none. */
  minPaidMicros(row: number): number {
    return this.#minPaid[row]!;
  }
}

/** Indices from … to − 1 in ascending order of key; equal keys in time order. */
function sortedOrder(key: Float64Array, from: number, to: number): Uint32Array {
  const order = new Uint32Array(to - from);
  for (let k = 0; k < order.length; k++) order[k] = from + k;
  return order.sort((a, b) => {
    const ka = key[a]!;
    const kb = key[b]!;
    // Infinity − Infinity is NaN: compare, never subtract.
    return ka < kb ? -1 : ka > kb ? 1 : a - b;
  });
}
