import type { MarketSample } from './landscape.ts';

/**
 * The lowest value worth a fixed bid: bidding `bid` on every opportunity of at least this value spends at most the budget.
 *
 * @param budget Micros an auction.
 * @returns Value units; 0 where the budget covers all that the bid wins, Infinity where it covers none of it.
 *
 * Source: the step bids of Perlich et al. (2012), "Bid Optimizing and Inventory Scoring in Targeted Online Advertising",
 * KDD, section 4.
 */
export function thresholdForSpend(sample: MarketSample, bid: number, budget: number): number {
  const { values, needs, prices } = sample;
  const won = Uint32Array.from(values, (_, i) => i)
    .filter((i) => needs[i]! <= bid)
    .sort((a, b) => values[b]! - values[a]!);
  let money = budget * values.length;
  let threshold = Number.POSITIVE_INFINITY;
  for (let i = 0; i < won.length; i++) {
    money -= prices[won[i]!]!;
    if (money < 0) return threshold;
    // Equal values are bought together or not at all.
    if (i + 1 === won.length || values[won[i + 1]!]! < values[won[i]!]!) threshold = values[won[i]!]!;
  }
  return 0;
}
