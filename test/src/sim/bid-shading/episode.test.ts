import { describe, expect, it } from 'vitest';
import { gammaCdf, logNormalCdf } from '../../../../src/core/distributions.ts';
import { Rng } from '../../../../src/core/rng.ts';
import type { Notice } from '../../../../src/market/feedback.ts';
import { ShadingEpisode, segmentTruths } from '../../../../src/sim/bid-shading/episode.ts';
import { checkShadingMarket, type ShadingMarket } from '../../../../src/sim/bid-shading/market.ts';
import { SegmentTruth } from '../../../../src/sim/bid-shading/segment-truth.ts';
import { smallMarket } from './small-market.ts';

const [news, video] = smallMarket.segments.map((segment) => new SegmentTruth(segment)) as [SegmentTruth, SegmentTruth];

describe('truth of a segment', () => {
  it('knows what a bid wins, to five digits', () => {
    for (const bid of [200, 1_000, 1_501, 3_000, 9_000, 20_000]) {
      expect(news.winProbability(2_000, bid)).toBeCloseTo(logNormalCdf((bid - 0.5) / 2_000, 0, 0.5), 5);
      expect(video.winProbability(8_000, bid)).toBeCloseTo(gammaCdf((bid - 0.5) / 8_000, 3, 1 / 3), 5);
    }
    expect(news.winProbability(1_500, 1)).toBe(0);
  });

  it('draws prices and values of the laws it knows', () => {
    const rng = new Rng('truth');
    const n = 20_000;
    for (const [truth, level, bid] of [
      [news, 1_500, 1_800],
      [video, 9_000, 7_000],
    ] as const) {
      let won = 0;
      for (let i = 0; i < n; i++) if (truth.drawPrice(level, rng) < bid) won++;
      expect(Math.abs(won / n - truth.winProbability(level, bid))).toBeLessThan(0.012);
    }
    let sum = 0;
    for (let i = 0; i < n; i++) sum += news.drawValue(rng);
    expect(sum / n / 4_000).toBeCloseTo(1, 1);
  });

  it('draws gamma prices of a shape below 1', () => {
    const spiky = new SegmentTruth({
      ...smallMarket.segments[1]!,
      price: { family: 'gamma', meanMicros: 9_000, shape: 0.5 },
    });
    const rng = new Rng('spiky');
    let won = 0;
    for (let i = 0; i < 20_000; i++) if (spiky.drawPrice(9_000, rng) < 3_000) won++;
    expect(Math.abs(won / 20_000 - gammaCdf(1 / 3, 0.5, 2))).toBeLessThan(0.012);
  });

  it('knows the best bid: no other earns more, and its surplus is what it says', () => {
    for (const truth of [news, video]) {
      for (const value of [900, 4_000, 15_000]) {
        const level = 2_500;
        const surplus = (bid: number) => (value - bid) * truth.winProbability(level, bid);
        const best = truth.bestBid(level, value);
        expect(surplus(best)).toBeGreaterThan(0.998 * truth.bestSurplus(level, value) - 0.01);
        for (let bid = 0; bid <= value; bid += value / 50)
          expect(surplus(bid)).toBeLessThan(truth.bestSurplus(level, value) * 1.001 + 0.05);
      }
    }
  });

  it('knows its mean over values', () => {
    const rng = new Rng('values');
    let sum = 0;
    for (let i = 0; i < 20_000; i++) sum += news.bestSurplus(1_800, news.drawValue(rng));
    expect(sum / 20_000 / news.meanBestSurplus(1_800)).toBeCloseTo(1, 1);
  });
});

/** Bids the same share of value throughout; returns notices and totals. */
function play(market: ShadingMarket, factor: number, seed = 'play') {
  const episode = new ShadingEpisode(market, segmentTruths(market), new Rng(seed));
  const notices: (Notice & { segment: number })[] = [];
  while (!episode.ended) {
    const bids = episode.values.map((value) => Math.floor(factor * value));
    episode.settle(bids, (notice, segment) => notices.push({ ...notice, segment }));
  }
  return { notices, total: { ...episode.total } };
}

