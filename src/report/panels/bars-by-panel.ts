import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { INK } from '../theme.ts';

/** One bar: the mean of a policy in one panel with an interval. */
export interface PanelBar {
  readonly title: string;
  readonly panel: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a chart of bars shows. */
export interface BarsByPanel {
  readonly title: string;
  /** What a screen reader says. */
  readonly description: string;
  readonly valueTitle: string;
  /** d3 format of the values: '.1%'. */
  readonly format: string;
  /** Which end is best, and so stands at the top of each panel. */
  readonly better: 'higher' | 'lower';
  readonly bars: readonly PanelBar[];
  readonly colours: { readonly domain: string[]; readonly range: string[] };
}

/** Horizontal bars with intervals, best at the top of each panel, so that flips of the ranking meet the eye. */
export function barsByPanel(chart: BarsByPanel): TopLevelSpec {
  const panels = [...new Set(chart.bars.map(({ panel }) => panel))];
  const top = Math.max(...chart.bars.map(({ high }) => high)) * 1.12;
  return {
    ...chartHead(chart.title, chart.description),
    hconcat: panels.map((panel) => onePanel(chart, panel, top, panels.length === 1 ? 620 : 270)),
  };
}

function onePanel(chart: BarsByPanel, panel: string, top: number, width: number) {
  const sign = chart.better === 'lower' ? 1 : -1;
  const bars = chart.bars.filter((bar) => bar.panel === panel).sort((a, b) => sign * (a.value - b.value));
  const scale = { domain: [0, top] as [number, number], nice: false };
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    scale,
    axis: { title: chart.valueTitle, format: chart.format, tickCount: 4 },
  };
  const y = {
    field: 'title',
    type: 'nominal' as const,
    sort: bars.map(({ title }) => title),
    axis: { title: null, ticks: false, domain: false, labelColor: INK },
  };
  const tooltip = [
    { field: 'title', title: 'Policy' },
    { field: 'value', title: chart.valueTitle, format: chart.format },
  ];
  return {
    title: { text: panel, fontSize: 12 },
    width,
    height: { step: 26 },
    data: {
      values: bars.map((bar) => ({ ...bar, value: round5(bar.value), low: round5(bar.low), high: round5(bar.high) })),
    },
    encoding: { y },
    layer: [
      {
        mark: { type: 'bar' as const, height: 15 },
        encoding: {
          x,
          color: { field: 'title', type: 'nominal' as const, scale: chart.colours, legend: null },
          tooltip,
        },
      },
      {
        mark: { type: 'rule' as const, color: INK },
        encoding: { x: { field: 'low', type: 'quantitative' as const }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'text' as const, align: 'left' as const, dx: 5, fontSize: 11, color: INK },
        encoding: {
          x: { field: 'high', type: 'quantitative' as const },
          text: { field: 'value', format: chart.format },
        },
      },
    ],
  };
}
