/** What a bidder believes a bid wins. */
export interface LandscapeEstimate {
  /** Estimated probability that a bid wins, in [0, 1], ascending; 0 at 0. @param bidMicros ≥ 0. */
  cdf(bidMicros: number): number;
  /** Its derivative, per micro; absent where the estimate is a step function. */
  density?(bidMicros: number): number;
  /** Bids at which a step function jumps, ascending: no other bid can be best. Absent where the estimate is smooth. */
  readonly jumps?: Float64Array;
  /** The value from each jump on, of the same length; there where `jumps` is. */
  readonly heights?: Float64Array;
  /** The largest bid that the data tell about, micros. Above it the estimate is a guess; 0 without data. */
  readonly supportMicros: number;
}

/** A sentence for reports where a bid lies above all that the estimate has data on; null where it does not. */
export function supportWarning(estimate: LandscapeEstimate, bidMicros: number): string | null {
  const { supportMicros } = estimate;
  if (bidMicros <= supportMicros) return null;
  return (
    `a bid of ${Math.round(bidMicros)} micros is above the largest informative bid (${Math.round(supportMicros)} micros), so ` +
    'its win probability is a guess; try higher bids on a small share of auctions first'
  );
}

/**
 * A step function from its jumps.
 *
 * @param jumps `[J]` ascending bids, micros. @param heights `[J]` ascending, the value from each jump on.
 */
export function stepEstimate(jumps: Float64Array, heights: Float64Array, supportMicros: number): LandscapeEstimate {
  return {
    cdf(bidMicros) {
      const index = numAtMost(jumps, bidMicros);
      return index === 0 ? 0 : heights[index - 1]!;
    },
    jumps,
    heights,
    supportMicros,
  };
}

/** Number of entries of an ascending array that are at most x. */
function numAtMost(ascending: Float64Array, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
