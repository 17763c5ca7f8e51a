import { logistic } from './draw-parameters.ts';
import type { RtbGymParameters } from './parameters.ts';
import { type PriceTables, priceTables } from './price-tables.ts';

/** An RTBGym market worked up for drawing auctions. Prices and the budget are whole currency units. */
export interface RtbGymMarket {
  readonly numSteps: number;
  readonly budgetUnits: number;
  readonly volume: { readonly mean: number; readonly std: number; readonly min: number };
  readonly numUsers: number;
  /** `[ads · users, 2]` σ(x · w_c) and σ(x · w_c) σ(x · w_v) of each pair of ad and user, side by side. */
  readonly pairRates: Float64Array;
  /** `[T]` CTR = σ(x · w_c) · ctrFactor. */
  readonly ctrFactor: Float64Array;
  /** `[T]` CTR · CVR = σ(x · w_c) σ(x · w_v) · valueFactor. */
  readonly valueFactor: Float64Array;
  /** Bid of multiplier 1 per unit of CTR · CVR, whole currency units; a bid is ⌊α · CTR · CVR · bidPerValue⌋. */
  readonly bidPerValue: number;
  /** Bid of multiplier 1 for an auction of mean value, whole currency units. */
  readonly standardBid: number;
  readonly prices: PriceTables;
  /** Where the parameters come from. */
  readonly source: string;
}

/** Works up the parameters of a market. */
export function rtbGymMarket(parameters: RtbGymParameters): RtbGymMarket {
  const { ad_features: ads, user_features: users, ctr_coef, cvr_coef } = parameters;
  const pairRates = new Float64Array(2 * ads.length * users.length);
  let i = 0;
  for (const ad of ads) {
    for (const user of users) {
      const ctr = logistic(ctr_coef, ad, user);
      pairRates[i++] = ctr;
      pairRates[i++] = ctr * logistic(cvr_coef, ad, user);
    }
  }
  return {
    numSteps: parameters.step_per_episode,
    budgetUnits: parameters.initial_budget,
    volume: parameters.search_volume,
    numUsers: users.length,
    pairRates,
    ctrFactor: Float64Array.from(parameters.ctr_time),
    valueFactor: Float64Array.from(parameters.ctr_time, (ctr, t) => ctr * parameters.cvr_time[t]!),
    bidPerValue: parameters.standard_bid_price * parameters.scaler,
    standardBid: parameters.standard_bid_price,
    prices: priceTables(parameters.price_gamma_shape, parameters.price_gamma_scale),
    source: parameters.source,
  };
}
