/**
 * A row holds the sums over a run's k first entries and, beside them, the τ of entry k, so that the search ends on the
 * cache line of its answer: float64 τ, spend, value, then int32 clicks and conversions.
 */
const ROW_DOUBLES = 4;
const ROW_INTS = 8;
/** A run has at most one bucket per so many entries; fewer entries a bucket save comparisons, more save memory. */
const ENTRIES_PER_BUCKET = 2;

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
 * The leading bits of a positive double order like the double itself, so they name a bucket of a log-spaced table; a
 * binary search inside the bucket finds the rank.
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
  /** Per run: leading-bits shift, first bucket's key. */
  readonly #shift: Uint8Array;
  readonly #firstKey: Int32Array;
  /** Per run, from `#bucketOffsets[r]`: rank of each bucket's first entry, and at the end the number of finite entries. */
  readonly #buckets: Int32Array;
  readonly #bucketOffsets: Int32Array;
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);

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
    this.#firstKey = new Int32Array(numRuns);
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

  /** Chooses the bucket width of run r; returns the number of buckets. */
  #planBuckets(r: number): number {
    const first = this.#firstRank(r, (tau) => tau > 0);
    const end = this.#firstRank(r, (tau) => tau === Number.POSITIVE_INFINITY);
    if (first >= end) return 0;
    const low = this.#leadingBits(this.#tau(r, first));
    const high = this.#leadingBits(this.#tau(r, end - 1));
    const most = Math.max(1, Math.floor((end - first) / ENTRIES_PER_BUCKET));
    let shift = 0;
    while ((high >> shift) - (low >> shift) + 1 > most && shift < 31) shift++;
    this.#shift[r] = shift;
    this.#firstKey[r] = low >> shift;
    return (high >> shift) - (low >> shift) + 1;
  }

  #fillBuckets(r: number): void {
    const firstBucket = this.#bucketOffsets[r]!;
    const numBuckets = this.#bucketOffsets[r + 1]! - firstBucket - 1;
    const end = this.#firstRank(r, (tau) => tau === Number.POSITIVE_INFINITY);
    let k = this.#firstRank(r, (tau) => tau > 0);
    for (let b = 0; b < numBuckets; b++) {
      while (k < end && this.#bucketOf(r, this.#tau(r, k)) < b) k++;
      this.#buckets[firstBucket + b] = k;
    }
    this.#buckets[firstBucket + numBuckets] = end;
  }

  #bucketOf(r: number, x: number): number {
    return (this.#leadingBits(x) >> this.#shift[r]!) - this.#firstKey[r]!;
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
    const firstBucket = this.#bucketOffsets[r]!;
    const lastBucket = this.#bucketOffsets[r + 1]! - 1;
    const bucket = firstBucket + this.#bucketOf(r, multiplier);
    const first = this.offsets[r]! + r;
    if (bucket < firstBucket) return first + buckets[firstBucket]!;
    if (bucket >= lastBucket) return first + buckets[lastBucket]!;
    const rows = this.#rows;
    let low = first + buckets[bucket]!;
    let high = first + buckets[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[middle * ROW_DOUBLES]! <= multiplier) low = middle + 1;
      else high = middle;
    }
    return low;
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
