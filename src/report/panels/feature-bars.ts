import type { TopLevelSpec } from 'vega-lite';
import { chartHead } from '../chart.ts';
import { INK, PLOT_WIDTH, SERIES_COLOURS } from '../theme.ts';

/** What {@link featureBars} shows. */
export interface FeatureBars {
  readonly title: string;
  /** What a screen reader says. */
  readonly description: string;
  readonly valueTitle: string;
  /** One per feature, titles unique. */
  readonly bars: readonly { readonly title: string; readonly value: number; readonly standardError: number }[];
}

/** One bar a feature, largest first, with two standard errors to either side. */
export function featureBars({ title, description, valueTitle, bars }: FeatureBars): TopLevelSpec {
  const values = [...bars]
    .sort((a, b) => b.value - a.value)
    .map((bar) => ({
      title: bar.title,
      value: digits(bar.value),
      low: digits(Math.max(0, bar.value - 2 * bar.standardError)),
      high: digits(bar.value + 2 * bar.standardError),
    }));
  const top = Math.max(1e-9, ...values.map(({ high }) => high));
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: [0, 1.12 * top] as [number, number], nice: false },
    axis: { title: valueTitle, format: '~g', tickCount: 6 },
  } as const;
  return {
    ...chartHead(title, description),
    width: PLOT_WIDTH - 100,
    height: { step: 24 },
    data: { values },
    encoding: {
      y: {
        field: 'title',
        type: 'nominal',
        sort: values.map((bar) => bar.title),
        axis: { title: null, ticks: false, domain: false, labelColor: INK },
      },
    },
    layer: [
      {
        mark: { type: 'bar', height: 14, color: SERIES_COLOURS.learners[0] },
        encoding: {
          x,
          tooltip: [
            { field: 'title', title: 'Feature' },
            { field: 'value', title: valueTitle, format: '.3~g' },
            { field: 'low', title: 'Two standard errors below', format: '.3~g' },
            { field: 'high', title: 'Two standard errors above', format: '.3~g' },
          ],
        },
      },
      {
        mark: { type: 'rule', color: INK },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6, fontSize: 11, color: INK },
        encoding: { x: { field: 'high', type: 'quantitative' }, text: { field: 'value', format: '.3~g' } },
      },
    ],
  };
}

function digits(value: number): number {
  return Number(value.toPrecision(5));
}
