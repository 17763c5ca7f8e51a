import { mean } from '../../../src/eval/statistics.ts';
import type { BiddingRule } from '../../../src/sim/auction-net/bidding-rules.ts';
import { playLive, seatRule } from './live-play.ts';
import { scoreOnRecorded } from './recorded-play.ts';
import type { AuctionNetStudyConfig } from './settings.ts';
import { type AuctionNetWorld, periodRng } from './world.ts';

/** Each recorded seat is played this often with other luck, so that a setting is not chosen for its luck. */
const REPETITIONS = 8;
/** Training periods on which rules that bid by opportunity are tried live. */
const LIVE_PERIODS = 4;

/** A rule as tuned. */
export interface TunedRule {
  readonly rule: BiddingRule;
  /** Mean score on the training periods. */
  readonly score: number;
}

/**
 * The settings of a rule with the best mean score over all played seats on the training periods: rules with one multiplier a
 * tick on the recorded ones, others live.
 */
export function tuneRule(
  config: AuctionNetStudyConfig,
  world: AuctionNetWorld,
  rule: BiddingRule,
  seed: number,
): TunedRule {
  let best: TunedRule | null = null;
  for (const candidate of candidates(rule.rule)) {
    const score = scoreOf(config, world, candidate, seed);
    if (best === null || score > best.score) best = { rule: candidate, score };
  }
  return best!;
}

function scoreOf(config: AuctionNetStudyConfig, world: AuctionNetWorld, rule: BiddingRule, seed: number): number {
  const { setup, grid, train } = world;
  if (rule.rule !== 'abid') {
    const set = { config: setup.config, grid, recorded: train, costPlans: setup.costPlans };
    return scoreOnRecorded(set, rule, REPETITIONS);
  }
  const count = Math.min(LIVE_PERIODS, config.periods.train);
  const periods = Array.from({ length: count }, (_, p) => periodRng(config, seed, 'train', p));
  const played = playLive(setup, periods, config.seats, (period) => seatRule(rule, setup, period));
  return mean([...played.values()].flat().map(({ score }) => score));
}

const STARTS = [0.7, 0.85, 1, 1.15, 1.3, 1.5, 1.75, 2];

/** Settings tried for a rule. */
function candidates(rule: BiddingRule['rule']): BiddingRule[] {
  switch (rule) {
    case 'fixed':
      return STARTS.map((start) => ({ rule, start }));
    case 'pid-budget':
    case 'pid-cpa':
      return STARTS.slice(0, 6).flatMap((start) =>
        [0.05, 0.15, 0.4].flatMap((proportional) =>
          [0, 0.02, 0.1].map((integral) => ({ rule, start, proportional, integral, derivative: 0.02 })),
        ),
      );
    case 'budget-pacer':
      return [0.3, 0.5, ...STARTS].flatMap((start) =>
        (['auction-net', 'rlbidder'] as const).map((pacer) => ({ rule, start, pacer })),
      );
    case 'online-lp':
      return [0.8, 0.9, 1, 1.1].flatMap((start) => [1, 1.25, 1.5, 2, 3].map((cap) => ({ rule, start, cap })));
    case 'min-pacing':
      return STARTS.flatMap((start) =>
        [0.05, 0.15, 0.4].flatMap((budgetRate) =>
          [0.02, 0.1, 0.4].map((returnRate) => ({ rule, start, budgetRate, returnRate })),
        ),
      );
    case 'abid':
      return [0.5, 0.7, 0.85, 1].map((start) => ({ rule, start }));
  }
}
