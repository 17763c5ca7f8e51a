import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead, focusFloor, paddedDomain, round5 } from '../chart.ts';
import { intervalLayers, ruleAt } from '../interval-layers.ts';
import type { ReportData } from '../report-data.ts';
import { colourScale, contenders, seriesOf, withSeries } from '../series.ts';
import { PLOT_WIDTH, SOFT_INK } from '../theme.ts';

const title = 'How close to the hindsight optimum';
const caption =
  'Each dot is a policy’s share of the best value that could have been bought with the same budget had all prices been known (interquartile mean over budgets, seeds and flights); bars are 95 % intervals. Trained agents are in bold. An arrow is a policy too far left for the scale; its score is on the right.';

/** Headline: R/R* per policy with its interval, best first, the ceiling at 1. */
export const valueRatioIntervals: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  if (series.length === 0) return null;
  const overall = data.aggregates.filter((entry) => entry.budgetFraction === null);
  const values = withSeries(overall, series).map((entry) => ({
    title: entry.title,
    iqm: round5(entry.iqm),
    low: round5(entry.iqmLow ?? entry.iqm),
    high: round5(entry.iqmHigh ?? entry.iqm),
    label:
      entry.iqmLow === null || entry.iqmHigh === null
        ? entry.iqm.toFixed(3)
        : `${entry.iqm.toFixed(3)}  (${entry.iqmLow.toFixed(3)} to ${entry.iqmHigh.toFixed(3)})`,
  }));
  const shown = contenders(series);
  const floor = focusFloor(
    values.flatMap((value) => (shown.has(value.title) ? [value.low] : [])),
    values.map(({ low }) => low),
    1,
  );
  const domain = paddedDomain([floor, Math.max(1, ...values.map(({ high }) => high))]);
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH - 60,
    height: { step: 25 },
    data: { values },
    layer: [
      ruleAt(1, domain, { color: SOFT_INK, dashed: true }),
      ...intervalLayers({
        middle: 'iqm',
        axis: {
          title: 'Share of the hindsight optimum (dashed: the optimum itself)',
          labelExpr: "format(datum.value, '.2f')",
          tickCount: 8,
        },
        domain,
        floor,
        order: series.map((entry) => entry.title),
        bold: series.filter(({ kind }) => kind === 'learner').map((entry) => entry.title),
        color: { field: 'title', scale: colourScale(series), legend: false },
        tooltip: [
          { field: 'iqm', title: 'Interquartile mean', format: '.4f' },
          { field: 'low', title: 'Interval from', format: '.4f' },
          { field: 'high', title: 'Interval to', format: '.4f' },
        ],
      }),
    ],
  };
}
