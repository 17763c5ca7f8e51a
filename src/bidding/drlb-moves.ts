/**
 * Changes of λ that a bidder may choose from at each step: λ is multiplied by 1 + move. The eleven of the arXiv version;
 * the CIKM version keeps the seven up to ±8 %.
 *
 * Source: Wu et al. (2018), "Budget Constrained Bidding by Model-free Reinforcement Learning in Display Advertising",
 * CIKM, arXiv:1802.08365, section 4.2.
 */
export const DRLB_MOVES: readonly number[] = [-0.5, -0.15, -0.08, -0.03, -0.01, 0, 0.01, 0.03, 0.08, 0.15, 0.5];

/**
 * The multiplier nearest to `target` that one move reaches: α / (1 + move) with the least |ln α′ − ln target|.
 *
 * @param multiplier α before the move, positive.
 * @param target Where a bidder that could jump would go; 0 takes the move that lowers bids most.
 * @param moves Changes of λ = 1/α, each above −1.
 */
export function moveTowards(multiplier: number, target: number, moves: readonly number[]): number {
  let best = multiplier;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const move of moves) {
    const moved = multiplier / (1 + move);
    const distance = target > 0 ? Math.abs(Math.log(moved / target)) : moved;
    if (distance < bestDistance) {
      best = moved;
      bestDistance = distance;
    }
  }
  return best;
}
