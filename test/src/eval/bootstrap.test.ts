import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { type Cell, makeBootstrap } from '../../../src/eval/bootstrap.ts';
import { mean, sortOrder, weightedInterquartileMean } from '../../../src/eval/statistics.ts';
import fixtures from '../../fixtures/statistics/scipy.json' with { type: 'json' };

function iqmOf(values: readonly number[]) {
  const order = sortOrder(values);
  return (weights: Float64Array) => weightedInterquartileMean(values, order, weights);
}

describe('makeBootstrap', () => {
  it('gives the same interval from the same stream and another from another', () => {
    const values = fixtures.bootstrap[0]!.values;
    const cells = values.map((_, i): Cell => ({ stratum: 1, seed: 0, flight: `day ${i}` }));
    const run = (path: string) => makeBootstrap(new Rng(path)).interval(cells, iqmOf(values));
    expect(run('a')).toEqual(run('a'));
    expect(run('a')).not.toEqual(run('b'));
  });

  it.each(fixtures.bootstrap)('comes close to scipy.stats.bootstrap over one factor (case %#)', (fixture) => {
    const cells = fixture.values.map((_, i): Cell => ({ stratum: 1, seed: 0, flight: `day ${i}` }));
    const interval = makeBootstrap(new Rng('scipy'), { replicates: 10_000 }).interval(cells, iqmOf(fixture.values))!;
    const width = fixture.high - fixture.low;
    expect(Math.abs(interval.low - fixture.low)).toBeLessThan(0.05 * width);
    expect(Math.abs(interval.high - fixture.high)).toBeLessThan(0.05 * width);
  });

  it.each(fixtures.crossed)(
    'comes close to a pigeonhole bootstrap in numpy over seeds × flights (case %#)',
    (fixture) => {
      const cells = fixture.table.flatMap((row, seed) =>
        row.map((_, f): Cell => ({ stratum: 1, seed, flight: `${f}` })),
      );
      const interval = makeBootstrap(new Rng('numpy'), { replicates: 10_000 }).interval(
        cells,
        iqmOf(fixture.table.flat()),
      )!;
      const width = fixture.high - fixture.low;
      expect(Math.abs(interval.low - fixture.low)).toBeLessThan(0.05 * width);
      expect(Math.abs(interval.high - fixture.high)).toBeLessThan(0.05 * width);
    },
  );

  it('keeps the number of cells of every stratum in every resample', () => {
    const cells = [1, 2].flatMap((stratum) =>
      [0, 1, 2].flatMap((seed) => ['a', 'b'].map((flight): Cell => ({ stratum, seed, flight: `${stratum}${flight}` }))),
    );
    makeBootstrap(new Rng('strata'), { replicates: 50 }).interval(cells, (weights) => {
      expect(mean(weights.subarray(0, 6))).toBe(1);
      expect(mean(weights.subarray(6))).toBe(1);
      return 0;
    });
  });

  it('draws a day that several budgets share for all of them at once', () => {
    const cells = [1, 2].flatMap((stratum) => ['a', 'b', 'c'].map((flight): Cell => ({ stratum, seed: 0, flight })));
    makeBootstrap(new Rng('shared'), { replicates: 50 }).interval(cells, (weights) => {
      expect([...weights.subarray(0, 3)]).toEqual([...weights.subarray(3)]);
      return 0;
    });
  });

  it('is wider when seeds differ as much as days than when rows are taken as independent', () => {
    const values = [0, 1, 2].flatMap((seed) => Array.from({ length: 30 }, () => seed));
    const crossed = values.map((seed, i): Cell => ({ stratum: 1, seed, flight: `${i % 30}` }));
    const independent = values.map((_, i): Cell => ({ stratum: 1, seed: 0, flight: `${i}` }));
    const width = (cells: Cell[]) => {
      const interval = makeBootstrap(new Rng('width')).interval(cells, iqmOf(values))!;
      return interval.high - interval.low;
    };
    expect(width(crossed)).toBeGreaterThan(3 * width(independent));
  });

  it('claims nothing from one seed on one flight', () => {
    expect(makeBootstrap(new Rng('one')).interval([{ stratum: 1, seed: 0, flight: 'a' }], () => 1)).toBeNull();
    expect(makeBootstrap(new Rng('none')).interval([], () => 1)).toBeNull();
  });

  it('refuses a confidence of 95 and zero replicates', () => {
    expect(() => makeBootstrap(new Rng('x'), { confidence: 95 })).toThrow('inside (0, 1), received 95');
    expect(() => makeBootstrap(new Rng('x'), { replicates: 0 })).toThrow('at least 1 replicate');
  });
});