describe('episode', () => {
  it('pays first prices: spend is what won bids add up to, and the books of notices agree', () => {
    const { notices, total } = play(smallMarket, 0.6);
    expect(notices).toHaveLength(128);
    expect(total.opportunities).toBe(128);
    const won = notices.filter((notice) => notice.won);
    expect(won.length).toBe(total.wins);
    expect(won.reduce((sum, { bidMicros }) => sum + bidMicros, 0)).toBe(total.spendMicros);
    for (const { won: isWon, bidMicros, minToWinMicros } of notices) {
      if (isWon) expect(minToWinMicros).toBeLessThan(bidMicros);
      else expect(minToWinMicros).toBeNaN();
    }
  });

  it('earns nothing by bidding value, nothing by not bidding, and no more on average than the best bids', () => {
    expect(Math.abs(play(smallMarket, 1).total.expectedMicros)).toBeLessThan(128);
    expect(play(smallMarket, 0).total).toMatchObject({ wins: 0, spendMicros: 0, expectedMicros: 0 });
    for (const factor of [0.3, 0.5, 0.7]) {
      const { expectedMicros, bestMicros } = play(smallMarket, factor).total;
      expect(expectedMicros).toBeLessThan(bestMicros);
      expect(expectedMicros).toBeGreaterThan(0.5 * bestMicros);
    }
  });

  it('draws the same prices and values whatever is bid', () => {
    const full = { ...smallMarket, feedback: 'full' } as const;
    const needs = (factor: number) => play(full, factor).notices.map(({ minToWinMicros }) => minToWinMicros);
    expect(needs(0.9)).toEqual(needs(0.4));
    expect(play(smallMarket, 0.9).total.bestMicros).toBe(play(smallMarket, 0.2).total.bestMicros);
  });

  it('tells each auction at most once behind a queue that repeats, and fewer behind one that loses', () => {
    const delivery = {
      delay: { family: 'uniform', low: 0, high: 2 },
      duplicateProbability: 0.5,
      lossProbability: 0.25,
    } as const;
    const { notices } = play({ ...smallMarket, delivery }, 0.6);
    const ids = notices.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThan(110);
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
  });

  it('begins again the same from one stream and otherwise from another', () => {
    expect(play(smallMarket, 0.5)).toEqual(play(smallMarket, 0.5));
    expect(play(smallMarket, 0.5, 'other').total.valueMicros).not.toBe(play(smallMarket, 0.5).total.valueMicros);
  });
});

describe('impossible markets are refused with the place', () => {
  const [segment] = smallMarket.segments;
  const cases: readonly [string, Partial<ShadingMarket>][] = [
    ['segments expected 1 … 64 of them, received 0', { segments: [] }],
    ["segments expected names that differ, received 'news' twice", { segments: [segment!, segment!] }],
    ['numSteps expected 1 … 10000 of them, received 0', { numSteps: 0 }],
    ['driftSigma expected a number in [0, 3] [log], received -1', { driftSigma: -1 }],
    ['segments.news.meanValueMicros expected a positive amount', { segments: [{ ...segment!, meanValueMicros: 0 }] }],
    ['segments.news.valueSigma expected', { segments: [{ ...segment!, valueSigma: -0.1 }] }],
    [
      'segments.news.price.sigma expected',
      { segments: [{ ...segment!, price: { family: 'log-normal', medianMicros: 5, sigma: 0 } }] },
    ],
    [
      'segments.news.price.shape expected',
      { segments: [{ ...segment!, price: { family: 'gamma', meanMicros: 5, shape: 0 } }] },
    ],
    ['feedback expected one of full, winner-only, censored', { feedback: 'none' as 'full' }],
    ['feedback.lossProbability: expected a probability', { delivery: { ...smallMarket.delivery, lossProbability: 2 } }],
  ];
  it.each(cases)('%s', (message, change) => {
    expect(() => checkShadingMarket({ ...smallMarket, ...change })).toThrow(message);
  });
});
