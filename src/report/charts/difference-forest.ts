import type { TopLevelSpec } from 'vega-lite';
import type { Aggregate } from '../../eval/aggregate.ts';
import { type Chart, chartHead, focusFloor, paddedDomain, round5 } from '../chart.ts';
import { intervalLayers, ruleAt } from '../interval-layers.ts';
import type { ReportData } from '../report-data.ts';
import { contenders, seriesOf, withSeries } from '../series.ts';
import { BETTER, GREY, PLOT_WIDTH, SOFT_INK, WORSE } from '../theme.ts';

const title = 'Against the best baseline on the same days';
const caption =
  'Difference to the best baseline in points of the hindsight optimum, played on the same seeds and flights, with 95 % intervals: right of the line is better. Grey intervals cover zero: the difference may be chance. An arrow is a policy too far left for the scale. The last column is the share of paired flights on which the policy won more value, ties half.';

/** Forest plot of the paired differences to the best baseline. */
export const differenceForest: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  const overall = data.aggregates.filter((entry) => entry.budgetFraction === null);
  const values = withSeries(overall, series).flatMap((entry) => record(entry));
  if (values.length === 0) return null;
  const shown = contenders(series);
  const top = Math.max(0, ...values.map(({ high }) => high));
  const floor = focusFloor(
    [0, ...values.flatMap((value) => (shown.has(value.title) ? [value.low] : []))],
    values.map(({ low }) => low),
    Math.max(top, 1),
  );
  const domain = paddedDomain([floor, top]);
  const baseline = series.find(({ policy }) => policy === overall[0]?.bestBaseline)?.title ?? 'the best baseline';
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH - 60,
    height: { step: 25 },
    data: { values },
    layer: [
      ruleAt(0, domain, { color: SOFT_INK, dashed: false }),
      ...intervalLayers({
        middle: 'difference',
        axis: {
          title: `Points of the hindsight optimum above ${baseline}`,
          labelExpr: "datum.value === 0 ? '0' : format(datum.value, '+.1~f')",
          tickCount: 8,
        },
        domain,
        floor,
        order: values.map((value) => value.title),
        bold: series.filter(({ kind }) => kind === 'learner').map((entry) => entry.title),
        color: {
          field: 'result',
          scale: { domain: ['better', 'not certain', 'worse'], range: [BETTER, GREY, WORSE] },
          legend: true,
        },
        tooltip: [
          { field: 'difference', title: 'Difference, points', format: '+.2f' },
          { field: 'low', title: 'Interval from', format: '+.2f' },
          { field: 'high', title: 'Interval to', format: '+.2f' },
        ],
      }),
    ],
  };
}

function record(entry: Omit<Aggregate, 'title'> & { readonly title: string }) {
  const difference = entry.differenceToBestBaseline;
  if (difference === null) return [];
  const low = 100 * (difference.low ?? difference.estimate);
  const high = 100 * (difference.high ?? difference.estimate);
  const certain = difference.low !== null;
  return [
    {
      title: entry.title,
      difference: round5(100 * difference.estimate),
      low: round5(low),
      high: round5(high),
      result: certain && low > 0 ? 'better' : certain && high < 0 ? 'worse' : 'not certain',
      label: `ahead on ${Math.round(100 * (entry.betterShare ?? 0))} % of flights`,
    },
  ];
}
