import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bidForSpend, needHistogram, needMicros, priceLandscape, winRate } from '../../../src/bidding/landscape.ts';

const rules = { ties: 'lose', minBidMicros: 1, bidQuantumMicros: 1 } as const;

describe('needMicros', () => {
  it('is one micro above the price where ties lose, the price itself where they win', () => {
    expect(needMicros(100, 0, rules)).toBe(101);
    expect(needMicros(100, 0, { ...rules, ties: 'win' })).toBe(100);
  });

  it('is never below the floor or the smallest bid, and is rounded up to the quantum', () => {
    expect(needMicros(100, 500, rules)).toBe(500);
    expect(needMicros(0, 0, { ...rules, minBidMicros: 30 })).toBe(30);
    expect(needMicros(101, 0, { ties: 'win', minBidMicros: 0, bidQuantumMicros: 10 })).toBe(110);
  });
});

describe('a price landscape', () => {
  const needs = Float64Array.of(40, 10, 20, 20);
  const landscape = priceLandscape(needs, needs);

  it('tells what share a bid wins', () => {
    expect([9, 10, 20, 39, 40].map((bid) => winRate(landscape, bid))).toEqual([0, 0.25, 0.75, 0.75, 1]);
  });

  it('finds the largest bid that the budget an auction covers, ties together', () => {
    expect([0, 2.5, 7.4, 12.5, 22.5, 99].map((budget) => bidForSpend(landscape, budget))).toEqual([
      0, 10, 10, 20, 40, 40,
    ]);
  });
});

describe('needHistogram', () => {
  it('counts whole levels as they are and leaves out what lies above the grid', () => {
    expect([...needHistogram(Float64Array.of(0, 10, 10, 30, 31), 10, 4)]).toEqual([1, 2, 0, 1]);
  });

  it('keeps the number and the mean of needs within the grid', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1 }), (needs) => {
        const counts = needHistogram(Float64Array.from(needs), 7, 14);
        expect(counts.reduce((a, c) => a + c, 0)).toBeCloseTo(needs.length, 9);
        const total = needs.reduce((a, x) => a + x, 0);
        expect(counts.reduce((a, c, i) => a + c * i * 7, 0)).toBeCloseTo(total, 6);
      }),
    );
  });
});
