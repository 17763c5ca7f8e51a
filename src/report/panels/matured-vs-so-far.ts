import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round3 } from '../chart.ts';

/** Conversions of the clicks up to the end of each day, as counted at three times. */
export interface MaturingPanel {
  /** Words over the panel. */
  readonly title: string;
  /** `[days]` */
  readonly days: readonly {
    /** Seen by the end of the day. */
    readonly soFar: number;
    /** What a correction for delay made of that on the day. */
    readonly corrected: number;
    /** What came in all. */
    readonly matured: number;
  }[];
}

/** Words of a {@link maturedVsSoFar} chart. */
export interface MaturedVsSoFar {
  readonly title: string;
  readonly description: string;
  readonly valueTitle: string;
  readonly panels: readonly MaturingPanel[];
}

const LINES = [
  { field: 'matured', title: 'In all, once windows have closed', colour: '#000000', dash: [1, 0] },
  { field: 'corrected', title: 'Corrected for delay, on the day', colour: '#0072B2', dash: [5, 3] },
  { field: 'soFar', title: 'So far, on the day', colour: '#D55E00', dash: [1, 0] },
] as const;

/** Lines over the days, small panels side by side; shaded is what is still to come. */
export function maturedVsSoFar({ title, description, valueTitle, panels }: MaturedVsSoFar): TopLevelSpec {
  const wide = panels.flatMap((panel) =>
    panel.days.map((counts, day) => ({
      panel: panel.title,
      day: day + 1,
      soFar: round3(counts.soFar),
      corrected: round3(counts.corrected),
      matured: round3(counts.matured),
    })),
  );
  const domain = LINES.map((line) => line.title);
  const x = {
    field: 'day',
    type: 'quantitative' as const,
    scale: { zero: false, nice: false },
    axis: { title: 'Day of the flight', tickMinStep: 1, tickCount: 6 },
  };
  const y = { field: 'count', type: 'quantitative' as const, axis: { title: valueTitle, tickCount: 5 } };
  const columns = Math.min(3, panels.length);
  return {
    ...chartHead(title, description),
    data: { values: wide },
    facet: { field: 'panel', type: 'nominal', sort: panels.map((panel) => panel.title), header: { title: null } },
    columns,
    bounds: 'flush',
    spacing: { row: 50, column: 30 },
    spec: {
      width: Math.round(660 / columns) - 20,
      height: 180,
      layer: [
        {
          mark: { type: 'area', color: '#D55E00', opacity: 0.12 },
          encoding: { x, y: { ...y, field: 'soFar' }, y2: { field: 'matured' } },
        },
        ...LINES.map((line) => ({
          transform: [{ calculate: JSON.stringify(line.title), as: 'line' }],
          mark: { type: 'line' as const, strokeWidth: 2, strokeDash: [...line.dash] },
          encoding: {
            x,
            y: { ...y, field: line.field },
            color: {
              field: 'line',
              type: 'nominal' as const,
              scale: { domain, range: LINES.map(({ colour }) => colour) },
              legend: { title: null, orient: 'top' as const, symbolType: 'stroke', columns: 3 },
            },
          },
        })),
      ],
    },
  };
}
