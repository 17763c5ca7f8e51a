import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gsp } from '../../../src/auction/gsp.ts';
import { gspQuality } from '../../../src/auction/gsp-quality.ts';
import { anyCase, clearCase, plainCase, rankedBidders } from './auction-case.ts';

describe('gsp', () => {
  const exposure = [1, 0.8, 0.6];

  it('charges each slot the bid of the next rank', () => {
    const outcome = clearCase(gsp, plainCase([4, 10, 7, 1], { exposure }));
    expect(outcome).toEqual({ winners: [1, 2, 0], prices: [7, 4, 1] });
  });

  it('keeps bidders below the reserve out and charges the last winner the reserve', () => {
    const outcome = clearCase(gsp, plainCase([4, 10, 7, 1], { exposure, reserve: 5 }));
    expect(outcome).toEqual({ winners: [1, 2, -1], prices: [7, 5, 0] });
  });

  it('does not look at quality', () => {
    const quality = [1, 1, 9, 9];
    expect(clearCase(gsp, plainCase([4, 10, 7, 1], { exposure, quality }))).toEqual(
      clearCase(gsp, plainCase([4, 10, 7, 1], { exposure })),
    );
  });

  it('is the second-price auction on a page of one slot', () => {
    expect(clearCase(gsp, plainCase([4, 10, 7]))).toEqual({ winners: [1], prices: [7] });
  });

  it('makes room for pages of any length', () => {
    const bids = Array.from({ length: 20 }, (_, a) => a);
    const { prices } = clearCase(gsp, plainCase(bids, { exposure: bids.map(() => 1) }));
    expect(prices).toEqual([18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
  });
});

describe('gspQuality', () => {
  it('ranks by bid · quality and charges what keeps the rank', () => {
    // Scores 20, 24 and 9: bidder 1 needs 20 / 4 = 5 a click, bidder 0 needs 9 / 2 = 4.5, in whole micros 5.
    const c = plainCase([10, 6, 9], { quality: [2, 4, 1], exposure: [1, 0.5] });
    expect(clearCase(gspQuality, c)).toEqual({ winners: [1, 0], prices: [5, 5] });
  });

  it('takes the reserve per billed event, whatever the quality', () => {
    const c = plainCase([10, 6, 9], { quality: [2, 4, 1], exposure: [1, 0.5], reserve: 7 });
    expect(clearCase(gspQuality, c)).toEqual({ winners: [0, 2], prices: [7, 7] });
  });

  it('charges less under a higher reserve that throws out who set the price', () => {
    const auction = (reserve: number) => plainCase([10, 2], { quality: [1, 4], reserve });
    expect(clearCase(gspQuality, auction(0)).prices).toEqual([8]);
    expect(clearCase(gspQuality, auction(3)).prices).toEqual([3]);
  });

  it.each([
    { runnerUp: 19, quality: [0.19, 0.2], price: 21 }, // 20 · 0.19 is 3.8 in floats, just below 19 · 0.2
    { runnerUp: 9, quality: [0.03, 0.06], price: 18 }, // 9 · 0.06 / 0.03 is just above 18 in floats
  ])('charges $price where the quotient of floats is off, because products rank', ({ runnerUp, quality, price }) => {
    expect(clearCase(gspQuality, plainCase([50, runnerUp], { quality })).prices).toEqual([price]);
  });

  it('charges the least whole amount with which the winner keeps its rank, never more than its bid', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        const ranked = rankedBidders(gspQuality, c);
        const { winners, prices } = clearCase(gspQuality, c);
        const quality = (a: number) => c.quality?.[a] ?? 1;
        winners.forEach((a, s) => {
          const next = ranked[s + 1];
          if (a === -1 || next === undefined || prices[s] === c.reserve) return;
          const score = c.bids[next]! * quality(next);
          expect(prices[s]! * quality(a)).toBeGreaterThanOrEqual(score);
          expect((prices[s]! - 1) * quality(a)).toBeLessThan(score);
        });
      }),
    );
  });
});
