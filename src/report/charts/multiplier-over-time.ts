import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { traceLines, tracePanels } from '../trace-panels.ts';
import { averageTraces } from '../traces.ts';

const title = 'How hard they bid';
const caption =
  'The multiplier that turns value into a bid, over the flight (mean over the seeds traced, logarithmic). A flat line ignores what happens; one that rises late has money left over; one that falls is short of it.';

/** Multiplier over the flight per budget. */
export const multiplierOverTime: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const traces = averageTraces(data, ({ multiplier }) => (multiplier !== null && multiplier > 0 ? multiplier : null));
  if (traces.points.length === 0) return null;
  const panels = tracePanels(traces);
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { type: 'log', nice: false },
    axis: { title: data.multiplierUnit, format: '~g', tickCount: 5 },
  } as const;
  return {
    ...chartHead(title, caption),
    data: { values: [...traces.points] },
    columns: panels.columns,
    facet: panels.facet,
    spec: {
      ...panels.size,
      encoding: { x: panels.x, y, color: panels.color },
      layer: [...traceLines('true', 'step-before')],
    },
  };
}
