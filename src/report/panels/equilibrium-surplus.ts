import type { TopLevelSpec } from 'vega-lite';
import { chartHead, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { GREY, INK, PLOT_WIDTH, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

/** What {@link equilibriumSurplus} shows. */
export interface EquilibriumSurplus {
  readonly title: string;
  readonly caption: string;
  /** Short words for the vertical axis: "Surplus per 10,000 auctions". */
  readonly unit: string;
  /** Expected surplus of one bidder against the share γ of value that it bids, up to three curves named by their rivals. */
  readonly curves: readonly {
    readonly title: string;
    readonly points: readonly { readonly gamma: number; readonly surplus: number }[];
  }[];
  /** γ of the symmetric equilibrium. */
  readonly equilibriumGamma: number;
  /** What bidders earned at the share they came to. */
  readonly bidders: readonly { readonly title: string; readonly gamma: number; readonly surplus: number }[];
}

const HEIGHT = 300;
const CURVE_COLOURS = [SOFT_INK, INK, GREY];
const POINT_COLOURS = [...SERIES_COLOURS.learners, ...SERIES_COLOURS.baselines];

/** Surplus against shading, with a line at the equilibrium and a point for each bidder. */
export function equilibriumSurplus(data: EquilibriumSurplus): TopLevelSpec {
  const { title, caption, unit, curves, equilibriumGamma, bidders } = data;
  const values = curves.flatMap((curve) =>
    curve.points.map(({ gamma, surplus }) => ({
      title: curve.title,
      gamma: round5(gamma),
      surplus: round5(surplus),
    })),
  );
  const domain = paddedDomain([...values, ...bidders].map(({ surplus }) => surplus));
  const gammaScale = { domain: [0, 1] as [number, number], nice: false };
  const surplusScale = { domain, nice: false, zero: false };
  const x = {
    field: 'gamma',
    type: 'quantitative',
    scale: gammaScale,
    axis: { title: 'Share of value bid, γ', format: '.1f' },
  } as const;
  const y = {
    field: 'surplus',
    type: 'quantitative',
    scale: surplusScale,
    axis: { title: unit, format: ',~r', tickCount: 6 },
  } as const;
  const series = curves.map(({ title: name }, i) => ({
    policy: name,
    title: name,
    kind: 'reference' as const,
    colour: CURVE_COLOURS[i % CURVE_COLOURS.length]!,
    highlighted: i < 2,
  }));
  const color = {
    field: 'title',
    type: 'nominal',
    scale: { domain: series.map((entry) => entry.title), range: series.map(({ colour }) => colour) },
    legend: null,
  } as const;
  const ends = curves.map((curve) => ({ title: curve.title, y: curve.points.at(-1)!.surplus }));
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH,
    height: HEIGHT,
    data: { values },
    layer: [
      ...equilibriumRule(equilibriumGamma, gammaScale),
      { mark: { type: 'line', strokeWidth: 2.4 }, encoding: { x, y, color } },
      bidderLayer(bidders, { x, y }),
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}

/** A coloured point for each bidder, named above the chart. */
function bidderLayer<X extends object, Y extends object>(
  bidders: EquilibriumSurplus['bidders'],
  { x, y }: { readonly x: X; readonly y: Y },
) {
  const names = bidders.map(({ title }) => title);
  return {
    data: {
      values: bidders.map(({ title, gamma, surplus }) => ({ title, gamma: round5(gamma), surplus: round5(surplus) })),
    },
    mark: { type: 'point' as const, filled: true, size: 90, opacity: 1, stroke: 'white', strokeWidth: 1 },
    encoding: {
      x,
      y,
      fill: {
        field: 'title',
        type: 'nominal' as const,
        scale: { domain: names, range: names.map((_, i) => POINT_COLOURS[i % POINT_COLOURS.length]!) },
        legend: { title: null, orient: 'top' as const, symbolType: 'circle', symbolStrokeWidth: 0 },
      },
      tooltip: [
        { field: 'title', title: 'Bidder' },
        { field: 'gamma', title: 'γ', format: '.3f' },
        { field: 'surplus', title: 'Surplus', format: ',.0f' },
      ],
    },
  };
}

/** A dashed vertical line at the equilibrium with its words at the top. */
function equilibriumRule(gamma: number, scale: { domain: [number, number]; nice: boolean }) {
  const values = [{ gamma: round5(gamma), label: `Equilibrium, γ = ${gamma.toFixed(2)}` }];
  const x = { field: 'gamma', type: 'quantitative' as const, scale };
  const side = gamma > 0.75 ? { align: 'right' as const, dx: -6 } : { align: 'left' as const, dx: 6 };
  return [
    {
      data: { values },
      mark: { type: 'rule' as const, strokeDash: [5, 4], color: INK, strokeWidth: 1.2 },
      encoding: { x },
    },
    {
      data: { values },
      mark: { type: 'text' as const, ...side, dy: 8, color: INK, fontSize: 11 },
      encoding: { x, y: { value: 0 }, text: { field: 'label' } },
    },
  ];
}
