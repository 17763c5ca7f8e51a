import { goldenSection } from './golden-section.ts';
import type { MarketSample, PriceLandscape } from './landscape.ts';
import { winRate } from './landscape.ts';

/**
 * A family of win curves with one parameter c and the bid that is optimal under it.
 *
 * Derived for paying one's bid at most; with a second price the bids are concave in the value all the same, which buys
 * more of the cheap impressions than linear bidding does.
 *
 * Source: Zhang, Yuan, Wang (2014), "Optimal Real-Time Bidding for Display Advertising", KDD, eq. 8–14.
 */
export interface WinCurveFamily {
  /** Modelled win rate of a bid. */
  winRate(bid: number, c: number): number;
  /** Optimal bid for a value under the budget's multiplier λ, value units per money unit. */
  bid(value: number, lambda: number, c: number): number;
}

/** ORTB1: w(b) = b / (c + b), so b = √(c·θ/λ + c²) − c. */
export const ortb1: WinCurveFamily = {
  winRate: (bid, c) => bid / (c + bid),
  bid: (value, lambda, c) => Math.sqrt((c * value) / lambda + c * c) - c,
};

/** ORTB2: w(b) = b² / (c² + b²), so b = c·(A^⅓ − A^−⅓) with A = (θ + √(c²λ² + θ²)) / (cλ). */
export const ortb2: WinCurveFamily = {
  winRate: (bid, c) => (bid * bid) / (c * c + bid * bid),
  bid: (value, lambda, c) => {
    const root = Math.cbrt((value + Math.sqrt(c * c * lambda * lambda + value * value)) / (c * lambda));
    return c * (root - 1 / root);
  },
};

/** Quantiles of the landscape that c is fitted to. */
const FIT_POINTS = 199;

/**
 * The c whose win curve is nearest in squares to the landscape's at its evenly spaced quantiles.
 *
 * @returns Micros; found by golden section over ln c, within 1e-6 relative.
 */
export function fitWinCurve(family: WinCurveFamily, landscape: PriceLandscape): number {
  const n = landscape.needs.length;
  const bids = Float64Array.from({ length: FIT_POINTS }, (_, i) => {
    return Math.max(landscape.needs[Math.floor(((i + 1) * n) / (FIT_POINTS + 1))]!, 1e-9);
  });
  const rates = bids.map((bid) => winRate(landscape, bid));
  const error = (logC: number) => {
    const c = Math.exp(logC);
    let sum = 0;
    for (let i = 0; i < bids.length; i++) sum += (family.winRate(bids[i]!, c) - rates[i]!) ** 2;
    return sum;
  };
  const largest = bids[bids.length - 1]!;
  const low = Math.log(Math.max(bids[0]!, largest * 1e-6)) - 3;
  return Math.exp(goldenSection(error, low, Math.log(largest) + 3, (width) => !(width > 1e-7)));
}

/**
 * The λ at which bidding spends the budget on a sample.
 *
 * Bids fall as λ grows, so the spend is monotone and ln λ is bisected. Where even generous bids do not spend the budget the
 * answer is the smallest λ of the search range (1e-6 of mean value over mean price).
 *
 * @param budget Micros an auction.
 * @returns Value units per micro.
 */
export function lambdaForSpend(family: WinCurveFamily, c: number, sample: MarketSample, budget: number): number {
  const scale = Math.log(mean(sample.values) / Math.max(mean(sample.prices), 1e-9));
  let low = scale + Math.log(1e-6);
  let high = scale + Math.log(1e6);
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (spendAt(family, c, Math.exp(middle), sample) > budget) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

/** Micros an auction that bids under λ spend on the sample. */
function spendAt(family: WinCurveFamily, c: number, lambda: number, sample: MarketSample): number {
  const { values, needs, prices } = sample;
  let spend = 0;
  for (let i = 0; i < values.length; i++) if (family.bid(values[i]!, lambda, c) >= needs[i]!) spend += prices[i]!;
  return spend / values.length;
}

function mean(xs: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += xs[i]!;
  return sum / xs.length;
}
