import type { Policy } from '../../../src/core/policy.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { Study, StudyContext, StudyRow, StudyTrial, TrialContext } from '../study.ts';
import { clairvoyant } from './clairvoyant.ts';
import { campaignOf, type Days, daysOf, type Start, startsOf } from './days.ts';
import { type GroupOutcome, playGroups } from './play-groups.ts';
import { baselinePolicy, learnPolicy } from './policies.ts';
import { LAMBDA_MEASURES, lambdaVerdict, robustnessChart } from './report.ts';
import { type LambdaSeat, lambdaSeats } from './seats.ts';
import { groupLabel, type LambdaRobustnessConfig, lambdaRobustnessSchema } from './settings.ts';

/** One policy on the days of one seed. */
interface LambdaTrial extends StudyTrial {
  readonly seat: LambdaSeat;
}

/** What came of it. */
interface LambdaResult {
  /** In the order of the groups. */
  readonly groups: readonly GroupOutcome[];
  /** Of learners: R/R* on the validation days along training. */
  readonly curve: readonly ScorePoint[];
}

/** DRLB's nine groups of wrong starting shadow prices: who recovers, and how much value the way back costs. */
export const lambdaRobustness: Study<LambdaRobustnessConfig, LambdaTrial, LambdaResult> = {
  kind: 'lambda-robustness',
  trialsCarryPolicies: true,
  schema: lambdaRobustnessSchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    days: { train: 6, validation: 2, test: 4 },
    envSteps: Math.min(config.envSteps, 60_000),
    policies: config.policies.map((entry) =>
      typeof entry === 'object' && 'envSteps' in entry ? { ...entry, envSteps: 60_000 } : entry,
    ),
    evaluations: Math.min(config.evaluations, 5),
  }),
  async trials(config, context) {
    const seats = lambdaSeats(config);
    await campaignOf(config, context);
    return Array.from({ length: config.seeds }, (_, seed) =>
      seats.map((seat): LambdaTrial => {
        const cost = seat.source === 'learner' ? 20 + seat.envSteps / 10_000 : 5;
        return { id: seat.policy, title: seat.title, seed, cost, seat };
      }),
    ).flat();
  },
  runTrial,
  assemble(config, finished, context) {
    const groups = config.groups.map(groupLabel);
    const rows = finished.flatMap(({ trial: { seat, seed }, result }) =>
      result.groups.map((outcome, g): StudyRow => {
        const { policy, title, kind } = seat;
        return { policy, title, kind, seed, group: groups[g]!, ...outcome };
      }),
    );
    return {
      rows,
      measures: LAMBDA_MEASURES,
      score: 'valueRatio',
      strata: [{ field: 'group', title: 'Deviation of λ₀' }],
      verdict: lambdaVerdict(config, rows),
      charts: [robustnessChart(config, rows)],
      warnings: [],
      provenance: provenanceOf(config, context),
    };
  },
};

async function runTrial(config: LambdaRobustnessConfig, trial: LambdaTrial, context: TrialContext) {
  const { seat, seed } = trial;
  const days = daysOf(config, await campaignOf(config, context), seed);
  const starts = startsOf(config, days, days.test, new Rng(`${config.experiment}/starts/${seed}`));
  const numGroups = config.groups.length;
  if (seat.source === 'ceiling') {
    return { groups: config.groups.map(() => ({ valueRatio: 1, budgetUtilization: 1, aliveShare: 1 })), curve: [] };
  }
  const rng = new Rng(`${config.experiment}/${seat.policy}/${seed}`);
  if (seat.source === 'learner') {
    const learnt = learnPolicy(config, days, seat, rng, await context.engine(), context.onShare);
    return { groups: playGroups(days, starts, numGroups, learnt.policy), curve: learnt.curve };
  }
  return { groups: playGroups(days, starts, numGroups, plainPolicy(config, days, seat, starts, rng)), curve: [] };
}

function plainPolicy(
  config: LambdaRobustnessConfig,
  days: Days,
  seat: LambdaSeat,
  starts: readonly Start[],
  rng: Rng,
): Policy {
  if (seat.source === 'baseline') return baselinePolicy(config, days, seat, rng);
  return clairvoyant(
    starts.map(({ flight }) => flight.window),
    days.tableOf,
    config.moves,
  );
}

function provenanceOf(config: LambdaRobustnessConfig, { dataFolder }: StudyContext): Record<string, string> {
  const { numSteps, auctionsPerStep, days } = config;
  const source =
    dataFolder === undefined
      ? `shipped market ${config.market}, fitted to the campaign; pass --data for the campaign itself`
      : `campaign ${config.campaign} of iPinYou: training price histogram, click probabilities of the first half of its log`;
  return {
    Days: `${days.train} to learn, ${days.validation} to choose, ${days.test} to judge, drawn anew for each seed`,
    'A day': `${numSteps} steps of ${auctionsPerStep} auctions, budget ${config.budgetFraction} of what all of them cost`,
    Market: source,
    'Moves of λ': config.moves.map((move) => `${move > 0 ? '+' : ''}${Math.round(move * 1000) / 10} %`).join(', '),
  };
}
