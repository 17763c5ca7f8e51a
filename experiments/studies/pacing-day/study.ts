import { Rng } from '../../../src/core/rng.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { SpendCurve } from '../../../src/report/panels/spend-against-target.ts';
import type { Study, StudyRow, StudyTrial } from '../study.ts';
import { type CampaignDay, campaignDay, rivalBids, trafficShares } from './campaign-day.ts';
import { type Controller, pacers, type Tuning } from './controllers.ts';
import { learntPlan } from './learnt-plan.ts';
import { type DayOutcome, playDay } from './play-day.ts';
import { auctionWords, PACING_MEASURES, pacingCharts, pacingVerdict } from './report.ts';
import { type AUCTIONS, type Pacer, type PacingDayConfig, pacingDaySchema } from './settings.ts';
import { tunedPacers } from './tune.ts';

/** Points of a spend curve over the day, both ends included. */
const CURVE_POINTS = 49;
/** Outside bids of the day before, for bidders that shade by a win curve. */
const HISTORY = 20_000;

/** What is kept of a campaign's day. */
type CampaignOutcome = Omit<DayOutcome, 'spent' | 'pacingMae' | 'pacingRmse'> & {
  readonly size: string;
  /** Whether the budget would be gone before midnight without pacing; only then there is something to pace. */
  readonly constrained: boolean;
  /** Null where the campaign is not constrained: its spend is behind whatever it does. */
  readonly pacingMae: number | null;
  readonly pacingRmse: number | null;
};

/** One policy under one auction on the campaigns of a seed. */
interface PlayedPolicy {
  readonly policy: Pacer;
  readonly auction: (typeof AUCTIONS)[number];
  /** Null where nothing is tuned. */
  readonly tuning: Tuning | null;
  /** In the order of the campaigns. */
  readonly campaigns: readonly CampaignOutcome[];
  /** `[CURVE_POINTS]` mean share of the budget spent by the constrained campaigns; empty where there is none. */
  readonly spentShare: readonly number[];
}

/** All policies on the campaigns of one seed. */
type PacingResult = readonly PlayedPolicy[];

/** A day of minute-by-minute pacing: how close spend stays to its target, and what the money buys. */
export const pacingDay: Study<PacingDayConfig, StudyTrial, PacingResult> = {
  kind: 'pacing-day',
  schema: pacingDaySchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    numCampaigns: Math.min(config.numCampaigns, 6),
    auctionsPerMinute: Math.min(config.auctionsPerMinute, 20),
    learningDays: Math.min(config.learningDays, 2),
  }),
  trials: (config) =>
    Array.from({ length: config.seeds }, (_, seed) => ({ id: 'day', title: 'A day of all policies', seed, cost: 1 })),
  async runTrial(config, { seed }, context) {
    const days = Array.from({ length: config.numCampaigns }, (_, k) => campaignDay(config, seed, k));
    const history = rivalBids(config, HISTORY, new Rng(`${config.experiment}/history/${seed}`));
    const tunings = tunedPacers(config);
    const pairs = config.auctions.flatMap((auction) => config.policies.map((policy) => ({ auction, policy })));
    return pairs.map(({ auction, policy }, i): PlayedPolicy => {
      context.onShare(i / pairs.length);
      const tuning = tunings(policy, auction);
      const prepare = (campaign: number) => prepared(config, seed, campaign, auction, policy, tuning, history);
      return playCampaigns(days, history, auction, policy, tuning, prepare);
    });
  },
  assemble(config, finished) {
    const rows = finished.flatMap(({ trial, result }) => result.flatMap((played) => rowsOf(played, trial.seed)));
    return {
      rows,
      measures: PACING_MEASURES,
      score: 'valueRatio',
      strata: [{ field: 'auction', title: 'Auction' }],
      units: ['campaign'],
      verdict: pacingVerdict(config, rows),
      charts: pacingCharts(rows, curvesOf(config, finished), targetCurve(config)),
      warnings: [],
      provenance: {
        Campaigns: `${config.numCampaigns} a seed, budgets exp(Gamma(${config.budgetShape})) × ${config.budgetScale}, bids log-normal by size of the budget`,
        Traffic: `${config.auctionsPerMinute} auctions a minute on average, Poisson around ${trafficWords(config)}`,
        'Outside bids': `highest of ${config.rivals.count}, log-normal (${config.rivals.logMean}, ${config.rivals.sigma})`,
        'Tuned on other campaigns': tuningWords(finished[0]?.result ?? []),
        'Mystique learnt its target on': `${config.learningDays} earlier days of each campaign`,
        'Where the parameters come from': "Yahoo's published budget pacing simulation, scaled",
      },
    };
  },
};

