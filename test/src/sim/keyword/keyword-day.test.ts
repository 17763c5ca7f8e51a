import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { emptyKeywordDay, idealProfit, playKeywordDay } from '../../../../src/sim/keyword/keyword-day.ts';
import { copyKeywords, drawKeywords, driftKeywords, resetKeywords } from '../../../../src/sim/keyword/keywords.ts';
import { rivalBid, rivalSurplus, rivalWinRate } from '../../../../src/sim/keyword/rival-bid.ts';

const keywords = drawKeywords(6, new Rng('keywords'));

/** Sums of `numDays` days under one bid a keyword. */
function totals(bids: Float64Array, budgetMicros: number, numDays: number, seed = 'days') {
  const rng = new Rng(seed);
  const day = emptyKeywordDay(keywords.size);
  const sum = { impressions: 0, clicks: 0, conversions: 0, costMicros: 0, revenueMicros: 0 };
  for (let d = 0; d < numDays; d++) {
    playKeywordDay(keywords, bids, budgetMicros, rng, day);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) {
      for (const x of day[name]) sum[name] += x;
    }
    expect(day.costMicros.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(budgetMicros);
  }
  return sum;
}

const all = (bidMicros: number) => new Float64Array(keywords.size).fill(bidMicros);

describe('the competing bid', () => {
  it('is its location in the middle, and location ± scale · ln 2 at the quarters', () => {
    expect(rivalBid(0.5, 0.1, 0.5)).toBe(0.5);
    expect(rivalBid(0.5, 0.1, 0.75)).toBeCloseTo(0.5 + 0.1 * Math.LN2, 12);
    expect(rivalBid(0.5, 0.1, 0.25)).toBeCloseTo(0.5 - 0.1 * Math.LN2, 12);
    // −.1 · ln 50 + .1 is below 0 and is turned over.
    expect(rivalBid(0.1, 0.1, 0.01)).toBeCloseTo(0.1 * Math.log(50) - 0.1, 12);
  });

  it('is below a bid as often as its distribution function says', () => {
    const rng = new Rng('rivals');
    const draws = Array.from({ length: 40_000 }, () => rivalBid(0.2, 0.15, rng.double()));
    for (const bid of [0.05, 0.2, 0.4]) {
      const share = draws.filter((draw) => draw <= bid).length / draws.length;
      expect(Math.abs(share - rivalWinRate(0.2, 0.15, bid))).toBeLessThan(0.01);
    }
  });

  it('leaves a surplus that is the integral of the win rate', () => {
    const positive = fc.double({ min: 0.02, max: 2, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (location, scale, worth) => {
        const n = 400;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += rivalWinRate(location, scale, ((i + 0.5) * worth) / n) * (worth / n);
        expect(rivalSurplus(location, scale, worth)).toBeCloseTo(sum, 4);
      }),
    );
    expect(rivalSurplus(0.3, 0.1, 0)).toBe(0);
  });
});

describe('drawn keywords', () => {
  it('lie in their ranges and are the same for equal streams', () => {
    expect(drawKeywords(6, new Rng('keywords'))).toEqual(keywords);
    for (let k = 0; k < 6; k++) {
      expect(keywords.meanVolume[k]).toBeGreaterThanOrEqual(14);
      expect(keywords.meanVolume[k]).toBeLessThan(29);
      expect(keywords.ctr[k]! > 0 && keywords.ctr[k]! < 1).toBe(true);
      expect(keywords.meanRevenue[k]).toBeLessThan(1.5);
    }
  });

  it('take volume and conversion rate of a dense or sparse account', () => {
    const dense = drawKeywords(3, new Rng('keywords'), { meanVolume: 128, cvr: 0.8 });
    expect([...dense.meanVolume, ...dense.cvr]).toEqual([128, 128, 128, 0.8, 0.8, 0.8]);
  });

  it('drift by at most the share a day, within [0, 1] and not below 0, and go back at a reset', () => {
    const moved = copyKeywords(keywords);
    driftKeywords(moved, keywords, 0.03, new Rng('drift'));
    for (let k = 0; k < 6; k++) {
      expect(Math.abs(moved.ctr[k]! / keywords.ctr[k]! - 1)).toBeLessThanOrEqual(0.03 + 1e-12);
      expect(Math.abs(moved.meanVolume[k]! / keywords.meanVolume[k]! - 1)).toBeLessThanOrEqual(0.03 + 1e-12);
    }
    expect(moved).not.toEqual(keywords);
    resetKeywords(moved, keywords);
    expect(moved).toEqual(keywords);
  });

  it('refuses an account without keywords', () => {
    expect(() => drawKeywords(0, new Rng('keywords'))).toThrow(/CONFIG_INVALID: keywords: expected at least one/);
  });
});

describe('a day of searches', () => {
  it('wins everything at a bid above all others: clicks and conversions at their rates', () => {
    const { impressions, clicks, conversions } = totals(all(1e9), 1e12, 400);
    const volume = 400 * keywords.meanVolume.reduce((a, b) => a + b, 0);
    expect(impressions / volume).toBeCloseTo(1, 1);
    const expectedClicks = keywords.meanVolume.reduce((sum, v, k) => sum + v * keywords.ctr[k]!, 0) * 400;
    expect(clicks / expectedClicks).toBeCloseTo(1, 1);
    const converting =
      keywords.meanVolume.reduce((sum, v, k) => sum + v * keywords.ctr[k]! * keywords.cvr[k]!, 0) * 400;
    expect(conversions / converting).toBeCloseTo(1, 1);
  });

  it('earns what the closed form says when every click is bid its worth', () => {
    const worths = keywords.cvr.map((cvr, k) => cvr * keywords.meanRevenue[k]! * 1e6);
    const { revenueMicros, costMicros } = totals(worths, 1e12, 2000);
    const ideal = new Float64Array(6);
    idealProfit(keywords, ideal);
    const expected = 2000 * ideal.reduce((a, b) => a + b, 0);
    expect((revenueMicros - costMicros) / 1e6 / expected).toBeCloseTo(1, 1);
  });

  it('never spends more than the budget, and less money buys a beginning of the same day', () => {
    const rich = totals(all(5e5), 1e12, 30);
    const poor = totals(all(5e5), 1_000_000, 30);
    expect(poor.costMicros).toBeLessThan(rich.costMicros);
    expect(poor.costMicros).toBeLessThanOrEqual(30 * 1_000_000);
    expect(totals(all(5e5), 0, 3).costMicros).toBe(0);
  });

  it('draws as many numbers whatever is bid: the streams end at one position', () => {
    const streams = [1e4, 1e9].map((bid) => {
      const rng = new Rng('same luck');
      playKeywordDay(keywords, all(bid), 3e6, rng, emptyKeywordDay(keywords.size));
      return rng.getState();
    });
    expect(streams[0]).toEqual(streams[1]);
  });
});
