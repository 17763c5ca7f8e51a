import type { TopLevelSpec } from 'vega-lite';
import { chartHead, paddedDomain, round5 } from '../chart.ts';
import { spreadLabels } from '../direct-labels.ts';
import { colourScale, type Series } from '../series.ts';
import { INK, PLOT_WIDTH, SOFT_INK, WORSE } from '../theme.ts';

/** What {@link valueCpaPareto} shows. */
export interface ValueCpaPareto {
  readonly title: string;
  readonly caption: string;
  /** Of the value: "Conversions per period". */
  readonly axis: string;
  /** Of the ratio, lower is better and 1 the target; cost per conversion over its target where it is left out. */
  readonly ratioAxis?: string;
  /** One per policy, titles unique. */
  readonly points: readonly {
    readonly title: string;
    readonly value: number;
    /** Cost per conversion over its target, or what the ratio's axis says. */
    readonly cpaRatio: number;
  }[];
  /** Policies in order, with their colours. */
  readonly series: readonly Series[];
}

const HEIGHT = 340;

/** Policies that no other beats in both: more value at no higher cost per conversion, in order of cost. */
function paretoFront<T extends { readonly value: number; readonly cpaRatio: number }>(points: readonly T[]): T[] {
  const ordered = [...points].sort((a, b) => a.cpaRatio - b.cpaRatio || b.value - a.value);
  let best = Number.NEGATIVE_INFINITY;
  return ordered.filter(({ value }) => {
    const better = value > best;
    best = Math.max(best, value);
    return better;
  });
}

/** Value against cost per conversion, one dot a policy, the front joined, everything dearer than the target shaded. */
export function valueCpaPareto(chart: ValueCpaPareto): TopLevelSpec {
  const { series, ratioAxis = 'Cost per conversion over its target' } = chart;
  const xDomain = paddedDomain([...chart.points.map(({ cpaRatio }) => cpaRatio), 1], 0.08);
  const yDomain = paddedDomain(
    chart.points.map(({ value }) => value),
    0.08,
  );
  const perPixel = (yDomain[1] - yDomain[0]) / HEIGHT;
  const labels = spreadLabels(
    chart.points.map(({ value }) => value),
    13 * perPixel,
    yDomain[0],
    yDomain[1],
  );
  const values = chart.points.map(({ title, value, cpaRatio }, i) => ({
    title,
    value: round5(value),
    cpaRatio: round5(cpaRatio),
    label: round5(labels[i]!),
  }));
  const xScale = { domain: xDomain, nice: false, zero: false };
  const yScale = { domain: yDomain, nice: false, zero: false };
  const x = {
    field: 'cpaRatio',
    type: 'quantitative',
    scale: xScale,
    axis: { title: ratioAxis, format: '.2~f', tickCount: 8 },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: yScale,
    axis: { title: chart.axis, format: '.2~f', tickCount: 8 },
  } as const;
  const color = { field: 'title', type: 'nominal', scale: colourScale(series), legend: null } as const;
  const front = paretoFront(values).map(({ value, cpaRatio }) => ({ value, cpaRatio }));
  return {
    ...chartHead(chart.title, chart.caption),
    width: PLOT_WIDTH - 160,
    height: HEIGHT,
    data: { values },
    layer: [
      {
        data: { values: [{ from: 1, to: xDomain[1] }] },
        mark: { type: 'rect', color: WORSE, opacity: 0.1 },
        encoding: { x: { field: 'from', type: 'quantitative', scale: xScale }, x2: { field: 'to' } },
      },
      {
        data: { values: [{ at: 1 }] },
        mark: { type: 'rule', color: INK, strokeDash: [4, 3] },
        encoding: { x: { field: 'at', type: 'quantitative', scale: xScale } },
      },
      {
        data: { values: front },
        mark: { type: 'line', color: SOFT_INK, strokeWidth: 1.2, interpolate: 'step-after' },
        encoding: { x, y, order: { field: 'cpaRatio', type: 'quantitative' } },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1, stroke: 'white', strokeWidth: 1 },
        encoding: {
          x,
          y,
          color,
          tooltip: [
            { field: 'title', title: 'Policy' },
            { field: 'value', title: chart.axis, format: '.2f' },
            { field: 'cpaRatio', title: ratioAxis, format: '.2f' },
          ],
        },
      },
      {
        mark: { type: 'text', align: 'left', baseline: 'middle', dx: 9, fontSize: 11, color: INK },
        encoding: { x, y: { field: 'label', type: 'quantitative', scale: yScale }, text: { field: 'title' } },
      },
    ],
  };
}
