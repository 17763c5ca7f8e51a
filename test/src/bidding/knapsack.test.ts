import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestConstantMultiplier,
  fractionalKnapsack,
  knapsackCurve,
  knapsackValue,
  multiplierCurve,
} from '../../../src/bidding/knapsack.ts';

const f64 = (...xs: number[]) => Float64Array.from(xs);

describe('fractionalKnapsack', () => {
  it('buys in order of value for money and the last item in part', () => {
    // Ratios 3, 1, 2: all of the first (price 1), all of the third (price 2), half of the second (price 4).
    expect(fractionalKnapsack(f64(3, 4, 4), f64(1, 4, 2), 5)).toBe(3 + 4 + 2);
  });

  it('takes free items first, even without money', () => {
    expect(fractionalKnapsack(f64(1, 2, 0), f64(0, 5, 0), 0)).toBe(1);
  });

  it('buys everything when money is plenty', () => {
    expect(fractionalKnapsack(f64(1, 2, 3), f64(4, 5, 6), 1e9)).toBe(6);
  });

  it('looks at the items of one episode only', () => {
    expect(fractionalKnapsack(f64(9, 1, 2, 9), f64(1, 1, 1, 1), 1, 1, 3)).toBe(2);
  });

  it('is never below what any affordable subset is worth', () => {
    const item = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (items) => {
        const chosen = items.filter(([, , take]) => take);
        const budget = chosen.reduce((a, [, price]) => a + price, 0);
        const ceiling = fractionalKnapsack(f64(...items.map((i) => i[0])), f64(...items.map((i) => i[1])), budget);
        expect(ceiling).toBeGreaterThanOrEqual(chosen.reduce((a, [value]) => a + value, 0) - 1e-9);
      }),
    );
  });

  it('grows with the budget and is concave in it', () => {
    const curve = knapsackCurve(f64(5, 4, 3, 2, 1), f64(2, 2, 2, 2, 2));
    const at = [0, 1, 2, 3, 4, 5, 6].map((b) => knapsackValue(curve, b));
    expect(at).toEqual([0, 2.5, 5, 7, 9, 10.5, 12]);
  });

  it('refuses negative and unequal columns', () => {
    expect(() => fractionalKnapsack(f64(1), f64(-1), 1)).toThrow('DATA_INVALID');
    expect(() => fractionalKnapsack(f64(1, 2), f64(1), 1)).toThrow('SHAPE_MISMATCH');
  });
});

describe('bestConstantMultiplier', () => {
  const values = f64(1, 1, 2, 0);
  const prices = f64(3, 1, 8, 1);
  const curve = multiplierCurve(values, prices, prices);

  it('sorts by the smallest winning multiplier and leaves out what none wins', () => {
    expect([...curve.entries]).toEqual([1, 3, 4]);
    expect([...curve.cost]).toEqual([0, 1, 4, 12]);
  });

  it('is the largest entry whose whole spend fits', () => {
    expect([0, 1, 3.9, 4, 11, 12, 99].map((b) => bestConstantMultiplier(curve, b))).toEqual([0, 1, 1, 3, 3, 4, 4]);
  });

  it('does not split opportunities that enter together', () => {
    const tied = multiplierCurve(f64(1, 1, 1), f64(1, 2, 2), f64(1, 2, 2));
    expect(bestConstantMultiplier(tied, 3)).toBe(1);
    expect(bestConstantMultiplier(tied, 5)).toBe(2);
  });
});
