import { bestConstantMultiplier, multiplierCurve } from '../../../src/bidding/knapsack.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { Tape } from '../../../src/data/tape.ts';
import type { PacingScales } from '../../../src/policy/runtime.ts';
import {
  cutByRecords,
  type FlightWindow,
  flightWindows,
  type TrafficPlan,
  trafficPlan,
} from '../../../src/sim/flight-window.ts';
import { generateTape } from '../../../src/sim/generate-tape.ts';
import type { Flight } from '../../../src/sim/play-flights.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { type Campaign, campaignTape, loadCampaign } from '../../campaign.ts';
import { Hindsight } from '../../hindsight.ts';
import { marketOnPreset } from '../../market-presets.ts';
import type { StudyContext } from '../study.ts';
import { DayTable } from './day-table.ts';
import type { LambdaRobustnessConfig } from './settings.ts';

/** The days of one seed, split, with what a planner knows after the training days. */
export interface Days {
  readonly replay: Replay;
  readonly plan: TrafficPlan;
  readonly scales: PacingScales;
  readonly train: readonly FlightWindow[];
  readonly validation: readonly FlightWindow[];
  readonly test: readonly FlightWindow[];
  readonly hindsight: Hindsight;
  /** What every multiplier would buy on a day; made where first asked for. */
  readonly tableOf: (window: FlightWindow) => DayTable;
  /** Integer micros. */
  readonly budgetMicros: number;
}

/** A day played from one wrong start. */
export interface Start {
  /** Index of the group. */
  readonly group: number;
  /** λ₀ / λ* − 1. */
  readonly deviation: number;
  readonly flight: Flight;
}

const campaigns = new Map<string, Promise<Campaign>>();

/** The campaign of the experiment, read once a process; null without a data folder. @throws SimError of the reader. */
export function campaignOf(config: LambdaRobustnessConfig, context: StudyContext): Promise<Campaign | null> {
  if (context.dataFolder === undefined) return Promise.resolve(null);
  const key = `${context.dataFolder}\n${config.campaign}`;
  const known = campaigns.get(key) ?? loadCampaign(context.dataFolder, config.campaign);
  campaigns.set(key, known);
  return known;
}

/** The last seed's days of an experiment: its trials come seed by seed. */
const lastDays = new WeakMap<LambdaRobustnessConfig, { readonly seed: number; readonly days: Days }>();

/** Days of independent auctions: prices and click probabilities of the campaign, or of the shipped market. */
export function daysOf(config: LambdaRobustnessConfig, campaign: Campaign | null, seed: number): Days {
  const last = lastDays.get(config);
  if (last?.seed === seed) return last.days;
  const days = makeDays(config, campaign, seed);
  lastDays.set(config, { seed, days });
  return days;
}

function makeDays(config: LambdaRobustnessConfig, campaign: Campaign | null, seed: number): Days {
  const { train, validation, test } = config.days;
  const horizon = config.numSteps * config.auctionsPerStep;
  const numDays = train + validation + test;
  const rng = new Rng(`${config.experiment}/days/${seed}`);
  const tape =
    campaign === null
      ? generateTape(marketOnPreset(config.market, { days: numDays, auctionsPerDay: horizon }), rng)
      : campaignTape(campaign, horizon, numDays, 0, rng);
  const cut = cutByRecords(tape, horizon, config.numSteps, 0, numDays * horizon);
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  const plan = trafficPlan(replay, windows.slice(0, train));
  const scales = scalesOf(tape, replay, train * horizon);
  return {
    replay,
    plan,
    scales,
    train: windows.slice(0, train),
    validation: windows.slice(train, train + validation),
    test: windows.slice(train + validation),
    hindsight: new Hindsight(replay),
    tableOf: tables(replay, scales.priceMicros / scales.value),
    budgetMicros: Math.max(1, Math.floor(config.budgetFraction * plan.fullCostMicros)),
  };
}

function tables(replay: Replay, centre: number): Days['tableOf'] {
  const made = new Map<FlightWindow, DayTable>();
  return (window) => {
    const table = made.get(window) ?? new DayTable(replay, window, centre);
    made.set(window, table);
    return table;
  };
}

function scalesOf(tape: Tape, replay: Replay, count: number): PacingScales {
  let price = 0;
  let value = 0;
  for (let i = 0; i < count; i++) {
    price += replay.paidMicros[i]!;
    value += tape.value[i]!;
  }
  return { priceMicros: price / count, value: value / count };
}

/** α* = 1/λ* of a day: the largest multiplier whose whole spend the budget covers (greedy knapsack in hindsight). */
export function optimalMultiplier({ replay, budgetMicros }: Days, window: FlightWindow): number {
  const from = replay.stepOffsets[window.firstStep]!;
  const to = replay.stepOffsets[window.firstStep + window.numSteps]!;
  const curve = multiplierCurve(
    replay.tape.value.subarray(from, to),
    replay.needMicros.subarray(from, to),
    replay.paidMicros.subarray(from, to),
  );
  return bestConstantMultiplier(curve, budgetMicros);
}

/**
 * Every window once a group: λ₀ = λ* · (1 + deviation), so α₀ = α* / (1 + deviation), the deviation uniform in its group.
 *
 * @param rng One stream a window and group: equal paths give every policy the same starts.
 */
export function startsOf(
  config: LambdaRobustnessConfig,
  days: Days,
  windows: readonly FlightWindow[],
  rng: Rng,
): Start[] {
  return windows.flatMap((window) => {
    const optimum = optimalMultiplier(days, window);
    return config.groups.map(({ low, high }, group): Start => {
      const deviation = rng.split(`${window.firstStep}/${group}`).uniform(low, high);
      const startingMultiplier = optimum / (1 + deviation);
      return { group, deviation, flight: { window, budgetMicros: days.budgetMicros, startingMultiplier } };
    });
  });
}
