/** Lowest share of auctions a throttled bidder still enters, so that it can recover. */
const LOWEST_RATE = 1e-3;

/**
 * The share of auctions to enter next: a tenth (or `adjustment`) less while spend runs ahead of the traffic seen, as much
 * more while it runs behind.
 *
 * @param rate Present pass-through rate, (0, 1].
 * @param spentShare Spend so far over the budget.
 * @param plannedShare Share of the flight's traffic that should have passed by now.
 * @param adjustment Relative change a step; 0.1 in the paper.
 *
 * Source: Agarwal et al. (2014), "Budget Pacing for Targeted Online Advertisements at LinkedIn", KDD, Algorithm 1.
 */
export function throttleRate(rate: number, spentShare: number, plannedShare: number, adjustment: number): number {
  const next = spentShare > plannedShare ? rate * (1 - adjustment) : rate * (1 + adjustment);
  return Math.min(1, Math.max(LOWEST_RATE, next));
}
