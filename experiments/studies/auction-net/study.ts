import { Rng } from '../../../src/core/rng.ts';
import type { Study, TrialContext } from '../study.ts';
import { GOAL_WORDS } from './goal-words.ts';
import { learn, networkBidder } from './learn.ts';
import { playLive, type SeatBidder, seatRule } from './live-play.ts';
import { auctionNetMeasures, auctionNetRows } from './measures.ts';
import { auctionNetCharts, auctionNetVerdict } from './report.ts';
import { type AuctionNetSeat, auctionNetSeats } from './seats.ts';
import { type AuctionNetStudyConfig, auctionNetStudySchema } from './settings.ts';
import { type AuctionNetResult, type AuctionNetTrial, advertiserResult, dayTrace } from './trial.ts';
import { tuneRule } from './tune.ts';
import { type AuctionNetWorld, periodRng, validationOf, worldOf } from './world.ts';

/** AuctionNet scaled down: learners against tuned pacing rules, each in every played seat of a live market. */
export const auctionNet: Study<AuctionNetStudyConfig, AuctionNetTrial, AuctionNetResult> = {
  kind: 'auctionnet',
  trialsCarryPolicies: true,
  schema: auctionNetStudySchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    market: { ...config.market, opportunities: Math.min(config.market.opportunities, 10_000) },
    seats: config.seats.slice(0, 4),
    periods: {
      train: Math.min(config.periods.train, 4),
      validation: Math.min(config.periods.validation, 2),
      test: Math.min(config.periods.test, 3),
    },
    envSteps: Math.min(config.envSteps, 60_000),
    evaluations: Math.min(config.evaluations, 4),
    policies: config.policies.map((entry) =>
      typeof entry === 'object' && 'envSteps' in entry ? { ...entry, envSteps: 60_000 } : entry,
    ),
  }),
  trials(config) {
    const seats = auctionNetSeats(config);
    return Array.from({ length: config.seeds }, (_, seed) =>
      seats.map((seat): AuctionNetTrial => {
        const { policy, title } = seat;
        return { id: policy, title, seed, cost: costOf(seat, config), seat };
      }),
    ).flat();
  },
  runTrial,
  assemble(config, finished) {
    const words = GOAL_WORDS[config.market.goal.kind];
    const rows = auctionNetRows(finished, words);
    return {
      rows,
      measures: auctionNetMeasures(words),
      score: 'score',
      strata: [],
      units: ['advertiser'],
      verdict: auctionNetVerdict(rows, words),
      charts: auctionNetCharts(rows, finished, words),
      warnings: [],
      provenance: {
        Market: `48 advertisers, ${config.market.opportunities} opportunities a period, budgets scaled with them`,
        Rivals: `${config.rivals.map(({ rule }) => rule).join(', ')} in equal shares`,
        'Judged on': `${config.periods.test} periods a seed, live, each policy in each of ${config.seats.length} advertisers' places`,
        'Trained and tuned on': `${config.periods.train} recorded periods a seed; ${config.periods.validation} others chose the networks`,
        ...Object.fromEntries(
          finished.flatMap(({ trial, result }) =>
            result.settings === null || trial.seed > 0 ? [] : [[`${trial.title}, seed 0`, result.settings]],
          ),
        ),
      },
    };
  },
};

/** Rough seconds. */
function costOf({ bidder }: AuctionNetSeat, { periods, seats, market }: AuctionNetStudyConfig): number {
  const playing = (periods.train * 0.4 + periods.test * seats.length * 0.06) * (market.opportunities / 50_000);
  return playing + (bidder.kind === 'learner' ? bidder.envSteps / 15_000 : 4);
}

async function runTrial(
  config: AuctionNetStudyConfig,
  trial: AuctionNetTrial,
  context: TrialContext,
): Promise<AuctionNetResult> {
  const { seat, seed } = trial;
  const world = worldOf(config, seed);
  const { bidder, curve, settings } = await prepare(config, world, seat, seed, context);
  const periods = Array.from({ length: config.periods.test }, (_, p) => periodRng(config, seed, 'test', p));
  const played = playLive(world.setup, periods, config.seats, bidder, (share) => context.onShare(0.9 + 0.1 * share));
  return {
    advertisers: [...played].map(([advertiser, results]) => advertiserResult(advertiser, results)),
    trace: dayTrace([...played.values()].flat()),
    curve,
    settings,
  };
}

/** A policy ready to be judged. */
interface Prepared extends Pick<AuctionNetResult, 'curve' | 'settings'> {
  readonly bidder: (period: Parameters<typeof seatRule>[2]) => SeatBidder;
}

async function prepare(
  config: AuctionNetStudyConfig,
  world: AuctionNetWorld,
  { policy, bidder }: AuctionNetSeat,
  seed: number,
  context: TrialContext,
): Promise<Prepared> {
  if (bidder.kind === 'rule') {
    const rule = bidder.tuned ? tuneRule(config, world, bidder.rule, seed).rule : bidder.rule;
    const settings = Object.entries(rule).map(([key, value]) => `${key} ${value}`);
    return { bidder: (period) => seatRule(rule, world.setup, period), curve: [], settings: settings.join(', ') };
  }
  const rng = new Rng(`${config.experiment}/${policy}/${seed}`);
  const { network, curve } = await learn(config, world, validationOf(config, world, seed), bidder, rng, context);
  const trained = networkBidder(network, bidder.settings, world);
  return { bidder: () => trained, curve, settings: null };
}
