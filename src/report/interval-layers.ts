import { INK } from './theme.ts';

/** What differs between charts of one interval per policy. Records carry `title`, `low`, `high` and `label`. */
export interface IntervalChart {
  /** Field of the dot. */
  readonly middle: string;
  readonly axis: { readonly title: string; readonly labelExpr: string; readonly tickCount: number };
  readonly domain: [number, number];
  /** Records whose `low` lies below are drawn as an arrow at the left edge. */
  readonly floor: number;
  /** Policy titles from top to bottom, and those in bold. */
  readonly order: readonly string[];
  readonly bold: readonly string[];
  readonly color: {
    readonly field: string;
    readonly scale: { domain: string[]; range: string[] };
    readonly legend: boolean;
  };
  readonly tooltip: readonly { readonly field: string; readonly title: string; readonly format: string }[];
}

/** Layers of a dot-and-interval chart: interval, dot, arrow for what is off the scale, label on the right. */
export function intervalLayers(chart: IntervalChart) {
  const scale = { domain: chart.domain, nice: false, zero: false };
  const y = {
    field: 'title',
    type: 'nominal' as const,
    sort: [...chart.order],
    axis: {
      title: null,
      ticks: false,
      domain: false,
      grid: true,
      labelPadding: 10,
      labelFontSize: 12,
      labelColor: INK,
      labelFontWeight: {
        condition: { test: `indexof(${JSON.stringify(chart.bold)}, datum.value) >= 0`, value: 700 as const },
        value: 400 as const,
      },
    },
  };
  const color = {
    field: chart.color.field,
    type: 'nominal' as const,
    scale: chart.color.scale,
    legend: chart.color.legend ? { title: null, orient: 'top' as const, symbolType: 'circle' } : null,
  };
  const inside = { filter: `datum.low >= ${chart.floor}` };
  const name = { field: 'title', title: 'Policy' };
  return [
    {
      transform: [inside],
      mark: { type: 'rule' as const, strokeWidth: 4, strokeCap: 'round' as const, opacity: 0.5 },
      encoding: { x: { field: 'low', type: 'quantitative' as const, scale }, x2: { field: 'high' }, y, color },
    },
    {
      transform: [inside],
      mark: { type: 'point' as const, filled: true, size: 85, opacity: 1, stroke: 'white', strokeWidth: 1 },
      encoding: {
        x: { field: chart.middle, type: 'quantitative' as const, scale, axis: { ...chart.axis } },
        y,
        color,
        tooltip: [name, ...chart.tooltip],
      },
    },
    {
      transform: [{ filter: `datum.low < ${chart.floor}` }],
      mark: { type: 'point' as const, filled: true, shape: 'triangle-left', size: 70, opacity: 1 },
      encoding: { x: { value: 8 }, y, color, tooltip: [name, ...chart.tooltip] },
    },
    {
      mark: { type: 'text' as const, align: 'left' as const, dx: 12, fontSize: 11, color: INK },
      encoding: { x: { value: 'width' as const }, y, text: { field: 'label' } },
    },
  ];
}

/** A vertical rule at a value of the horizontal axis. */
export function ruleAt(
  value: number,
  domain: [number, number],
  mark: { readonly color: string; readonly dashed: boolean },
) {
  return {
    data: { values: [{ at: value }] },
    mark: { type: 'rule' as const, color: mark.color, ...(mark.dashed ? { strokeDash: [4, 3] } : {}) },
    encoding: { x: { field: 'at', type: 'quantitative' as const, scale: { domain, nice: false, zero: false } } },
  };
}
