import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../eval/group-by.ts';
import { mean } from '../../eval/statistics.ts';
import { chartHead, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { PLOT_WIDTH, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

const HEIGHT = 320;

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
    readonly score: number;
  }[];
  /** Scores to pass or that nobody passes, drawn as dashed lines. */
  readonly lines: readonly { readonly title: string; readonly score: number }[];
}

/**
 * Score against environment steps: a thick line is a learner's mean over seeds, thin lines are single seeds. The scale is
 * that of the ends and the dashed lines; what lies far below, at the start of training, is cut off.
 */
export function trainingCurves({ title, caption, axis, points, lines }: TrainingCurves): TopLevelSpec {
  const names = [...new Set(points.map((point) => point.title))];
  const colours = names.map((_, i) => SERIES_COLOURS.learners[i % SERIES_COLOURS.learners.length]!);
  const singles = points.map(({ title: name, seed, envSteps, score }) => ({
    title: name,
    run: `${name} ${seed}`,
    envSteps,
    score: round5(score),
  }));
  const means = names.flatMap((name) => meanCurve(name, points));
  const rules = lines.map((line) => ({ title: line.title, score: round5(line.score) }));
  const ends = [...names.map((name) => means.findLast((point) => point.title === name)!), ...rules];
  const domain = endDomain(
    ends.map(({ score }) => score),
    singles.map(({ score }) => score),
  );
  const scale = { domain, nice: false, zero: false };
  const x = {
    field: 'envSteps',
    type: 'quantitative',
    scale: { domain: [0, Math.max(...points.map(({ envSteps }) => envSteps))] as [number, number], nice: false },
    axis: { title: 'Environment steps', labelExpr: "format(datum.value, '~s')", tickCount: 8 },
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

function meanCurve(name: string, points: TrainingCurves['points']) {
  const own = points.filter((point) => point.title === name);
  const bySteps = [...groupBy(own, ({ envSteps }) => envSteps)].sort(([a], [b]) => a - b);
  return bySteps.map(([envSteps, at]) => ({
    title: name,
    envSteps,
    score: round5(mean(at.map(({ score }) => score))),
  }));
}
