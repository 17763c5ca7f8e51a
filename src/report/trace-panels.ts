import { colourScale } from './series.ts';
import type { Traces } from './traces.ts';

/** Encodings and sizes that all charts of traces over the flight share. */
export function tracePanels(traces: Traces) {
  const coloured = traces.series.filter(({ highlighted }) => highlighted).map(({ title }) => title);
  const single = traces.budgets.length === 1;
  return {
    columns: 2,
    facet: {
      field: 'budget',
      type: 'nominal',
      sort: [...traces.budgets] as string[],
      header: { title: null, labelAnchor: 'start' },
    },
    size: { width: single ? 820 : 400, height: single ? 300 : 220 },
    x: {
      field: 'timeShare',
      type: 'quantitative',
      scale: { domain: [0, 1] as [number, number] },
      axis: { title: 'Share of the flight gone', format: '.0%', tickCount: 5 },
    },
    color: {
      field: 'title',
      type: 'nominal',
      scale: colourScale(traces.series),
      legend: { title: null, orient: 'top', columns: 6, symbolType: 'stroke', values: coloured },
    },
  } as const;
}

/** Two line layers: other policies thin and grey below, highlighted ones above; `filter` picks the records of the lines. */
export function traceLines(filter: string, interpolate: 'linear' | 'step-before' = 'linear') {
  const line = (highlighted: boolean) => ({
    transform: [{ filter: `${filter} && ${highlighted ? '' : '!'}datum.highlighted` }],
    mark: {
      type: 'line' as const,
      interpolate,
      strokeWidth: highlighted ? 2 : 0.8,
      opacity: highlighted ? 0.95 : 0.55,
    },
  });
  return [line(false), line(true)] as const;
}
