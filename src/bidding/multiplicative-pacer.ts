/** When and by how much a multiplicative pacer moves. */
export interface MultiplicativePacer {
  /** Spend over plan below which the multiplier rises. */
  readonly lower: number;
  /** Spend over plan above which it falls. */
  readonly upper: number;
  /** Factor of a rise, above 1. */
  readonly raise: number;
  /** Factor of a fall, below 1. */
  readonly cut: number;
}

/**
 * The factor by which the multiplier moves after a step: `raise` below the band, `cut` above it, 1 inside; 1 where nothing
 * was planned.
 *
 * Source: the budget pacers of AuctionNet (Su et al. 2024, arXiv:2412.10798), whose factors are 1.2 and 0.7 at .7 and 1.1.
 */
export function pacingFactor(spend: number, planned: number, pacer: MultiplicativePacer): number {
  if (!(planned > 0)) return 1;
  const ratio = spend / planned;
  return ratio < pacer.lower ? pacer.raise : ratio > pacer.upper ? pacer.cut : 1;
}
