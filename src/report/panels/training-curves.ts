import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../eval/group-by.ts';
import { mean } from '../../eval/statistics.ts';
import { chartHead, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { PLOT_WIDTH, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

const HEIGHT = 320;

/** What curves may run over. */
export const CURVE_AXES = ['envSteps', 'seconds'] as const;
/** One of {@link CURVE_AXES}. */
export type CurveAxis = (typeof CURVE_AXES)[number];

const AXIS_TITLES: Readonly<Record<CurveAxis, string>> = {
  envSteps: 'Environment steps',
  seconds: 'Wall seconds of training, evaluations included',
};

/** What {@link trainingCurves} shows. */
export interface TrainingCurves {
  readonly title: string;
  readonly caption: string;
  /** Of the score: "Conversions per episode". */
  readonly axis: string;
  /** One point per learner, seed and evaluation. */
  readonly points: readonly {
    readonly title: string;
    readonly seed: number;
    readonly envSteps: number;
    /** Wall seconds; needed where curves run over them. */
    readonly seconds?: number;
    readonly score: number;
  }[];
  /** What the curves run over; environment steps where absent. */
  readonly over?: CurveAxis;
  /** Scores to pass or that nobody passes, drawn as dashed lines. */
  readonly lines: readonly { readonly title: string; readonly score: number }[];
}

/**
 * Score against environment steps or seconds: a thick line is a learner's mean over seeds, thin lines are single seeds. The scale is
 * that of the ends and the dashed lines; what lies far below, at the start of training, is cut off.
 */
export function trainingCurves({
  title,
  caption,
  axis,
  points,
  lines,
  over = 'envSteps',
}: TrainingCurves): TopLevelSpec {
  const names = [...new Set(points.map((point) => point.title))];
  const colours = names.map((_, i) => SERIES_COLOURS.learners[i % SERIES_COLOURS.learners.length]!);
  const singles = points.map((point) => ({
    title: point.title,
    run: `${point.title} ${point.seed}`,
    [over]: point[over]!,
    score: round5(point.score),
  }));
  const means = names.flatMap((name) => meanCurve(name, points, over));
  const rules = lines.map((line) => ({ title: line.title, score: round5(line.score) }));
  const ends = [...names.map((name) => means.findLast((point) => point.title === name)!), ...rules];
  const domain = endDomain(
    ends.map(({ score }) => score),
    singles.map(({ score }) => score),
  );
  const scale = { domain, nice: false, zero: false };
  const x = {
    field: over,
    type: 'quantitative',
    scale: { domain: [0, Math.max(...points.map((point) => point[over]!))] as [number, number], nice: false },
    axis: { title: AXIS_TITLES[over], labelExpr: "format(datum.value, '~s')", tickCount: 8 },
  } as const;
  const y = { field: 'score', type: 'quantitative', scale, axis: { title: axis, tickCount: 8 } } as const;
  const color = { field: 'title', type: 'nominal', scale: { domain: names, range: colours }, legend: null } as const;
  const series = names.map((name, i) => ({
    policy: name,
    title: name,
    kind: 'learner' as const,
    colour: colours[i]!,
    highlighted: true,
  }));
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH,
    height: HEIGHT,
    data: { values: means },
    layer: [
      {
        data: { values: singles },
        mark: { type: 'line', strokeWidth: 0.8, opacity: 0.45, clip: true },
        encoding: { x, y, color, detail: { field: 'run', type: 'nominal' } },
      },
      { data: { values: rules }, mark: { type: 'rule', strokeDash: [5, 4], color: SOFT_INK }, encoding: { y } },
      { mark: { type: 'line', strokeWidth: 2.6, clip: true }, encoding: { x, y, color } },
      ...endLabelLayers(
        ends.map((end) => ({ title: end.title, y: end.score })),
        series,
        { height: HEIGHT, domain },
      ),
    ],
  };
}

/** All scores, but not further below the lowest end than three times the distance of the ends from each other. */
function endDomain(ends: readonly number[], scores: readonly number[]): [number, number] {
  const lowest = Math.min(...ends);
  const spread = Math.max(...ends) - lowest;
  const floor = spread > 0 ? lowest - 3 * spread : Number.NEGATIVE_INFINITY;
  return paddedDomain([...ends, ...scores].map((score) => Math.max(floor, score)));
}

/** Means over the seeds of one evaluation, which all seeds make after the same steps. */
function meanCurve(name: string, points: TrainingCurves['points'], over: CurveAxis) {
  const own = points.filter((point) => point.title === name);
  const bySteps = [...groupBy(own, ({ envSteps }) => envSteps)].sort(([a], [b]) => a - b);
  return bySteps.map(([, at]) => ({
    title: name,
    [over]: round5(mean(at.map((point) => point[over]!))),
    score: round5(mean(at.map(({ score }) => score))),
  }));
}
