import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { colourScale, type Series } from '../series.ts';
import { INK, PLOT_WIDTH, WORSE } from '../theme.ts';

/** What {@link constraintOverTime} shows. */
export interface ConstraintOverTime {
  readonly title: string;
  readonly caption: string;
  /** Of the ratio: "Cost per conversion so far over its target". */
  readonly axis: string;
  /** Which side of 1 breaks the constraint: above for CPA, below for ROAS. */
  readonly violation: 'above' | 'below';
  /** Highest ratio drawn; lines are cut there. */
  readonly top: number;
  /** One per policy and time; ratios to the target, null where there is none yet. */
  readonly points: readonly {
    readonly title: string;
    /** In [0, 1]. */
    readonly timeShare: number;
    readonly ratio: number | null;
  }[];
  /** Policies in order, with their colours. */
  readonly series: readonly Series[];
}

const HEIGHT = 320;

/** A constraint's ratio to its target over the day, one line a policy; the side that breaks it is shaded. */
export function constraintOverTime(chart: ConstraintOverTime): TopLevelSpec {
  const { top, series } = chart;
  const known = chart.points.flatMap(({ title, timeShare, ratio }) =>
    ratio === null ? [] : [{ title, timeShare: round5(timeShare), ratio: round5(Math.min(top, ratio)) }],
  );
  const strong = new Set(series.filter(({ highlighted }) => highlighted).map(({ title }) => title));
  const values = known.map((point) => ({ ...point, strong: strong.has(point.title) }));
  const domain: [number, number] = [0, top];
  const scale = { domain, nice: false, zero: false };
  const x = {
    field: 'timeShare',
    type: 'quantitative',
    scale: { domain: [0, 1] as [number, number], nice: false },
    axis: { title: 'Share of the day gone', format: '.0%', tickCount: 8 },
  } as const;
  const y = {
    field: 'ratio',
    type: 'quantitative',
    scale,
    axis: { title: chart.axis, format: '.2~f', tickCount: 8 },
  } as const;
  const color = { field: 'title', type: 'nominal', scale: colourScale(series), legend: null } as const;
  const ends = series.flatMap(({ title }) => {
    const last = values.findLast((point) => point.title === title);
    return last === undefined ? [] : [{ title, y: last.ratio }];
  });
  const tooltip = [
    { field: 'title', title: 'Policy' },
    { field: 'timeShare', title: 'Day gone', format: '.0%' },
    { field: 'ratio', title: 'Ratio to the target', format: '.2f' },
  ] as const;
  return {
    ...chartHead(chart.title, chart.caption),
    width: PLOT_WIDTH - 60,
    height: HEIGHT,
    data: { values },
    layer: [
      {
        data: { values: [chart.violation === 'above' ? { from: 1, to: top } : { from: 0, to: 1 }] },
        mark: { type: 'rect', color: WORSE, opacity: 0.1 },
        encoding: { y: { field: 'from', type: 'quantitative', scale }, y2: { field: 'to' } },
      },
      {
        data: { values: [{ at: 1 }] },
        mark: { type: 'rule', color: INK, strokeDash: [4, 3] },
        encoding: { y: { field: 'at', type: 'quantitative', scale } },
      },
      {
        transform: [{ filter: '!datum.strong' }],
        mark: { type: 'line', strokeWidth: 1.2, opacity: 0.8 },
        encoding: { x, y, color },
      },
      {
        transform: [{ filter: 'datum.strong' }],
        mark: { type: 'line', strokeWidth: 2.4 },
        encoding: { x, y, color, tooltip: [...tooltip] },
      },
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}
