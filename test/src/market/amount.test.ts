import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { amountSchema, drawAmount } from '../../../src/market/amount.ts';
import { shockFactor } from '../../../src/market/shocks.ts';

describe('an amount', () => {
  it('is drawn from its family', () => {
    const rng = new Rng('amounts');
    const median = (draws: number[]) => draws.sort((x, y) => x - y)[draws.length / 2]!;
    const draws = (written: object) => {
      const amount = amountSchema('currency').parse(written);
      return Array.from({ length: 4000 }, () => drawAmount(amount, rng));
    };
    expect(new Set(draws({ family: 'fixed', value: 3 }))).toEqual(new Set([3]));
    expect(median(draws({ family: 'uniform', low: 1, high: 3 }))).toBeCloseTo(2, 0);
    expect(median(draws({ family: 'log-normal', median: 5, sigma: 0.4 }))).toBeCloseTo(5, 0);
  });
});

describe('shocks', () => {
  it('multiply while they last', () => {
    const shocks = [
      { kind: 'price', factor: 2, fromDay: 0, toDay: 1 },
      { kind: 'price', factor: 3, fromDay: 0.5, toDay: null },
      { kind: 'traffic', factor: 0.5, fromDay: 0, toDay: null },
    ] as const;
    expect([0, 0.5, 1].map((day) => shockFactor(shocks, 'price', day))).toEqual([2, 6, 3]);
    expect(shockFactor([], 'traffic', 0)).toBe(1);
  });
});
