/**
 * What the rest of a flight would cost at each multiplier, from training flights. T steps, G multipliers.
 */
export interface CostPlan {
  /** `[G]` ascending, micros per value unit. */
  readonly multipliers: Float64Array;
  /** `[T, G]` mean cost of steps t … T − 1 when all that the multiplier wins is bought, micros; ascending in g. */
  readonly costFromMicros: Float64Array;
}

/**
 * OnlineLP's multiplier: what the dual of the knapsack over the rest of the flight says. The first multiplier whose expected
 * cost from here on is above the money left, at most `cap`; `whenPlenty` where the money buys everything.
 *
 * In order of value for money, the opportunities that the money left can buy end at the cost per value of the first that
 * it cannot: bidding that price for each buys just these.
 *
 * Source: OnlineLP of AuctionNet (Su et al. 2024, arXiv:2412.10798), after Agrawal, Wang & Ye (2014), "A Dynamic Near-Optimal
 * Algorithm for Online Linear Programming", Operations Research 62(4). Its cap is 1.5 CPA, its `whenPlenty` the CPA target.
 */
export function onlineLpMultiplier(
  plan: CostPlan,
  step: number,
  remainingMicros: number,
  cap: number,
  whenPlenty: number,
): number {
  const { multipliers, costFromMicros } = plan;
  const numMultipliers = multipliers.length;
  const row = step * numMultipliers;
  if (costFromMicros[row + numMultipliers - 1]! <= remainingMicros) return Math.min(cap, whenPlenty);
  let low = 0;
  let high = numMultipliers - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (costFromMicros[row + middle]! > remainingMicros) high = middle;
    else low = middle + 1;
  }
  return Math.min(cap, multipliers[low]!);
}
