import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gini, herfindahl } from '../../../src/market/concentration.ts';

describe('concentration', () => {
  it('is least where all are alike and greatest where one has everything', () => {
    expect([herfindahl([3, 3, 3, 3]), gini([3, 3, 3, 3])]).toEqual([0.25, 0]);
    expect([herfindahl([0, 0, 0, 7]), gini([0, 0, 0, 7])]).toEqual([1, 0.75]);
  });

  it('of 1, 2 and 3: squares 14/36, Gini 2/9', () => {
    expect(herfindahl([3, 1, 2])).toBeCloseTo(14 / 36, 12);
    expect(gini([3, 1, 2])).toBeCloseTo(2 / 9, 12);
  });

  it('is unknown where nobody has anything', () => {
    expect([herfindahl([0, 0]), gini([0, 0]), gini([])]).toEqual([null, null, null]);
  });

  it('does not depend on the unit or the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 20 }), (amounts) => {
        const other = amounts.map((amount) => 8 * amount).reverse();
        expect(herfindahl(other)).toEqual(
          herfindahl(amounts) === null ? null : expect.closeTo(herfindahl(amounts)!, 9),
        );
        expect(gini(other)).toEqual(gini(amounts) === null ? null : expect.closeTo(gini(amounts)!, 9));
      }),
    );
  });
});
