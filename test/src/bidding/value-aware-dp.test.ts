import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableBid } from '../../../src/bidding/bid-table.ts';
import { solveRlb } from '../../../src/bidding/rlb-dp.ts';
import { solveValueAware, type ValueLevels, valueLevels } from '../../../src/bidding/value-aware-dp.ts';

/** The recursion summed over every price and every level. */
function naive(m: Float64Array, levels: ValueLevels, numAuctions: number, maxBudget: number): Float64Array {
  const width = maxBudget + 1;
  const v = new Float64Array(numAuctions * width);
  for (let t = 1; t < numAuctions; t++) {
    for (let b = 1; b <= maxBudget; b++) {
      const stay = v[(t - 1) * width + b]!;
      let sum = 0;
      for (let d = 0; d <= Math.min(b, m.length - 1); d++) {
        const after = v[(t - 1) * width + b - d]!;
        levels.probabilities.forEach((q, i) => {
          sum += m[d]! * q * Math.max(0, i * levels.width + after - stay);
        });
      }
      v[t * width + b] = stay + sum;
    }
  }
  return v;
}

const market = Float64Array.of(0.05, 0.1, 0.25, 0.3, 0.2, 0.1);

describe('solveValueAware', () => {
  it('equals the sum over all prices and all levels', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 2, max: 9 }),
        (sample, numLevels) => {
          const values = valueLevels(sample, numLevels);
          const table = solveValueAware({ priceProbabilities: market, values, numAuctions: 9, maxBudget: 30 });
          const expected = naive(market, values, 9, 30);
          table.values.forEach((v, i) => {
            expect(v).toBeCloseTo(expected[i]!, 11);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is RLB where all requests are worth the same', () => {
    const problem = { priceProbabilities: market, numAuctions: 12, maxBudget: 25 };
    const rlb = solveRlb({ ...problem, meanValue: 0.4 });
    const aware = solveValueAware({ ...problem, values: valueLevels([0.4], 500) });
    aware.values.forEach((v, i) => {
      expect(v).toBeCloseTo(rlb.values[i]!, 11);
    });
  });

  it('waits for the good request: a rare value of 10 is not spent on a common value of 1', () => {
    const sample = [10, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    const problem = { priceProbabilities: Float64Array.of(0, 1), numAuctions: 21, maxBudget: 1 };
    const aware = solveValueAware({ ...problem, values: valueLevels(sample, 11) });
    const rlb = solveRlb({ ...problem, meanValue: 1.9 });
    expect(tableBid(aware, 20, 1, 1)).toBe(0);
    expect(tableBid(aware, 20, 1, 10)).toBe(1);
    // Knowing that it will choose is worth more than the mean: 10 · (1 − 0.9^20) + 0.9^20 · 1 less the waiting at the end.
    expect(aware.values[20 * 2 + 1]!).toBeGreaterThan(rlb.values[20 * 2 + 1]!);
  });

  it('is worth t times the mean value where money is plenty', () => {
    const table = solveValueAware({
      priceProbabilities: market,
      values: valueLevels([1, 2, 3], 7),
      numAuctions: 5,
      maxBudget: 40,
    });
    expect(table.values[4 * 41 + 40]).toBeCloseTo(8, 12);
  });
});

describe('valueLevels', () => {
  it('keeps the mean and the total of any sample', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 2, max: 600 }),
        (sample, numLevels) => {
          const { width, probabilities } = valueLevels(sample, numLevels);
          const mean = sample.reduce((a, x) => a + x, 0) / sample.length;
          expect(probabilities.reduce((a, q) => a + q, 0)).toBeCloseTo(1, 10);
          expect(probabilities.reduce((a, q, i) => a + q * i * width, 0)).toBeCloseTo(mean, 9);
        },
      ),
      { examples: [[[0, Number.MIN_VALUE], 3]] },
    );
  });

  it('refuses an empty sample and a single level', () => {
    expect(() => valueLevels([], 500)).toThrow('CONFIG_INVALID');
    expect(() => valueLevels([1], 1)).toThrow('CONFIG_INVALID');
  });
});
