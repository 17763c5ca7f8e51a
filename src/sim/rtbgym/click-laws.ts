import type { ClickBudgetProblem, ClickLaw } from '../../bidding/click-budget-dp.ts';
import { normalCdf } from '../../core/distributions.ts';
import type { RtbGymMarket } from './market.ts';

/**
 * The planning problem of a market for a bidder that chooses one of the listed multipliers each step: what
 * `solveClickBudget` takes. Its solution is the best that any policy of these multipliers can expect, since steps are
 * independent of each other.
 */
export function clickBudgetProblem(market: RtbGymMarket, multipliers: readonly number[]): ClickBudgetProblem {
  return {
    numSteps: market.numSteps,
    budget: market.budgetUnits,
    numActions: multipliers.length,
    auctions: volumeLaw(market),
    law: (step, action) => clickLaw(market, step, multipliers[action]!),
  };
}

/** P(n auctions in a step) for n = 0, 1, … up to eight standard deviations above the mean. */
function volumeLaw({ volume: { mean, std, min } }: RtbGymMarket): Float64Array {
  const most = Math.max(min, Math.floor(mean + 8 * std));
  const law = new Float64Array(most + 1);
  const below = (n: number) => (std > 0 ? normalCdf((n - mean) / std) : n > mean ? 1 : 0);
  law[min] = below(min + 1);
  for (let n = min + 1; n <= most; n++) law[n] = below(n + 1) - below(n);
  return law;
}

/**
 * The law of an auction: for each ad, clicks and conversions of the users whose bid is above a price, times the
 * probability of that price.
 */
export function clickLaw(market: RtbGymMarket, step: number, multiplier: number): ClickLaw {
  const { pairRates, numUsers, prices } = market;
  const numPairs = pairRates.length / 2;
  const numAds = numPairs / numUsers;
  const size = prices.dearest + 1;
  const law = { click: new Float64Array(size), conversion: new Float64Array(size) };
  const clicksAt = new Float64Array(size + 1);
  const conversionsAt = new Float64Array(size + 1);
  const bidFactor = multiplier * market.bidPerValue;
  for (let ad = 0; ad < numAds; ad++) {
    clicksAt.fill(0);
    conversionsAt.fill(0);
    for (let pair = ad * numUsers; pair < (ad + 1) * numUsers; pair++) {
      const value = pairRates[2 * pair + 1]! * market.valueFactor[step]!;
      const bid = Math.min(size, Math.floor(bidFactor * value));
      clicksAt[bid]! += (pairRates[2 * pair]! * market.ctrFactor[step]!) / numPairs;
      conversionsAt[bid]! += value / numPairs;
    }
    addAd(market, ad, clicksAt, conversionsAt, law);
  }
  return law;
}

function addAd(
  { prices }: RtbGymMarket,
  ad: number,
  clicksAt: Float64Array,
  conversionsAt: Float64Array,
  law: ClickLaw,
): void {
  let clicks = 0;
  let conversions = 0;
  const first = prices.first[ad]!;
  for (let price = clicksAt.length - 2; price >= first; price--) {
    clicks += clicksAt[price + 1]!;
    conversions += conversionsAt[price + 1]!;
    const slot = price - first;
    if (slot >= prices.slots) continue;
    const probability = prices.probabilities[ad * prices.slots + slot]!;
    law.click[price]! += probability * clicks;
    law.conversion[price]! += probability * conversions;
  }
}
