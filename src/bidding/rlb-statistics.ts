import { SimError } from '../core/errors.ts';

/** The fields of an iPinYou campaign's `info.json` that RLB's estimates are made from. */
export interface CampaignInfo {
  readonly imp_train: number;
  readonly clk_train: number;
  /** Price units × impressions. */
  readonly cost_train: number;
  /** `[P]` training impressions by market price 0 … P − 1, price units. */
  readonly price_counter_train: ArrayLike<number>;
}

/** RLB's estimates from a campaign's training log. Prices in the log's own unit (iPinYou: fen CPM). */
export interface RlbStatistics {
  /** `[P]` m(δ) with one added to every count (Laplace). */
  readonly priceProbabilities: Float64Array;
  /** θ̄: clicks over impressions. */
  readonly meanValue: number;
  /** Average price of an impression. */
  readonly meanPrice: number;
  /** Cost per click. */
  readonly costPerClick: number;
}

/**
 * m(δ) = (count(δ) + 1) / (N + P), θ̄, average price and cost per click of a training log.
 *
 * @throws SimError `DATA_INVALID` without impressions, clicks or prices.
 *
 * Source: Cai et al. (2017), section 4, and the published code's estimates.
 */
export function rlbStatistics(info: CampaignInfo): RlbStatistics {
  if (!(info.imp_train > 0 && info.clk_train > 0 && info.price_counter_train.length > 0)) {
    throw new SimError(
      'DATA_INVALID',
      `rlb statistics: expected impressions, clicks and prices in the training log, received ${info.imp_train} ` +
        `impressions, ${info.clk_train} clicks, ${info.price_counter_train.length} price levels`,
    );
  }
  return {
    priceProbabilities: smoothedHistogram(info.price_counter_train, 1),
    meanValue: info.clk_train / info.imp_train,
    meanPrice: info.cost_train / info.imp_train,
    costPerClick: info.cost_train / info.clk_train,
  };
}

/** `[P]` (count + pseudoCount) / (Σ count + P · pseudoCount). */
export function smoothedHistogram(counts: ArrayLike<number>, pseudoCount: number): Float64Array {
  let total = pseudoCount * counts.length;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  return Float64Array.from(counts, (count) => (count + pseudoCount) / total);
}

/** The budget of an episode of `numAuctions` auctions: ⌊mean price · budget fraction · auctions⌋, price units. */
export function rlbBudget(meanPrice: number, budgetFraction: number, numAuctions: number): number {
  return Math.floor(meanPrice * budgetFraction * numAuctions);
}
