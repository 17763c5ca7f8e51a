import { describe, expect, it } from 'vitest';
import { aggregateMeasures, type Measure, type StudyRow } from '../../../src/eval/measures.ts';

const revenue: Measure = { title: 'Revenue', unit: 'USD', description: 'All.', format: 'number', better: 'higher' };
const design = { measures: { revenue }, strata: ['auction'], units: ['day'] };

function row(policy: string, kind: StudyRow['kind'], seed: number, day: string, value: number | null): StudyRow {
  return { policy, title: policy.toUpperCase(), kind, seed, auction: 'first', day, revenue: value };
}

const rows = [
  row('a', 'baseline', 0, 'mon', 1),
  row('a', 'baseline', 1, 'mon', 3),
  row('b', 'baseline', 0, 'mon', 0),
  row('b', 'baseline', 1, 'mon', 1),
  row('c', 'learner', 0, 'mon', 2),
  row('c', 'learner', 1, 'mon', 6),
];
const of = (policy: string, given: readonly StudyRow[] = rows) =>
  aggregateMeasures(given, design).find((entry) => entry.policy === policy)!;

describe('aggregateMeasures', () => {
  it('gives mean and standard error over the rows', () => {
    // 2 and 6: mean 4, sample deviation √8, over √2.
    expect(of('c')).toMatchObject({ mean: 4, standardError: 2, count: 2, stratum: { auction: 'first' } });
  });

  it('compares with the baseline of the best mean, pair by pair', () => {
    // 2 − 1 and 6 − 3: mean 2, deviation √2, over √2.
    expect(of('c').differenceToBestBaseline).toMatchObject({
      baseline: 'a',
      estimate: 2,
      standardError: expect.closeTo(1, 12),
      probability: 0.75,
      pairs: 2,
    });
    expect(of('a').differenceToBestBaseline).toBeNull();
  });

  it('takes the smallest as the best where lower is better', () => {
    const lower = { ...design, measures: { revenue: { ...revenue, better: 'lower' as const } } };
    const entry = aggregateMeasures(rows, lower).find(({ policy }) => policy === 'c')!;
    expect(entry.differenceToBestBaseline).toMatchObject({ baseline: 'b', estimate: 3.5, probability: 0 });
  });

  it('keeps the interval within the numbers, and gives none where nothing varies', () => {
    const { low, high } = of('c');
    expect(low).toBeGreaterThanOrEqual(2);
    expect(high).toBeLessThanOrEqual(6);
    expect(of('c', rows.slice(4, 5))).toMatchObject({ low: null, high: null, standardError: null });
  });

  it("takes a single row's own standard error", () => {
    const measures = { revenue: { ...revenue, standardError: 'error' } };
    const [entry] = aggregateMeasures([{ ...rows[0]!, error: 0.25 }], { ...design, measures });
    expect(entry!.standardError).toBe(0.25);
  });

  it('leaves out rows without a number, and keeps strata apart', () => {
    const given = [...rows, { ...row('c', 'learner', 2, 'mon', null) }, { ...rows[5]!, auction: 'second' }];
    const entries = aggregateMeasures(given, design).filter(({ policy }) => policy === 'c');
    expect(entries.map(({ stratum, count }) => [stratum['auction'], count])).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
  });
});
