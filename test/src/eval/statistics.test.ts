import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  interquartileMean,
  mean,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
  quantile,
  sortOrder,
  weightedInterquartileMean,
} from '../../../src/eval/statistics.ts';
import fixtures from '../../fixtures/statistics/scipy.json' with { type: 'json' };

describe('interquartileMean', () => {
  it('drops a quarter at each end: of 1 … 8 the mean of 3, 4, 5 and 6', () => {
    expect(interquartileMean([8, 1, 7, 2, 6, 3, 5, 4])).toBe(4.5);
  });

  it('keeps everything when there are fewer than four numbers', () => {
    expect(interquartileMean([1, 2, 9])).toBe(4);
  });

  it('does not feel one outlier among four', () => {
    expect(interquartileMean([1, 1, 1, 1000])).toBe(1);
  });

  it.each(fixtures.interquartileMean)('agrees with scipy.stats.trim_mean (case %#)', ({ values, expected }) => {
    expect(interquartileMean(values)).toBeCloseTo(expected, 12);
  });

  it('treats a weight as so many copies', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(4)), { minLength: 1 }), (drawn) => {
        const values = drawn.map(([value]) => value);
        const weights = Float64Array.from(drawn, ([, weight]) => weight);
        const copies = drawn.flatMap(([value, weight]) => Array.from({ length: weight }, () => value));
        const weighted = weightedInterquartileMean(values, sortOrder(values), weights);
        if (copies.length === 0) expect(weighted).toBeNaN();
        else expect(weighted).toBeCloseTo(interquartileMean(copies), 9);
      }),
    );
  });
});

describe('quantile', () => {
  it.each(fixtures.quantile)('agrees with numpy.quantile (case %#)', ({ values, probability, expected }) => {
    expect(quantile(values, probability)).toBeCloseTo(expected, 12);
  });

  it('is NaN of nothing', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect(mean([])).toBeNaN();
  });
});

describe('probabilityOfImprovement', () => {
  it('counts pairs won, ties half: {1, 2} against {1, 1} wins 3 of 4', () => {
    expect(probabilityOfImprovement([1, 2], [1, 1])).toBe(0.75);
  });

  it.each(fixtures.probabilityOfImprovement)("agrees with scipy's Mann–Whitney U (case %#)", ({ x, y, expected }) => {
    expect(probabilityOfImprovement(x, y)).toBeCloseTo(expected, 12);
  });

  it('of x over y and of y over x add up to one', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        expect(probabilityOfImprovement(x, y) + probabilityOfImprovement(y, x)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('optimalityGap and performanceProfile', () => {
  it('do not let a score above the target make up for one below', () => {
    expect(optimalityGap([0.8, 1.2])).toBeCloseTo(0.1, 12);
  });

  it('give the share of scores above each threshold', () => {
    expect(performanceProfile([0.5, 0.7, 0.9, 1], [0, 0.5, 0.8, 1])).toEqual([1, 0.75, 0.5, 0]);
  });
});
