import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../eval/group-by.ts';
import { mean } from '../../eval/statistics.ts';
import { budgetWords, type Chart, chartHead, round5 } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { withSeries } from '../series.ts';
import { traceLines, tracePanels } from '../trace-panels.ts';
import { averageTraces, panelFractions, type Traces } from '../traces.ts';

const title = 'Spend against plan';
const caption =
  'Share of the budget spent by each moment of a test flight, mean over the seeds traced. The broad grey band spends in step with the expected traffic. A cross marks a flight whose budget was gone before the end: it can buy nothing after that.';

/** A road under the lines. */
const PLAN = '#DADDE3';

/** Cumulative spend over the flight per budget, the plan as a broad band, exhausted flights crossed. */
export const spendPacing: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const traces = averageTraces(data, (point) => point.spendShare);
  if (traces.points.length === 0) return null;
  const panels = tracePanels(traces);
  const values = [
    ...traces.points.map((point) => ({ ...point, what: 'spend' })),
    ...planOf(data),
    ...exhaustedIn(data, traces),
  ];
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: [0, 1] as [number, number] },
    axis: { title: 'Share of the budget spent', format: '.0%', tickCount: 5 },
  } as const;
  return {
    ...chartHead(title, caption),
    data: { values },
    columns: panels.columns,
    facet: panels.facet,
    spec: {
      ...panels.size,
      encoding: { x: panels.x, y },
      layer: [
        {
          transform: [{ filter: "datum.what === 'plan'" }],
          mark: { type: 'line', strokeWidth: 9, color: PLAN },
        },
        ...traceLines("datum.what === 'spend'").map((layer) => ({ ...layer, encoding: { color: panels.color } })),
        {
          transform: [{ filter: "datum.what === 'gone'" }],
          mark: { type: 'point', shape: 'cross', filled: true, angle: 45, size: 80, opacity: 0.9 },
          encoding: {
            color: panels.color,
            tooltip: [
              { field: 'title', title: 'Policy' },
              { field: 'timeShare', title: 'Budget gone after', format: '.1%' },
            ],
          },
        },
      ],
    },
  };
}

function planOf(data: ReportData) {
  const chosen = panelFractions(data);
  const points = data.pacing.filter(({ budgetFraction }) => chosen.includes(budgetFraction));
  return [...groupBy(points, ({ budgetFraction }) => budgetFraction)].flatMap(([fraction, inPanel]) =>
    [...groupBy(inPanel, ({ timeShare }) => timeShare)]
      .sort(([a], [b]) => a - b)
      .map(([timeShare, atTime]) => ({
        what: 'plan',
        budget: budgetWords(fraction),
        timeShare: round5(timeShare),
        value: round5(mean(atTime.map(({ planShare }) => planShare))),
      })),
  );
}

function exhaustedIn(data: ReportData, traces: Traces) {
  return withSeries(data.exhaustion, traces.series)
    .map((point) => ({
      what: 'gone',
      title: point.title,
      budget: budgetWords(point.budgetFraction),
      timeShare: round5(point.timeShare),
      value: 1,
    }))
    .filter(({ budget }) => traces.budgets.includes(budget));
}
