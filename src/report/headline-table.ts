import type { Aggregate } from '../eval/aggregate.ts';
import { formatMetric } from '../eval/metrics.ts';
import { budgetWords } from './chart.ts';
import { escapeHtml, htmlTable } from './html.ts';
import type { ReportData } from './report-data.ts';
import { seriesOf, withSeries } from './series.ts';

const KIND_WORDS = { learner: 'trained', baseline: 'baseline', reference: 'reference', ceiling: 'ceiling' } as const;

type Entry = Omit<Aggregate, 'title'> & { readonly title: string };

/** One column of the headline table. */
interface Column {
  readonly head: string;
  readonly cell: (entry: Entry, data: ReportData) => string;
}

const perFlight = (metric: 'clicks' | 'conversions' | 'spendMicros') => (entry: Entry) =>
  formatMetric(metric, entry[metric] / entry.count);

const COLUMNS: readonly Column[] = [
  {
    head: 'Share of the hindsight optimum <small>95 % interval</small>',
    cell: (entry) =>
      `<b>${entry.iqm.toFixed(3)}</b> ${intervalHtml(entry.iqmLow, entry.iqmHigh, (value) => value.toFixed(3))}`,
  },
  {
    head: 'Against the best baseline <small>points, 95 % interval</small>',
    cell: ({ policy, bestBaseline, differenceToBestBaseline: difference }) => {
      if (policy === bestBaseline) return '<span class="soft">best baseline</span>';
      if (difference === null) return '–';
      return `${points(difference.estimate)} ${intervalHtml(difference.low, difference.high, points)}`;
    },
  },
  {
    head: 'Probability of beating it',
    cell: ({ probabilityOfImprovement: probability }) =>
      probability === null
        ? '–'
        : `${probability.estimate.toFixed(2)} ${intervalHtml(probability.low, probability.high, (value) => value.toFixed(2))}`,
  },
  { head: 'Clicks <small>per flight</small>', cell: perFlight('clicks') },
  { head: 'Conversions <small>per flight</small>', cell: perFlight('conversions') },
  { head: 'Spend <small>CURRENCY per flight</small>', cell: perFlight('spendMicros') },
  { head: 'Budget used', cell: (entry) => formatMetric('budgetUtilization', entry.budgetUtilization) },
  { head: 'Win rate', cell: (entry) => formatMetric('winRate', entry.winRate) },
  { head: 'CPM <small>CURRENCY</small>', cell: (entry) => formatMetric('cpm', entry.cpm) },
  { head: 'Cost per click <small>CURRENCY</small>', cell: (entry) => formatMetric('ecpc', entry.ecpc) },
  {
    head: 'Overspend <small>CURRENCY</small>',
    cell: (entry) => formatMetric('overspendMicros', entry.overspendMicros),
  },
];

/** The headline table over all budgets, and a folded one per budget where there is more than one. */
export function headlineTables(data: ReportData): string {
  const fractions = [...new Set(data.aggregates.map((entry) => entry.budgetFraction))].filter(
    (value) => value !== null,
  );
  const folded = fractions
    .sort((a, b) => a - b)
    .map((fraction) => `<details><summary>${budgetWords(fraction)}</summary>${tableOf(data, fraction)}</details>`);
  return `${tableOf(data, null)}${fractions.length > 1 ? folded.join('\n') : ''}`;
}

function tableOf(data: ReportData, budgetFraction: number | null): string {
  const series = seriesOf(data.aggregates);
  const kinds = new Map(series.map((entry) => [entry.policy, entry]));
  const entries = withSeries(
    data.aggregates.filter((entry) => entry.budgetFraction === budgetFraction),
    series,
  );
  const columns = COLUMNS.filter(({ head }) => shows(head, entries));
  const head = ['Policy', ...columns.map((column) => column.head.replace('CURRENCY', escapeHtml(data.currency)))];
  const rows = entries.map((entry) => ({
    className: entry.kind,
    cells: [
      `<i class="dot" style="background:${kinds.get(entry.policy)!.colour}"></i>${escapeHtml(entry.title)} <small>${KIND_WORDS[entry.kind]}</small>`,
      ...columns.map((column) => column.cell(entry, data)),
    ],
  }));
  return htmlTable(head, rows);
}

/** Columns of outcomes that nobody had are left out. */
function shows(head: string, entries: readonly Entry[]): boolean {
  if (head.startsWith('Conversions')) return entries.some(({ conversions }) => conversions > 0);
  if (head.startsWith('Clicks') || head.startsWith('Cost per click')) return entries.some(({ clicks }) => clicks > 0);
  return true;
}

function intervalHtml(low: number | null, high: number | null, format: (value: number) => string): string {
  return low === null || high === null ? '' : `<small>${format(low)} to ${format(high)}</small>`;
}

function points(difference: number): string {
  const text = Math.abs(100 * difference).toFixed(1);
  if (Number(text) === 0) return '0.0';
  return `${difference < 0 ? '−' : '+'}${text}`;
}
