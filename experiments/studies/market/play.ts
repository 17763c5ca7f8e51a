import type { Policy } from '../../../src/core/policy.ts';
import { mean } from '../../../src/eval/statistics.ts';
import { findClickFraud } from '../../../src/sim/market/impression-log.ts';
import { type MarketOutcome, playMarket, type SeatOutcome } from '../../../src/sim/market/play-market.ts';
import { STARTING_MULTIPLIER } from './policies.ts';
import type { MarketStudyConfig } from './settings.ts';
import { houseOf, type MarketWorld } from './world.ts';

/** One seat over the test flights of a scenario: means a flight; money in micros. */
export interface SeatSummary {
  readonly seat: string;
  readonly title: string;
  readonly surplus: number;
  readonly worth: number;
  readonly spend: number;
  /** Null without a budget. */
  readonly budgetUse: number | null;
  readonly winRate: number | null;
  /** Shares that went to bots; null without any. */
  readonly invalidImpressions: number | null;
  readonly invalidClicks: number | null;
  readonly invalidSpend: number | null;
  /** `[T]` win rate by tick; null where the seat is absent. */
  readonly winRates: readonly (number | null)[];
}

/** A scenario's test flights: the whole market and its seats, the policy's own last. */
export interface ScenarioSummary {
  readonly revenue: number;
  readonly welfare: number;
  readonly hhi: number | null;
  readonly gini: number | null;
  readonly fillRate: number;
  readonly seats: readonly SeatSummary[];
  /** Sites flagged for click fraud by click rates alone, and the share of invalid impressions found; first flight. */
  readonly fraud: { readonly flaggedSites: number; readonly foundShare: number | null };
}

/** Plays the test flights of a scenario with the policy in the seat. */
export function playScenario(
  config: MarketStudyConfig,
  world: MarketWorld,
  auction: number,
  scenario: number,
  policy: Policy,
): ScenarioSummary {
  const house = houseOf(config, auction, scenario);
  const options = { startingMultiplier: STARTING_MULTIPLIER, log: 'first' } as const;
  const outcomes = playMarket(house, [policy], world.streams('test'), options);
  const { flaggedSites, foundShare } = findClickFraud(outcomes[0]!.log, config.market.pages.sites);
  const means = (of: (outcome: MarketOutcome) => number | null) => meanOrNull(outcomes.map(of));
  return {
    revenue: means(({ revenueMicros }) => revenueMicros)!,
    welfare: means(({ welfareMicros }) => welfareMicros)!,
    hhi: means(({ hhi }) => hhi),
    gini: means(({ gini }) => gini),
    fillRate: means(({ fillRate }) => fillRate)!,
    seats: house.seats.map((_, a) => seatSummary(outcomes.map(({ seats }) => seats[a]!))),
    fraud: { flaggedSites: flaggedSites.length, foundShare },
  };
}

function seatSummary(outcomes: readonly SeatOutcome[]): SeatSummary {
  const { seat, title, winRates } = outcomes[0]!;
  const means = (of: (outcome: SeatOutcome) => number | null) => meanOrNull(outcomes.map(of));
  const sum = (of: (outcome: SeatOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    seat,
    title,
    surplus: means(({ surplusMicros }) => surplusMicros)!,
    worth: means(({ worthMicros }) => worthMicros)!,
    spend: means(({ spendMicros }) => spendMicros)!,
    budgetUse: means(({ budgetMicros, spendMicros }) => (budgetMicros === null ? null : spendMicros / budgetMicros)),
    winRate: ratio(
      sum(({ wins }) => wins),
      sum(({ auctions }) => auctions),
    ),
    invalidImpressions: ratio(
      sum(({ invalidImpressions }) => invalidImpressions),
      sum(({ impressions }) => impressions),
    ),
    invalidClicks: ratio(
      sum(({ invalidClicks }) => invalidClicks),
      sum(({ clicks }) => clicks),
    ),
    invalidSpend: ratio(
      sum(({ invalidSpendMicros }) => invalidSpendMicros),
      sum(({ spendMicros }) => spendMicros),
    ),
    winRates: Array.from(winRates, (_, t) =>
      meanOrNull(outcomes.map((outcome) => (Number.isNaN(outcome.winRates[t]) ? null : outcome.winRates[t]!))),
    ),
  };
}

/** Numbers of a row: means over seats of one kind; null where no seat has any. */
export function seatMeasures(seats: readonly SeatSummary[]): Record<string, number | null> {
  const means = (of: (seat: SeatSummary) => number | null) => meanOrNull(seats.map(of));
  return {
    surplus: means(({ surplus }) => surplus),
    worth: means(({ worth }) => worth),
    spend: means(({ spend }) => spend),
    budgetUse: means(({ budgetUse }) => budgetUse),
    winRate: means(({ winRate }) => winRate),
    invalidImpressions: means(({ invalidImpressions }) => invalidImpressions),
    invalidClicks: means(({ invalidClicks }) => invalidClicks),
    invalidSpend: means(({ invalidSpend }) => invalidSpend),
  };
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
