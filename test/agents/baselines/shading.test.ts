import { describe, expect, it } from 'vitest';
import type { BaselineContext } from '../../../agents/baselines/baseline.ts';
import { mostProbablePrice } from '../../../agents/baselines/most-probable-price.ts';
import { winRateShading } from '../../../agents/baselines/win-rate-shading.ts';
import type { BidPolicy } from '../../../src/core/policy.ts';
import { Rng } from '../../../src/core/rng.ts';
import { play, syntheticGame } from './flight-game.ts';

const opportunity = { value: 1, floorMicros: 0, remainingMicros: 1e9, auctionsLeft: 1, loggedBidMicros: Number.NaN };

/** A context whose prices are log-logistic with median 1000 and scale ¼, first price. */
function logLogisticContext(): BaselineContext {
  const { context } = syntheticGame('shading');
  const rng = new Rng('shading/prices');
  const marketPriceMicros = Float64Array.from({ length: 4000 }, () => {
    const u = rng.double();
    return Math.max(1, Math.round(1000 * (u / (1 - u)) ** 0.25));
  });
  const zeros = new Float64Array(4000);
  const train = { value: zeros.slice().fill(1), marketPriceMicros, floorMicros: zeros, click: new Uint8Array(4000) };
  return { ...context, train, auction: { ...context.auction, pricing: 'first-price' } };
}

const bidOf = (policy: ReturnType<typeof winRateShading.build>) => (policy as BidPolicy).bid(0, opportunity);

describe('win-rate shading', () => {
  it('bids where (v − b) · F(b) is most: F = b⁴ / (b⁴ + 1000⁴)', () => {
    const context = logLogisticContext();
    for (const worth of [600, 1500, 4000]) {
      let best = 0;
      let most = 0;
      for (let bid = 1; bid < worth; bid++) {
        const surplus = (worth - bid) / (1 + (1000 / bid) ** 4);
        if (surplus > most) [most, best] = [surplus, bid];
      }
      expect(bidOf(winRateShading.build(context, { worthMicros: worth })) / best).toBeCloseTo(1, 1);
    }
  });
});

describe('most probable price', () => {
  it('bids the mode of the prices, or the worth where that is less', () => {
    const context = logLogisticContext();
    // The log-normal fit has median 1000 and σ = π / (4 √3) = 0.453: mode 1000 · exp(−σ²) = 814.
    expect(Math.abs(bidOf(mostProbablePrice.build(context, { worthMicros: 3000 })) - 814)).toBeLessThan(30);
    expect(bidOf(mostProbablePrice.build(context, { worthMicros: 500 }))).toBeCloseTo(500, 3);
  });
});

describe('shading under a budget', () => {
  it('picks the worth that earns most value on the tuning flights', () => {
    const { game, context } = syntheticGame('shading-budget');
    for (const baseline of [winRateShading, mostProbablePrice]) {
      const outcomes = play(game, baseline.build(context));
      for (const { spendMicros, wins } of outcomes) {
        expect(spendMicros).toBeLessThanOrEqual(game.budgetMicros);
        expect(wins).toBeGreaterThan(10);
      }
    }
  });

  it('bears a market of a single price', () => {
    const context = logLogisticContext();
    const train = { ...context.train, marketPriceMicros: new Float64Array(4000).fill(700) };
    expect(bidOf(winRateShading.build({ ...context, train }, { worthMicros: 1400 }))).toBeGreaterThan(690);
  });
});
