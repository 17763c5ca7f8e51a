import { agents } from '../../../agents/registry.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import { checkNames } from '../../seat-options.ts';
import type { Study, TrialContext } from '../study.ts';
import type { LearningTask } from './problem.ts';
import { problems } from './problems.ts';
import { LEARNER_MEASURES, learnerCharts, learnerRow, learnersVerdict } from './report.ts';
import { type LearnersConfig, learnersSchema } from './settings.ts';
import type { CurvePoint, LearnersResult, LearnersTrial } from './trial.ts';

/** Shortest training of a quick look, env steps. */
const QUICK_STEPS = 5_000;

/** Every learner on every problem that it can play: its score, and steps and seconds on the way there. */
export const learnersStudy: Study<LearnersConfig, LearnersTrial, LearnersResult> = {
  kind: 'learners',
  trialsCarryPolicies: true,
  schema: learnersSchema,
  quickened: (config) => ({
    ...config,
    seeds: 1,
    evaluations: Math.min(config.evaluations, 4),
    problems: config.problems.map((entry) => {
      const id = typeof entry === 'string' ? entry : entry.id;
      const envSteps = problems.has(id) ? Math.max(QUICK_STEPS, problems.get(id).envSteps / 20) : QUICK_STEPS;
      return { id, envSteps: Math.round(envSteps) };
    }),
  }),
  trials: trialsOf,
  runTrial,
  assemble(config, finished) {
    const rows = finished.map(({ trial, result }) => learnerRow(trial, result));
    return {
      rows,
      measures: LEARNER_MEASURES,
      score: 'score',
      strata: [{ field: 'problem', title: 'Problem' }],
      verdict: learnersVerdict(rows),
      charts: learnerCharts(finished),
      warnings: [],
      provenance: {
        Scores: 'of the best network by validation episodes, on episodes that it was neither trained nor chosen on',
        Seconds: 'wall time of training and of the evaluations on the way, on the machine named here',
        Evaluations: `${config.evaluations} in a training`,
      },
    };
  },
};

function trialsOf(config: LearnersConfig): LearnersTrial[] {
  const seats = config.policies.map(seatOf);
  checkNames(seats, ['policy', 'title']);
  const trials = config.problems.flatMap((entry, p) => {
    const { id, seeds = config.seeds, envSteps = undefined } = typeof entry === 'string' ? { id: entry } : entry;
    if (!problems.has(id)) {
      throw new SimError('UNKNOWN_ID', `problems.${p}: ${unknownIdMessage('problem', id, problems.ids)}`);
    }
    const problem = problems.get(id);
    return seats
      .filter(({ agent }) => problem.accepts(agents.get(agent)))
      .flatMap(({ policy, title, agent, options }) =>
        Array.from({ length: seeds }, (_, seed): LearnersTrial => {
          const { evaluations } = config;
          const task: LearningTask = { agent, options, seed, envSteps: envSteps ?? problem.envSteps, evaluations };
          return {
            ...{ id: `${policy}-${id}`, title: `${title}, ${problem.title}`, seed, cost: task.envSteps },
            ...{ problem: id, policy, learner: title, task },
          };
        }),
      );
  });
  if (trials.length > 0) return trials;
  throw new SimError('CONFIG_INVALID', 'policies: none of these learners can act in any of the problems; add another');
}

interface LearnerSeat {
  readonly policy: string;
  readonly title: string;
  readonly agent: string;
  readonly options: Readonly<Record<string, unknown>>;
}

function seatOf(entry: LearnersConfig['policies'][number], i: number): LearnerSeat {
  const written: Record<string, unknown> = typeof entry === 'string' ? { id: entry } : { ...entry };
  const { id, as, title, ...options } = written;
  const agent = String(id);
  if (!agents.has(agent)) {
    throw new SimError('UNKNOWN_ID', `policies.${i}: ${unknownIdMessage('learner', agent, agents.ids)}`);
  }
  return { policy: String(as ?? agent), title: String(title ?? agents.get(agent).title), agent, options };
}

async function runTrial(_: LearnersConfig, trial: LearnersTrial, context: TrialContext): Promise<LearnersResult> {
  await context.engine();
  const begun = performance.now();
  const seconds: number[] = [];
  const onShare = (share: number) => {
    seconds.push((performance.now() - begun) / 1000);
    context.onShare(share);
  };
  const { score, curve } = await problems.get(trial.problem).learn(trial.task, { ...context, onShare });
  // The first point is before any step; each later one was told of once.
  const points = curve.map((point, i): CurvePoint => ({ ...point, seconds: i === 0 ? 0 : seconds[i - 1]! }));
  return { score, curve: points };
}
