import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead, FRACTION_LABEL, focusFloor, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import type { ReportData } from '../report-data.ts';
import { colourScale, contenders, type Series, seriesOf, withSeries } from '../series.ts';
import { PLOT_WIDTH } from '../theme.ts';

const title = 'Value by size of the budget';
const caption =
  'Share of the hindsight optimum at each budget, given as a fraction of what all the traffic would cost (each step to the right doubles it, where the budgets do). Bands are 95 % intervals; grey lines are the other policies; those far below run out of the picture.';
const HEIGHT = 320;

/** Score against budget fraction, one line per policy, named at its end. */
export const valueByBudget: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  const values = points(data, series);
  const fractions = [...new Set(values.map(({ fraction }) => fraction))].sort((a, b) => a - b);
  if (fractions.length < 2) return null;
  const shown = contenders(series);
  const floor = focusFloor(
    values.flatMap((point) => (shown.has(point.title) ? [point.low] : [])),
    values.map(({ iqm }) => iqm),
    1,
  );
  const domain = paddedDomain([floor, Math.max(...values.map(({ high }) => high))]);
  const ends = values
    .filter(({ fraction, iqm }) => fraction === fractions.at(-1) && iqm >= domain[0])
    .map((point) => ({ title: point.title, y: point.iqm }));
  const x = {
    field: 'fraction',
    type: 'quantitative',
    scale: { type: 'log', base: 2, nice: false, domain: [fractions[0]!, fractions.at(-1)!] as [number, number] },
    axis: { title: 'Budget, as a fraction of what all traffic costs', values: fractions, labelExpr: FRACTION_LABEL },
  } as const;
  const yScale = { domain, nice: false, zero: false };
  const y = {
    field: 'iqm',
    type: 'quantitative',
    scale: yScale,
    axis: { title: 'Share of the hindsight optimum', format: '.2f' },
  } as const;
  const color = { field: 'title', type: 'nominal', scale: colourScale(series), legend: null } as const;
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH,
    height: HEIGHT,
    data: { values },
    layer: [
      {
        transform: [{ filter: 'datum.highlighted' }],
        mark: { type: 'area', opacity: 0.15, clip: true },
        encoding: { x, y: { field: 'low', type: 'quantitative', scale: yScale }, y2: { field: 'high' }, color },
      },
      {
        transform: [{ filter: '!datum.highlighted' }],
        mark: { type: 'line', strokeWidth: 1.2, opacity: 0.8, clip: true },
        encoding: { x, y, color },
      },
      {
        transform: [{ filter: 'datum.highlighted' }],
        mark: { type: 'line', strokeWidth: 2.4, clip: true, point: { filled: true, size: 45, clip: false } },
        encoding: {
          x,
          y,
          color,
          tooltip: [
            { field: 'title', title: 'Policy' },
            { field: 'fraction', title: 'Budget fraction', format: '.4~g' },
            { field: 'iqm', title: 'Share of the optimum', format: '.4f' },
            { field: 'low', title: 'Interval from', format: '.4f' },
            { field: 'high', title: 'Interval to', format: '.4f' },
          ],
        },
      },
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}

function points(data: ReportData, series: readonly Series[]) {
  const highlighted = new Set(series.filter((entry) => entry.highlighted).map((entry) => entry.title));
  return withSeries(data.aggregates, series).flatMap((entry) =>
    entry.budgetFraction === null
      ? []
      : [
          {
            title: entry.title,
            fraction: entry.budgetFraction,
            iqm: round5(entry.iqm),
            low: round5(entry.iqmLow ?? entry.iqm),
            high: round5(entry.iqmHigh ?? entry.iqm),
            highlighted: highlighted.has(entry.title),
          },
        ],
  );
}
