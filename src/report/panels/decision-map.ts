import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';

/** What {@link decisionMap} shows. */
export interface DecisionMap {
  readonly title: string;
  readonly caption: string;
  /** What colours stand for: "Multiplier α". */
  readonly unit: string;
  /** Decisions by policy, step from 1 on, and share of the budget left; the shares are an even grid. */
  readonly cells: readonly {
    readonly title: string;
    readonly step: number;
    readonly budgetLeft: number;
    readonly multiplier: number;
  }[];
}

/** Multiplier by step and budget left, one panel per policy in the order given. */
export function decisionMap({ title, caption, unit, cells }: DecisionMap): TopLevelSpec {
  const names = [...new Set(cells.map((cell) => cell.title))];
  const shares = [...new Set(cells.map(({ budgetLeft }) => budgetLeft))].sort((a, b) => a - b);
  const height = shares.length < 2 ? 0.1 : shares[1]! - shares[0]!;
  const values = cells.map(({ title: name, step, budgetLeft, multiplier }) => ({
    title: name,
    step,
    from: round5(Math.max(0, budgetLeft - height / 2)),
    // Cells overlap by a hair: renderers leave light seams between shapes that only touch.
    to: round5(Math.min(1, budgetLeft + 0.54 * height)),
    multiplier: round5(multiplier),
  }));
  const columns = Math.min(3, names.length);
  return {
    ...chartHead(title, caption),
    data: { values },
    columns,
    facet: { field: 'title', type: 'nominal', sort: names, header: { title: null, labelAnchor: 'start' } },
    spec: {
      width: columns === 1 ? 460 : columns === 2 ? 330 : 225,
      height: 240,
      mark: { type: 'rect', strokeWidth: 0, clip: true },
      encoding: {
        x: {
          field: 'step',
          type: 'ordinal',
          scale: { paddingInner: 0, paddingOuter: 0 },
          axis: { title: 'Step', labelAngle: 0 },
        },
        y: {
          field: 'from',
          type: 'quantitative',
          scale: { domain: [0, 1], nice: false },
          axis: { title: 'Budget left', format: '.0%', values: [0, 0.25, 0.5, 0.75, 1], grid: false },
        },
        y2: { field: 'to' },
        color: {
          field: 'multiplier',
          type: 'quantitative',
          scale: { type: 'log', scheme: 'viridis', nice: false },
          legend: { title: unit, orient: 'top', gradientLength: 260, format: '~g', tickCount: 5, titleLimit: 300 },
        },
        tooltip: [
          { field: 'title', title: 'Policy' },
          { field: 'step', title: 'Step' },
          { field: 'to', title: 'Budget left, up to', format: '.0%' },
          { field: 'multiplier', title: unit, format: '.3~g' },
        ],
      },
    },
  };
}
