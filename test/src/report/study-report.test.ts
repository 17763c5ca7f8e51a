import { describe, expect, it } from 'vitest';
import { aggregateMeasures, type Measure, type StudyRow } from '../../../src/eval/measures.ts';
import {
  formatMeasure,
  headlineLines,
  renderStudyPage,
  type StudyReport,
  studyCsv,
} from '../../../src/report/study-report.ts';

const spend: Measure = { title: 'Spend', unit: 'USD', description: 'Paid.', format: 'micros', better: null };
const wins: Measure = { title: 'Wins', unit: 'share', description: 'Won.', format: 'percent', better: 'higher' };
const rows: StudyRow[] = [0, 1].flatMap((seed) => [
  {
    policy: 'x',
    title: 'X <1>',
    kind: 'learner',
    seed,
    auction: 'first price',
    spend: 2_500_000,
    wins: 0.2 + seed / 10,
  },
  { policy: 'y', title: 'Y', kind: 'baseline', seed, auction: 'first price', spend: 1_000_000, wins: 0.4 },
]);
const measures = { spend, wins };
const report: StudyReport = {
  experiment: 'sample',
  configHash: 'abc',
  title: 'A sample',
  description: 'Nothing real.',
  rows,
  aggregates: aggregateMeasures(rows, { measures, strata: ['auction'], units: [] }),
  measures,
  score: 'wins',
  strata: [{ field: 'auction', title: 'Auction' }],
  verdict: { headline: 'Y wins.', details: [], caveats: ['Two seeds only.'] },
  charts: [],
  warnings: [],
  provenance: { Catalogue: 'drawn from seed 0' },
};

describe('a study report', () => {
  it('orders policies by the score, best first', () => {
    expect(headlineLines(report).map((lines) => lines.map(({ policy }) => policy))).toEqual([['y', 'x']]);
  });

  it('puts verdict, notes, tables and meanings on the page, escaped', () => {
    const page = renderStudyPage(report);
    for (const text of ['Y wins.', 'Two seeds only.', 'Auction: first price', 'X &#60;1&#62;', 'drawn from seed 0']) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('X <1>');
  });

  it('writes money in currency and shares in per cent', () => {
    expect(formatMeasure(spend, 2_500_000)).toBe('2.500');
    expect(formatMeasure(wins, 0.256)).toBe('25.6 %');
  });

  it('writes one CSV line per row and number, labels in front', async () => {
    const lines = (await studyCsv(rows)).trim().split('\n');
    expect(lines[0]).toBe('policy,title,kind,auction,seed,metric,value');
    expect(lines[1]).toBe('x,X <1>,learner,first price,0,spend,2500000');
    expect(lines).toHaveLength(1 + 2 * rows.length);
  });
});
