import type { TopLevelSpec } from 'vega-lite';
import type { Explanation } from '../../explain/explanation.ts';
import { chartHead } from '../chart.ts';

/** Decisions over two features by colour, and the states that were met as dots. */
export function featureHeatMap(
  title: string,
  description: string,
  { heatMap, features, decision }: Explanation,
): TopLevelSpec {
  const [across, up] = heatMap.features.map((name) => features.find((feature) => feature.name === name)!);
  const xs = heatMap.cells.map((cell) => cell.x);
  const ys = heatMap.cells.map((cell) => cell.y);
  const width = gap(xs);
  const height = gap(ys);
  const cells = heatMap.cells.map(({ x, y, decision: shown }) => ({
    x: digits(x - width / 2),
    // Cells overlap by a hair: renderers leave light seams between shapes that only touch.
    x2: digits(x + 0.54 * width),
    y: digits(y - height / 2),
    y2: digits(y + 0.54 * height),
    decision: digits(shown),
  }));
  const visited = heatMap.visited.map(({ x, y }) => ({ x: digits(x), y: digits(y) }));
  const x = { field: 'x', ...position(across!, xs, width) } as const;
  const y = { field: 'y', ...position(up!, ys, height) } as const;
  return {
    ...chartHead(title, description),
    width: 520,
    height: 340,
    layer: [
      {
        data: { values: cells },
        mark: { type: 'rect', strokeWidth: 0, clip: true },
        encoding: {
          x,
          x2: { field: 'x2' },
          y,
          y2: { field: 'y2' },
          color: {
            field: 'decision',
            type: 'quantitative',
            scale: { type: 'log', scheme: 'viridis', nice: false },
            legend: {
              title: [decision.title, `(${decision.unit})`],
              orient: 'top',
              gradientLength: 420,
              titleLimit: 420,
              format: '.3~g',
              tickCount: 5,
            },
          },
          tooltip: [{ field: 'decision', title: decision.title, format: '.3~g' }],
        },
      },
      {
        data: { values: visited },
        mark: {
          type: 'point',
          filled: true,
          size: 12,
          color: '#FFFFFF',
          stroke: '#1F2430',
          strokeWidth: 0.6,
          clip: true,
          opacity: 0.9,
        },
        encoding: { x, y },
      },
    ],
  };
}

/** How a feature lies along an axis that ends with the outermost cells. */
function position(
  { title, unit }: { readonly title: string; readonly unit: string },
  values: readonly number[],
  step: number,
) {
  const domain: [number, number] = [Math.min(...values) - step / 2, Math.max(...values) + step / 2];
  return {
    type: 'quantitative',
    scale: { domain, nice: false, zero: false },
    axis: { title: `${title} (${unit})`, grid: false, tickCount: 6 },
  } as const;
}

/** Smallest distance of two different values; 1 where there is only one. */
function gap(values: readonly number[]): number {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  return distinct.length < 2 ? 1 : Math.min(...distinct.slice(1).map((value, i) => value - distinct[i]!));
}

function digits(value: number): number {
  return Number(value.toPrecision(5));
}
