import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead, round5 } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { colourScale, type Series, seriesOf, withSeries } from '../series.ts';
import { INK } from '../theme.ts';

const title = 'What it costs and how much is delivered';
const caption =
  'Four sides of the same results, policies in the order of their score: the share of budgets used, the share of auctions won, the price per thousand impressions and the cost per click, over all budgets.';

/** Small multiples of delivery and cost, one dot per policy. */
export const costAndDelivery: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  if (series.length === 0) return null;
  const overall = withSeries(
    data.aggregates.filter((entry) => entry.budgetFraction === null),
    series,
  );
  const values = overall.map((entry) => ({
    title: entry.title,
    budgetUtilization: round5(entry.budgetUtilization),
    winRate: round5(entry.winRate),
    cpm: entry.cpm === null ? null : round5(entry.cpm),
    ecpc: entry.ecpc === null ? null : round5(entry.ecpc),
  }));
  const panels = [
    panel(series, 'budgetUtilization', 'Budget used', '.3~p', true),
    panel(series, 'winRate', 'Auctions won', '.3~p', false),
    panel(series, 'cpm', `CPM, ${data.currency}`, '~g', false),
    ...(values.some(({ ecpc }) => ecpc !== null)
      ? [panel(series, 'ecpc', `Cost per click, ${data.currency}`, '~g', false)]
      : []),
  ];
  return { ...chartHead(title, caption), data: { values }, spacing: 18, hconcat: panels };
}

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number];

function panel(series: readonly Series[], field: string, name: string, format: string, first: boolean): Panel {
  const y = {
    field: 'title',
    type: 'nominal' as const,
    sort: series.map((entry) => entry.title),
    axis: {
      title: null,
      labels: first,
      ticks: false,
      domain: false,
      grid: true,
      labelPadding: 10,
      labelFontSize: 12,
      labelColor: INK,
    },
  };
  const scale = { zero: false, nice: true, padding: 8 };
  return {
    width: 165,
    height: { step: 23 },
    mark: { type: 'point', filled: true, size: 70, opacity: 1 },
    encoding: {
      x: { field, type: 'quantitative', scale, axis: { title: name, format, tickCount: 4, grid: false } },
      y,
      color: { field: 'title', type: 'nominal', scale: colourScale(series), legend: null },
      tooltip: [
        { field: 'title', title: 'Policy' },
        { field, title: name, format: format === '~g' ? '.2f' : '.1%' },
      ],
    },
  };
}
