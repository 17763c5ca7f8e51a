import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cappedNeedMicros, entryMultiplier } from '../../../src/sim/entry-multiplier.ts';

const rules = { ties: 'lose', minBidMicros: 1, bidQuantumMicros: 1, maxBidMicros: null } as const;

/** The next double below a positive x. */
function below(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) - 1n);
  return view.getFloat64(0);
}

describe('cappedNeedMicros', () => {
  it('is one micro above the market price where ties lose, and the price where they win', () => {
    expect(cappedNeedMicros(100, 0, rules)).toBe(101);
    expect(cappedNeedMicros(100, 0, { ...rules, ties: 'win' })).toBe(100);
  });

  it('is at least the floor and the smallest bid', () => {
    expect(cappedNeedMicros(100, 250, rules)).toBe(250);
    expect(cappedNeedMicros(0, 0, { ...rules, ties: 'win', minBidMicros: 7 })).toBe(7);
    expect(cappedNeedMicros(0, 0, { ...rules, ties: 'win', minBidMicros: 0 })).toBe(0);
  });

  it('rounds up to the quantum and is infinite above the cap', () => {
    expect(cappedNeedMicros(101, 0, { ...rules, ties: 'win', bidQuantumMicros: 10 })).toBe(110);
    expect(cappedNeedMicros(101, 0, { ...rules, maxBidMicros: 101 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('entryMultiplier', () => {
  it('is 0 where nothing is needed and Infinity where nothing helps', () => {
    expect(entryMultiplier(0, 0)).toBe(0);
    expect(entryMultiplier(5, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(entryMultiplier(Number.POSITIVE_INFINITY, 3)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is the smallest double whose product with the value reaches the need', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.oneof(
          fc.double({ min: 1e-12, max: 1e6, noNaN: true }),
          fc.integer({ min: 1, max: 1000 }).map((k) => 1 / k),
        ),
        (need, value) => {
          const tau = entryMultiplier(need, value);
          expect(tau * value).toBeGreaterThanOrEqual(need);
          expect(below(tau) * value).toBeLessThan(need);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
