import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { PLOT_WIDTH, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

/** What {@link delayCdf} shows. */
export interface DelayCdf {
  readonly title: string;
  readonly description: string;
  /** Distribution functions in legend order; `shares[k]` is the share that has come by `days[k]`. */
  readonly curves: readonly {
    readonly title: string;
    readonly days: readonly number[];
    readonly shares: readonly number[];
  }[];
  /** Attribution window, drawn as a dashed line; null for none. */
  readonly windowDays: number | null;
}

/** Share of conversions that has come by each day after the click, one line a law; the window as a dashed rule. */
export function delayCdf({ title, description, curves, windowDays }: DelayCdf): TopLevelSpec {
  const values = curves.flatMap((curve) =>
    curve.days.map((days, k) => ({ title: curve.title, days: round5(days), share: round5(curve.shares[k]!) })),
  );
  const last = Math.max(...curves.flatMap(({ days }) => days));
  const x = {
    field: 'days',
    type: 'quantitative' as const,
    scale: { domain: [0, last] as [number, number], nice: false },
    axis: { title: 'Days after the click', tickCount: 8 },
  };
  const domain = curves.map((curve) => curve.title);
  return {
    ...chartHead(title, description),
    width: PLOT_WIDTH,
    height: 280,
    data: { values },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2.4 },
        encoding: {
          x,
          y: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1] },
            axis: { title: 'Share of conversions that has come', format: '.0%', tickCount: 5 },
          },
          color: {
            field: 'title',
            type: 'nominal',
            scale: {
              domain,
              range: domain.map((_, i) => SERIES_COLOURS.learners[i % SERIES_COLOURS.learners.length]!),
            },
            legend: { title: null, orient: 'top', symbolType: 'stroke' },
          },
        },
      },
      ...(windowDays === null ? [] : windowLayers(windowDays)),
    ],
  };
}

function windowLayers(windowDays: number) {
  const data = { values: [{ days: windowDays, label: 'attribution window ends' }] };
  const x = { field: 'days', type: 'quantitative' as const };
  return [
    { data, mark: { type: 'rule' as const, color: SOFT_INK, strokeDash: [4, 3] }, encoding: { x } },
    {
      data,
      mark: { type: 'text' as const, align: 'left' as const, dx: 6, fontSize: 11, color: SOFT_INK },
      encoding: { x, y: { value: 270 }, text: { field: 'label' } },
    },
  ];
}
