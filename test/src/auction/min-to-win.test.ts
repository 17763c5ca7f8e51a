import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gspQuality } from '../../../src/auction/gsp-quality.ts';
import { minToWin } from '../../../src/auction/min-to-win.ts';

const cleared = (bids: number[], reserve: number, quality: number[] | null = null) => ({
  numAuctions: 1,
  numBidders: bids.length,
  bidsMicros: Float64Array.from(bids),
  reserveMicros: Float64Array.of(reserve),
  quality: quality === null ? null : Float64Array.from(quality),
  softFloorMicros: null,
  ties: 'lowest-index' as const,
  tieBreak: null,
});

const tied = (bids: number[], reserve: number, numSlots = 1, quality: number[] | null = null) => {
  const out = new Float64Array(bids.length);
  minToWin(cleared(bids, reserve, quality), numSlots, out);
  return [...out];
};

describe('minimum to win', () => {
  it('is the runner-up to the winner and the winner to the losers', () => {
    expect(tied([30, 50, 40], 0)).toEqual([50, 40, 50]);
  });

  it('is the floor where nobody else comes to it, for losers too', () => {
    expect(tied([30, 50], 45)).toEqual([50, 45]);
    expect(tied([30, 40], 45)).toEqual([45, 45]);
    expect(tied([Number.NaN, 50], 10)).toEqual([50, 10]);
  });

  it('is the best bid that misses the slots to those in them, and the last that has one to the rest', () => {
    expect(tied([10, 20, 30, 40], 0, 2)).toEqual([30, 30, 20, 20]);
  });

  it('is a rival score over one’s own quality where ranking is by both, rounded up', () => {
    // Scores 20, 15: to tie 20 with quality ½ takes 40; to tie 15 with quality 2 takes 7.5.
    expect(tied([10, 30], 0, 1, [2, 0.5])).toEqual([8, 40]);
  });

  it('separates bids that win from bids that lose, whatever the own bid was', () => {
    const bid = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        fc.array(bid, { minLength: 1, maxLength: 6 }),
        bid,
        fc.integer({ min: 1, max: 3 }),
        (bids, floor, slots) => {
          const told = tied(bids, floor, slots);
          bids.forEach((own, a) => {
            const better = bids.filter((other, b) => b !== a && other >= floor && other > own).length;
            const atLeast = bids.filter((other, b) => b !== a && other >= floor && other >= own).length;
            if (own > told[a]!) expect(own >= floor && better < slots).toBe(true);
            if (own < told[a]!) expect(own >= floor && atLeast < slots).toBe(false);
            const changed = bids.with(a, 7);
            expect(tied(changed, floor, slots)[a]).toBe(told[a]);
          });
        },
      ),
    );
  });

  it('refuses no slots', () => {
    expect(() => tied([1], 0, 0)).toThrow('numSlots expected a positive integer, received 0');
  });

  it('agrees with the format that ranks by quality: one micro less loses, the minimum itself ties or wins', () => {
    const bid = fc.integer({ min: 1, max: 2000 });
    const quality = fc.oneof(
      fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000),
      fc.integer({ min: 1, max: 100 }).map((n) => n / 100),
    );
    const bidders = fc.array(fc.tuple(bid, quality), { minLength: 2, maxLength: 5 });
    const wins = (bids: number[], qualities: number[]) => {
      const out = { winners: new Int32Array(1), pricesMicros: new Float64Array(1) };
      gspQuality.clear(cleared(bids, 0, qualities), { exposure: Float64Array.of(1), model: 'independent' }, out);
      return out.winners[0] === bids.length - 1;
    };
    fc.assert(
      fc.property(bidders, (drawn) => {
        const bids = drawn.map(([own]) => own);
        const qualities = drawn.map(([, own]) => own);
        const least = tied(bids, 0, 1, qualities).at(-1)!;
        // The last index loses ties, so the minimum may tie and lose; a micro more always wins, a micro less never.
        expect(wins([...bids.slice(0, -1), least + 1], qualities)).toBe(true);
        if (least > 0) expect(wins([...bids.slice(0, -1), least - 1], qualities)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
