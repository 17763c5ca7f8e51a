import type { CliTable } from '../../src/cli/services.ts';
import { microsToUnits } from '../../src/core/units.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { formatMeasure, headlineLines, type StudyReport, stratumWords } from '../../src/report/study-report.ts';
import type { LadderRow } from '../rlb-ladder.ts';

/** Policies over all budget fractions, best first. */
export function headlineTable({ aggregates, currency }: ReportData): CliTable {
  return {
    title: 'All budgets together, by interquartile mean of value over the hindsight optimum',
    columns: [
      { title: 'Policy' },
      { title: 'Value ratio', align: 'right' },
      { title: '95 % interval', align: 'right' },
      { title: 'To best baseline', align: 'right' },
      { title: 'Clicks', align: 'right' },
      { title: `Spend ${currency}`, align: 'right' },
      { title: 'Budget used', align: 'right' },
    ],
    rows: aggregates
      .filter((entry) => entry.budgetFraction === null)
      .map((entry) => [
        entry.title,
        entry.iqm.toFixed(4),
        entry.iqmLow === null ? null : `${entry.iqmLow.toFixed(4)} – ${entry.iqmHigh!.toFixed(4)}`,
        entry.differenceToBestBaseline === null ? null : signed(entry.differenceToBestBaseline.estimate),
        entry.clicks,
        microsToUnits(entry.spendMicros),
        `${(100 * entry.budgetUtilization).toFixed(1)} %`,
      ]),
  };
}

function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(4)}`;
}

/** The ladder as the paper prints it. */
export function ladderTable({ title }: ReportData, rows: readonly LadderRow[]): CliTable {
  return {
    title,
    columns: [
      { title: 'Budget fraction', align: 'right' },
      { title: 'Policy' },
      { title: 'Impressions', align: 'right' },
      { title: 'Clicks', align: 'right' },
      { title: 'Cost (fen CPM)', align: 'right' },
      { title: 'Value', align: 'right' },
      { title: 'Hindsight', align: 'right' },
      { title: 'Value ratio', align: 'right' },
    ],
    rows: rows.map((row) => [
      `1/${+(1 / row.budgetFraction).toFixed(3)}`,
      row.title,
      String(row.impressions),
      String(row.clicks),
      String(row.cost),
      row.value.toFixed(3),
      row.hindsightValue.toFixed(3),
      row.valueRatio.toFixed(4),
    ]),
  };
}

/** Measures with a heading of their own on the command line; all of them stand in the report. */
const MAX_MEASURES = 6;

/** A study's policies, best first, a table for each stratum. */
export function studyTables(report: StudyReport): CliTable[] {
  const { measures, score } = report;
  const ids = [score, ...Object.keys(measures).filter((id) => id !== score)].slice(0, MAX_MEASURES);
  return headlineLines(report).map((lines) => {
    const words = stratumWords(report, lines[0]!.stratum);
    const shown = ids.filter((id) => lines.some((line) => line.cells[id] !== undefined));
    return {
      title: words === '' ? report.title : words,
      columns: [
        { title: 'Policy' },
        ...shown.map((id) => ({ title: measures[id]!.title, align: 'right' as const })),
        { title: '± standard error', align: 'right' },
      ],
      rows: lines.map(({ title, cells }) => [
        title,
        ...shown.map((id) => (cells[id] === undefined ? null : formatMeasure(measures[id]!, cells[id].mean))),
        cells[score]?.standardError == null ? null : formatMeasure(measures[score]!, cells[score].standardError),
      ]),
    };
  });
}
