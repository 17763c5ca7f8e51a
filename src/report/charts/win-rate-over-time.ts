import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { traceLines, tracePanels } from '../trace-panels.ts';
import { averageTraces } from '../traces.ts';

const title = 'Win rate over the flight';
const caption =
  'Share of the auctions of each step that were won, mean over the seeds traced. A line that drops to zero before the end has run out of money.';

/** Win rate over the flight per budget. */
export const winRateOverTime: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const traces = averageTraces(data, ({ winRate }) => winRate);
  if (traces.points.length === 0) return null;
  const panels = tracePanels(traces);
  const y = {
    field: 'value',
    type: 'quantitative',
    axis: { title: 'Share of auctions won', format: '.0%', tickCount: 5 },
  } as const;
  return {
    ...chartHead(title, caption),
    data: { values: [...traces.points] },
    columns: panels.columns,
    facet: panels.facet,
    spec: {
      ...panels.size,
      encoding: { x: panels.x, y, color: panels.color },
      layer: [...traceLines('true')],
    },
  };
}