/** "PID on spend, first price: gains × 4, first signal 0.1". */
function tuningWords(played: PacingResult): string {
  const parts = played.flatMap(({ policy, auction, tuning }) =>
    tuning === null
      ? []
      : [
          `${pacers[policy].title}, ${auctionWords(auction).toLowerCase()}: gains × ${tuning.gain}, first signal ${tuning.start}`,
        ],
  );
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function trafficWords({ hourlyShares, traffic, weekday, trafficAmplitude }: PacingDayConfig): string {
  if (hourlyShares !== null) return 'the hourly shares given';
  return traffic === 'weekly' ? `a ${WEEKDAYS[weekday]} of the weekly curve` : `a cosine of height ${trafficAmplitude}`;
}

/** A controller for the day that judges, and the plan that it follows: the day's own where undefined. */
interface Prepared {
  readonly controller: Controller;
  readonly target: Float64Array | undefined;
}

function prepared(
  config: PacingDayConfig,
  seed: number,
  campaign: number,
  auction: PlayedPolicy['auction'],
  policy: Pacer,
  tuning: Tuning,
  history: Float64Array,
): Prepared {
  const { make, learnsPlan } = pacers[policy];
  if (learnsPlan !== true) return { controller: make(history, tuning), target: undefined };
  const begun = (start: number) => make(history, { ...tuning, start });
  const { target, start } = learntPlan(config, seed, campaign, auction, tuning.start, begun);
  return { controller: begun(start), target };
}

function playCampaigns(
  days: readonly CampaignDay[],
  history: Float64Array,
  auction: PlayedPolicy['auction'],
  policy: Pacer,
  tuning: Tuning,
  prepare: (campaign: number) => Prepared,
): PlayedPolicy {
  const { tuned } = pacers[policy];
  const played = days.map((day, campaign) => {
    const constrained = playDay(day, auction, pacers.unpaced.make(history, tuning)).spendShare >= 1;
    const { controller, target } = prepare(campaign);
    return { day, constrained, outcome: playDay(day, auction, controller, target) };
  });
  const curves = played.flatMap(({ constrained, outcome }) => (constrained ? [outcome.spent] : []));
  const spentShare =
    curves.length === 0
      ? []
      : Array.from({ length: CURVE_POINTS }, (_, i) => mean(curves.map((spent) => shareAt(spent, i))));
  const campaigns = played.map(({ day, constrained, outcome }): CampaignOutcome => {
    const { spent: _, pacingMae, pacingRmse, ...measures } = outcome;
    const errors = { pacingMae: constrained ? pacingMae : null, pacingRmse: constrained ? pacingRmse : null };
    return { ...measures, ...errors, size: day.size, constrained };
  });
  return { policy, auction, tuning: tuned ? tuning : null, campaigns, spentShare };
}

/** The share spent at point i of a curve; nothing at the beginning. */
function shareAt(spent: Float64Array, i: number): number {
  return i === 0 ? 0 : spent[Math.round((i * spent.length) / (CURVE_POINTS - 1)) - 1]!;
}

function rowsOf({ policy, auction, campaigns }: PlayedPolicy, seed: number): StudyRow[] {
  const kind = policy === 'unpaced' ? 'reference' : 'baseline';
  const { title } = pacers[policy];
  return campaigns.map((outcome, campaign) => ({ policy, title, kind, seed, auction, campaign, ...outcome }));
}

function curvesOf(config: PacingDayConfig, finished: readonly { readonly result: PacingResult }[]): SpendCurve[] {
  return config.auctions.flatMap((auction) =>
    config.policies.flatMap((policy): SpendCurve[] => {
      const played = finished.flatMap(({ result }) =>
        result.filter((entry) => entry.auction === auction && entry.policy === policy && entry.spentShare.length > 0),
      );
      if (played.length === 0) return [];
      const spentShare = Array.from({ length: CURVE_POINTS }, (_, i) =>
        mean(played.map((entry) => entry.spentShare[i]!)),
      );
      return [{ title: pacers[policy].title, panel: auctionWords(auction), spentShare }];
    }),
  );
}

function targetCurve(config: PacingDayConfig): number[] {
  let sum = 0;
  const cumulative = trafficShares(config).map((share) => {
    sum += share;
    return sum;
  });
  return Array.from({ length: CURVE_POINTS }, (_, i) => shareAt(cumulative, i));
}
