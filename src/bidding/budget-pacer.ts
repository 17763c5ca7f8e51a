/** When and by how much {@link budgetPacerFactor} moves. */
export interface BudgetPacer {
  /** Projected spend over money left below which bids rise. */
  readonly lower: number;
  /** Steady spend over money left above which bids fall. */
  readonly upper: number;
  /** Factor of a rise, above 1. */
  readonly raise: number;
  /** Factor of a fall, below 1. */
  readonly cut: number;
}

/** AuctionNet's thresholds and factors. */
export const AUCTION_NET_PACER: BudgetPacer = { lower: 0.7, upper: 1.1, raise: 1.2, cut: 0.7 };
/** rlbidder's. */
export const RLBIDDER_PACER: BudgetPacer = { lower: 0.66, upper: 1.45, raise: 1.13, cut: 0.56 };

/** What the pacer looks at after a step; amounts in any one unit. */
export interface PacerView {
  readonly lastSpend: number;
  readonly remaining: number;
  /** Traffic expected in the last step, and from now on. */
  readonly lastTraffic: number;
  readonly trafficLeft: number;
  readonly stepsLeft: number;
}

/**
 * The factor by which the multiplier moves after a step: `raise` where the last step's spend, carried on with the traffic to
 * come, would leave money over; `cut` where the same spend in every step left would take more than there is; else 1.
 *
 * Unlike `pacingFactor` it aims at what is left, not at what the last step should have spent: spend that ran ahead early is
 * made up for.
 *
 * Source: the pacers of AuctionNet (Su et al. 2024, arXiv:2412.10798) and rlbidder.
 */
export function budgetPacerFactor(view: PacerView, pacer: BudgetPacer): number {
  if (!(view.remaining > 0 && view.lastTraffic > 0)) return 1;
  const projected = (view.lastSpend * view.trafficLeft) / view.lastTraffic;
  if (projected / view.remaining < pacer.lower) return pacer.raise;
  return (view.lastSpend * view.stepsLeft) / view.remaining > pacer.upper ? pacer.cut : 1;
}
