import type { TopLevelSpec } from 'vega-lite';
import { Rng } from '../../core/rng.ts';
import { type Cell, makeBootstrap } from '../../eval/bootstrap.ts';
import { groupBy } from '../../eval/group-by.ts';
import { interquartileMean, sortOrder, weightedInterquartileMean } from '../../eval/statistics.ts';
import { type Chart, chartHead, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import type { LearningPoint, ReportData } from '../report-data.ts';
import { colourScale, type Series, seriesOf, withSeries } from '../series.ts';
import { PLOT_WIDTH, SOFT_INK } from '../theme.ts';

const title = 'Learning curves';
const caption =
  'Share of the hindsight optimum on validation flights while training, after so many environment steps: thick lines are interquartile means over training seeds, bands their 95 % bootstrap intervals, thin lines single seeds. The dashed line is the best baseline on the test flights.';
const HEIGHT = 300;

/** Score on validation flights against environment steps, with bands over seeds. */
export const learningCurves: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  const points = withSeries(data.learningCurves, series);
  if (points.length === 0) return null;
  const drawn = series.filter((entry) => points.some((point) => point.policy === entry.policy));
  const curves = drawn.flatMap((entry) =>
    curveOf(
      entry,
      points.filter(({ policy }) => policy === entry.policy),
    ),
  );
  const singles = points.map((point) => ({
    title: point.title,
    run: `${point.title} ${point.seed}`,
    envSteps: point.envSteps,
    score: round5(point.valueRatio),
  }));
  const target = targetOf(data, series);
  const domain = paddedDomain([...singles.map(({ score }) => score), ...target.map(({ score }) => score)]);
  const lastSteps = Math.max(...curves.map(({ envSteps }) => envSteps));
  const ends = [...drawn.map((entry) => curves.findLast((point) => point.title === entry.title)!), ...target].map(
    ({ title: name, score }) => ({ title: name, y: score }),
  );
  const scale = { domain, nice: false, zero: false };
  const y = {
    field: 'score',
    type: 'quantitative',
    scale,
    axis: { title: 'Share of the hindsight optimum', format: '.2f' },
  } as const;
  const x = {
    field: 'envSteps',
    type: 'quantitative',
    scale: { domain: [0, lastSteps] as [number, number], nice: false },
    axis: { title: 'Environment steps', labelExpr: "format(datum.value, '~s')", tickCount: 8 },
  } as const;
  const color = { field: 'title', type: 'nominal', scale: colourScale(drawn), legend: null } as const;
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH,
    height: HEIGHT,
    data: { values: curves },
    layer: [
      {
        mark: { type: 'area', opacity: 0.18 },
        encoding: { x, y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' }, color },
      },
      {
        data: { values: singles },
        mark: { type: 'line', strokeWidth: 0.7, opacity: 0.35 },
        encoding: { x, y, color, detail: { field: 'run', type: 'nominal' } },
      },
      {
        data: { values: target },
        mark: { type: 'rule', strokeDash: [5, 4], color: SOFT_INK },
        encoding: { y },
      },
      { mark: { type: 'line', strokeWidth: 2.6 }, encoding: { x, y, color } },
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}

function curveOf(entry: Series, points: readonly Omit<LearningPoint, 'title'>[]) {
  const bootstrap = makeBootstrap(new Rng('learning-curves'), { replicates: 500 });
  const bySteps = [...groupBy(points, ({ envSteps }) => envSteps)].sort(([a], [b]) => a - b);
  return bySteps.map(([envSteps, atStep]) => {
    const scores = atStep.map(({ valueRatio }) => valueRatio);
    const order = sortOrder(scores);
    const cells = atStep.map(({ seed }): Cell => ({ stratum: 0, seed, flight: '' }));
    const band = bootstrap.interval(cells, (weights) => weightedInterquartileMean(scores, order, weights));
    const score = interquartileMean(scores);
    return {
      title: entry.title,
      envSteps,
      score: round5(score),
      low: round5(band?.low ?? score),
      high: round5(band?.high ?? score),
    };
  });
}

/** The best baseline's score, as the line to pass. */
function targetOf(data: ReportData, series: readonly Series[]) {
  const overall = data.aggregates.filter((entry) => entry.budgetFraction === null && entry.kind === 'baseline');
  return withSeries(overall.slice(0, 1), series).map((entry) => ({ title: entry.title, score: round5(entry.iqm) }));
}
