import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../eval/group-by.ts';
import { mean } from '../../eval/statistics.ts';
import { chartHead, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { GREY, INK, PLOT_WIDTH, SERIES_COLOURS } from '../theme.ts';

/** What {@link equilibriumGamma} shows. */
export interface EquilibriumGamma {
  readonly title: string;
  readonly caption: string;
  /** Mean share γ of value that one agent bid in one iteration, 1, 2, …; `title` names its kind of bidder. */
  readonly points: readonly {
    readonly title: string;
    /** Unique to the agent and seed: one thin line. */
    readonly run: string;
    readonly iteration: number;
    readonly gamma: number;
  }[];
  /** Horizontal reference lines: equilibria. */
  readonly lines: readonly { readonly title: string; readonly gamma: number }[];
}

const HEIGHT = 280;
const COLOURS = [...SERIES_COLOURS.learners, ...SERIES_COLOURS.baselines];

/** Shading over the iterations: a thin line for each agent, a thick one for each kind of bidder, dashed the equilibria. */
export function equilibriumGamma(data: EquilibriumGamma): TopLevelSpec {
  const { title, caption, points } = data;
  const kinds = [...groupBy(points, (point) => point.title)];
  const series = kinds.map(([name], i) => ({
    policy: name,
    title: name,
    kind: 'learner' as const,
    colour: COLOURS[i] ?? GREY,
    highlighted: i < COLOURS.length,
  }));
  const means = kinds.flatMap(([name, members]) =>
    [...groupBy(members, ({ iteration }) => iteration)].map(([iteration, at]) => ({
      title: name,
      iteration,
      gamma: round5(mean(at.map(({ gamma }) => gamma))),
    })),
  );
  const lines = data.lines.map(({ title: name, gamma }) => ({
    title: `${name}, γ = ${gamma.toFixed(2)}`,
    gamma: round5(gamma),
  }));
  const domain = paddedDomain([...lines, ...points].map(({ gamma }) => gamma));
  const last = Math.max(...points.map(({ iteration }) => iteration));
  const x = {
    field: 'iteration',
    type: 'quantitative',
    scale: { domain: [1, Math.max(2, last)] as [number, number], nice: false },
    axis: { title: 'Iteration', tickMinStep: 1, tickCount: 10, format: 'd' },
  } as const;
  const y = {
    field: 'gamma',
    type: 'quantitative',
    scale: { domain, nice: false, zero: false },
    axis: { title: 'Mean share of value bid, γ', format: '.2f', tickCount: 6 },
  } as const;
  const color = {
    field: 'title',
    type: 'nominal',
    scale: { domain: series.map((entry) => entry.title), range: series.map(({ colour }) => colour) },
    legend: null,
  } as const;
  const ends = [
    ...series.map((entry) => ({
      title: entry.title,
      y: means.findLast((point) => point.title === entry.title)!.gamma,
    })),
    ...lines.map((line) => ({ title: line.title, y: line.gamma })),
  ];
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH,
    height: HEIGHT,
    data: { values: means },
    layer: [
      {
        data: { values: points.map((point) => ({ ...point, gamma: round5(point.gamma) })) },
        mark: { type: 'line', strokeWidth: 0.7, opacity: 0.35 },
        encoding: { x, y, color, detail: { field: 'run', type: 'nominal' } },
      },
      { data: { values: lines }, mark: { type: 'rule', strokeDash: [5, 4], color: INK }, encoding: { y } },
      { mark: { type: 'line', strokeWidth: 2.6 }, encoding: { x, y, color } },
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}
