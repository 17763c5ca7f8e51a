import { round5 } from './chart.ts';
import { spreadLabels } from './direct-labels.ts';
import type { Series } from './series.ts';

/** Where a line ends and what is written there. */
export interface LineEnd {
  readonly title: string;
  readonly y: number;
}

/** Layers that name lines at their right ends, moved apart where they would overlap, a thin leader to each. */
export function endLabelLayers(
  ends: readonly LineEnd[],
  series: readonly Series[],
  plot: { readonly height: number; readonly domain: readonly [number, number] },
) {
  const [low, high] = plot.domain;
  const perPixel = (high - low) / plot.height;
  const placed = spreadLabels(
    ends.map(({ y }) => y),
    13 * perPixel,
    low,
    high,
  );
  const styles = new Map(series.map((entry) => [entry.title, entry]));
  const values = ends.map((end, i) => ({
    title: end.title,
    end: round5(end.y),
    label: round5(placed[i]!),
    colour: styles.get(end.title)?.highlighted ? styles.get(end.title)!.colour : '#6B727D',
    weight: styles.get(end.title)?.highlighted ? 600 : 400,
  }));
  const scale = { domain: [low, high], nice: false, zero: false };
  return [
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 0.75 },
      encoding: {
        x: { value: { expr: 'width + 2' } },
        x2: { value: { expr: 'width + 14' } },
        y: { field: 'end', type: 'quantitative', scale },
        y2: { field: 'label' },
        stroke: { field: 'colour', type: 'nominal', scale: null },
      },
    },
    {
      data: { values },
      mark: { type: 'text', align: 'left', baseline: 'middle', dx: 17, fontSize: 11 },
      encoding: {
        x: { value: 'width' },
        y: { field: 'label', type: 'quantitative', scale },
        text: { field: 'title' },
        color: { field: 'colour', type: 'nominal', scale: null },
      },
    },
  ] as const;
}
