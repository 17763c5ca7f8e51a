import { normalCdf, normalQuantile } from '../../core/distributions.ts';
import type { FlightCounters } from '../../core/policy.ts';

/** Multipliers tried: 0.02, 0.04, … 1. */
const GRID = 50;

/**
 * What a bidder believes of the price to beat after one more tick, as the mean of ln(price / own worth).
 *
 * With prices log-normal around that mean a multiplier γ wins with probability Φ((ln γ − m)/σ); the win rate of the last
 * tick gives m back, mixed with the belief before it. Half a win is added to wins and losses, so that none is certain.
 *
 * @param before The belief before; NaN for none.
 */
export function believedLogPrice(
  c: Pick<FlightCounters, 'lastAuctions' | 'lastWins' | 'lastMultiplier'>,
  { sigma, memory }: { readonly sigma: number; readonly memory: number },
  before: number,
): number {
  if (!(c.lastAuctions > 0 && c.lastMultiplier > 0)) return before;
  const winRate = (c.lastWins + 0.5) / (c.lastAuctions + 1);
  const seen = Math.log(c.lastMultiplier) - sigma * normalQuantile(winRate);
  return Number.isNaN(before) ? seen : memory * before + (1 - memory) * seen;
}

/**
 * The multiplier γ in (0, 1] with the largest expected surplus per worth, (1 − γ) · Φ((ln γ − m)/σ), on a grid of 0.02.
 *
 * Source: bid shading by a parametric win-rate curve, Zhou et al. (2021), "An Efficient Deep Distribution Network for Bid
 * Shading in First-Price Auctions", KDD, arXiv:2107.06650, with one log-normal for all requests.
 */
export function bestShade(logPrice: number, sigma: number): number {
  let best = 1 / GRID;
  let bestSurplus = Number.NEGATIVE_INFINITY;
  for (let g = 1; g <= GRID; g++) {
    const multiplier = g / GRID;
    const surplus = (1 - multiplier) * normalCdf((Math.log(multiplier) - logPrice) / sigma);
    if (surplus > bestSurplus) {
      bestSurplus = surplus;
      best = multiplier;
    }
  }
  return best;
}
