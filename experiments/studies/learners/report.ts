import { groupBy } from '../../../src/eval/group-by.ts';
import type { Measure, StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { CURVE_AXES, type CurveAxis, trainingCurves } from '../../../src/report/panels/training-curves.ts';
import type { StudyChart } from '../study.ts';
import { problems } from './problems.ts';
import type { LearnersResult, LearnersTrial } from './trial.ts';

/** A finished trial. */
interface Finished {
  readonly trial: LearnersTrial;
  readonly result: LearnersResult;
}

/** Measures of the study, in the order of the headline table. */
export const LEARNER_MEASURES: Readonly<Record<string, Measure>> = {
  score: {
    title: 'Score',
    unit: 'of the problem',
    description: 'Score of the best network by validation, on episodes that it was neither trained nor chosen on.',
    format: 'number',
    better: 'higher',
  },
  stepsToThreshold: {
    title: 'Steps to threshold',
    unit: 'env steps',
    description: 'Environment steps until an evaluation reached the threshold of the problem; empty where none did.',
    format: 'number',
    better: 'lower',
  },
  secondsToThreshold: {
    title: 'Seconds to threshold',
    unit: 's',
    description: 'The same in wall seconds, evaluations included.',
    format: 'number',
    better: 'lower',
  },
  seconds: {
    title: 'Seconds',
    unit: 's',
    description: 'Wall seconds of the whole training, evaluations included.',
    format: 'number',
    better: null,
  },
};

/** The row of one learner on one problem in one seed. */
export function learnerRow({ problem, policy, learner, seed }: LearnersTrial, { score, curve }: LearnersResult) {
  const { title, threshold } = problems.get(problem);
  const reached = curve.find((point) => point.score >= threshold);
  return {
    ...{ policy, title: learner, kind: 'learner' as const, seed, problem: title, score, threshold },
    stepsToThreshold: reached?.envSteps ?? null,
    secondsToThreshold: reached?.seconds ?? null,
    envSteps: curve.at(-1)!.envSteps,
    seconds: curve.at(-1)!.seconds,
  } satisfies StudyRow;
}

/** In words: who does best on each problem, and how many seeds passed the threshold. */
export function learnersVerdict(rows: readonly ReturnType<typeof learnerRow>[]): Verdict {
  const sentences = [...groupBy(rows, ({ problem }) => problem)].map(([problem, own]) => {
    const standings = [...groupBy(own, ({ title }) => title)]
      .map(([title, seeds]) => ({ title, seeds, score: mean(seeds.map(({ score }) => score)) }))
      .sort((a, b) => b.score - a.score);
    const { title, seeds, score } = standings[0]!;
    const passed = seeds.filter((row) => row.score >= row.threshold).length;
    return `${problem}: ${title} is best with ${short(score)}; ${passed} of ${seeds.length} seeds reach ${short(seeds[0]!.threshold)}.`;
  });
  const fewest = Math.min(...[...groupBy(rows, (row) => `${row.problem}/${row.policy}`).values()].map((r) => r.length));
  return {
    headline: sentences[0]!,
    details: sentences.slice(1),
    caveats: fewest < 10 ? [`Some learners ran with ${fewest} seeds; a claim about a learner needs 10 or more.`] : [],
  };
}

function short(value: number): string {
  return Math.abs(value) < 10 ? value.toPrecision(3) : value.toFixed(1);
}

/** Learning curves of every problem, over environment steps and over wall seconds. */
export function learnerCharts(finished: readonly Finished[]): StudyChart[] {
  return [...groupBy(finished, ({ trial }) => trial.problem)].flatMap(([id, own]) =>
    CURVE_AXES.map((over) => curvesChart(id, own, over)),
  );
}

function curvesChart(id: string, finished: readonly Finished[], over: CurveAxis): StudyChart {
  const problem = problems.get(id);
  const points = finished.flatMap(({ trial: { learner, seed }, result }) =>
    result.curve.map((point) => ({ title: learner, seed, ...point })),
  );
  const words = over === 'envSteps' ? 'by environment steps' : 'by wall time';
  const title = `${problem.title}: learning ${words}`;
  const caption =
    'Score of the greedy policy on validation episodes: thick lines are means over seeds, thin lines single seeds. The dashed line is the threshold.';
  const lines = [{ title: 'Threshold', score: problem.threshold }];
  const spec = trainingCurves({ title, caption, axis: problem.axis, points, lines, over });
  return { id: `${id}-${over === 'envSteps' ? 'steps' : 'seconds'}`, title, caption, spec };
}
