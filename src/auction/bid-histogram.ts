/** Bins for one factor of e: neighbouring bin edges differ by 1 %. */
const BINS_PER_E = 100;
/** ln 2^53, the largest exact amount. */
const NUM_BINS = Math.ceil(53 * Math.LN2 * BINS_PER_E) + 1;
/** Weights grow instead of old ones shrinking; past this they are scaled back. */
const LARGEST_WEIGHT = 2 ** 500;

/**
 * A histogram of amounts in which old ones fade: logarithmic bins of 1 % between 1 and 2^53 micros, and the weight of an amount
 * halves with every `halfLife` steps. Adding is O(1); questions are O(bins in use). Amounts below 1 micro are not kept.
 */
export class BidHistogram {
  readonly #weights = new Float64Array(NUM_BINS);
  readonly #growth: number;
  #weight = 1;
  #total = 0;
  #lowest = NUM_BINS;
  #highest = -1;

  /** @param halfLife Steps until an amount counts half, at least 1. */
  constructor(halfLife: number) {
    this.#growth = 2 ** (1 / halfLife);
  }

  /** Counts an amount, micros. */
  add(micros: number): void {
    if (!(micros >= 1)) return;
    const bin = Math.min(Math.floor(Math.log(micros) * BINS_PER_E), NUM_BINS - 1);
    this.#weights[bin]! += this.#weight;
    this.#total += this.#weight;
    if (bin < this.#lowest) this.#lowest = bin;
    if (bin > this.#highest) this.#highest = bin;
  }

  /** Ages everything counted so far by one step. */
  age(): void {
    this.#weight *= this.#growth;
    if (this.#weight < LARGEST_WEIGHT) return;
    for (let bin = 0; bin < NUM_BINS; bin++) this.#weights[bin]! /= this.#weight;
    this.#total /= this.#weight;
    this.#weight = 1;
  }

  /**
   * The amount that a share of the weight does not exceed, to within 1 %; NaN while nothing was counted.
   *
   * @param share In (0, 1).
   */
  quantile(share: number): number {
    if (!(this.#total > 0)) return Number.NaN;
    let below = 0;
    for (let bin = this.#lowest; bin <= this.#highest; bin++) {
      below += this.#weights[bin]!;
      if (below >= share * this.#total) return lowerEdge(bin);
    }
    return lowerEdge(this.#highest);
  }

  /** The amount r with the largest r · P(bid ≥ r), to within 1 %; NaN while nothing was counted. */
  revenueMaximising(): number {
    let above = 0;
    let best = Number.NaN;
    let largest = 0;
    for (let bin = this.#highest; bin >= this.#lowest; bin--) {
      above += this.#weights[bin]!;
      const revenue = lowerEdge(bin) * above;
      if (revenue > largest) {
        largest = revenue;
        best = lowerEdge(bin);
      }
    }
    return best;
  }
}

function lowerEdge(bin: number): number {
  return Math.exp(bin / BINS_PER_E);
}
