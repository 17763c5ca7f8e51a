import { isAbsolute, resolve } from 'node:path';
import { rlbBudget, rlbStatistics } from '../src/bidding/rlb-statistics.ts';
import { SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import type { Tape } from '../src/data/tape.ts';
import { readTape } from '../src/data/tape-file.ts';
import type { PacingScales } from '../src/policy/runtime.ts';
import {
  cutByDay,
  cutByRecords,
  type FlightCut,
  type FlightWindow,
  flightWindows,
  recordsPlan,
  type TrafficPlan,
  trafficPlan,
} from '../src/sim/flight-window.ts';
import { generateTape } from '../src/sim/generate-tape.ts';
import { Replay } from '../src/sim/replay.ts';
import { type Campaign, campaignTape, FEN_CPM_MICROS, loadCampaign, rlbInfo } from './campaign.ts';
import type { CompareConfig } from './experiment-config.ts';
import { Hindsight } from './hindsight.ts';
import { refuseIdleBudgets } from './idle-budgets.ts';
import { marketOnPreset } from './market-presets.ts';

/** Days of one tape, split, with what a planner knows after the training days. */
export interface World {
  readonly replay: Replay;
  readonly train: readonly FlightWindow[];
  readonly validation: readonly FlightWindow[];
  readonly test: readonly FlightWindow[];
  readonly plan: TrafficPlan;
  readonly scales: PacingScales;
  /** Mean price over mean value of the training days, micros per value unit: where every flight's multiplier starts. */
  readonly referenceMultiplier: number;
  readonly hindsight: Hindsight;
  /** The budget of a fraction of what a whole flight costs at market prices, integer micros, at least 1. */
  budgetMicros(fraction: number): number;
}

/** Where a world's opportunities come from; logs are read once and shared, markets are drawn for each seed. */
export type WorldSource =
  | { readonly kind: 'market' }
  | { readonly kind: 'tape'; readonly tape: Tape }
  | { readonly kind: 'campaign'; readonly campaign: Campaign };

/** Records of a campaign's flight where the experiment names none: those of Cai et al. (2017). */
const CAMPAIGN_HORIZON = 1000;

/**
 * Reads what the experiment plays on.
 *
 * @throws SimError of the reader; `CONFIG_INVALID` when the experiment names more than one source.
 */
export async function worldSource(
  config: CompareConfig,
  baseFolder: string,
  dataFolder: string | undefined,
): Promise<WorldSource> {
  const named = (['market', 'tape', 'campaign'] as const).filter((source) => config[source] !== undefined);
  if (named.length > 1) {
    throw new SimError('CONFIG_INVALID', `expected one of market, tape and campaign, received ${named.join(' and ')}`);
  }
  if (config.campaign !== undefined) {
    return { kind: 'campaign', campaign: await loadCampaign(dataFolder, config.campaign) };
  }
  if (config.tape === undefined) return { kind: 'market' };
  const path = isAbsolute(config.tape) ? config.tape : resolve(baseFolder, config.tape);
  return { kind: 'tape', tape: readTape(path) };
}

/**
 * The flights of a seed.
 *
 * @throws SimError as {@link makeWorld} does; `CONFIG_INVALID` on a budget that can buy nothing in any test flight.
 */
export function worldOf(config: CompareConfig, source: WorldSource, seed: number): World {
  const world = drawnWorld(config, source, seed);
  const { test: windows, plan, budgetMicros } = world;
  refuseIdleBudgets({
    budgetFractions: config.budgetFractions,
    windows,
    fullCostMicros: plan.fullCostMicros,
    currency: world.replay.tape.meta.currency,
    budgetMicros,
  });
  return world;
}

function drawnWorld(config: CompareConfig, source: WorldSource, seed: number): World {
  if (source.kind === 'tape') return makeWorld(config, source.tape);
  const rng = new Rng(`${config.experiment}/market/${seed}`);
  if (source.kind === 'campaign') return campaignWorld(config, source.campaign, rng);
  return makeWorld(config, marketTape(config, rng));
}

function marketTape(config: CompareConfig, rng: Rng): Tape {
  const { preset = 'open-market', ...changes } =
    typeof config.market === 'string' ? { preset: config.market } : (config.market ?? {});
  const days = config.days.train + config.days.validation + config.days.test;
  return generateTape(marketOnPreset(preset, { ...changes, days }), rng);
}

/** Drawn flights and then the log's last ones; the budget is RLB's, in whole fen CPM. */
function campaignWorld(config: CompareConfig, campaign: Campaign, rng: Rng): World {
  const { train, validation, test } = config.days;
  const horizon = config.horizon ?? CAMPAIGN_HORIZON;
  const tape = campaignTape(campaign, horizon, train + validation, test, rng);
  const { meanPrice } = rlbStatistics(rlbInfo(campaign.info));
  const world = split(config, tape, cutByRecords(tape, horizon, config.stepsPerFlight));
  return {
    ...world,
    plan: recordsPlan(horizon, config.stepsPerFlight, meanPrice * horizon * FEN_CPM_MICROS),
    budgetMicros: (fraction) => Math.max(1, rlbBudget(meanPrice, fraction, horizon)) * FEN_CPM_MICROS,
  };
}

/**
 * Cuts a tape into flights and splits them in time order: train, then validation, then test.
 *
 * @throws SimError `DATA_INVALID` when the tape holds fewer flights than the split asks for, or nothing winnable.
 */
function makeWorld(config: CompareConfig, tape: Tape): World {
  const cut =
    tape.meta.clock === 'seconds' && config.horizon === undefined
      ? cutByDay(tape, config.stepsPerFlight)
      : cutByRecords(tape, recordsPerFlight(config, tape), config.stepsPerFlight);
  return split(config, tape, cut);
}

function split(config: CompareConfig, tape: Tape, cut: FlightCut): World {
  const { train, validation, test } = config.days;
  if (cut.labels.length < train + validation + test) {
    throw new SimError(
      'DATA_INVALID',
      `tape '${tape.meta.name}' has ${cut.labels.length} flights, but days.train + validation + test asks for ${train + validation + test}; lower them`,
    );
  }
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  const trainWindows = windows.slice(0, train);
  const scales = scalesOf(replay, trainWindows);
  const plan = trafficPlan(replay, trainWindows);
  return {
    replay,
    train: trainWindows,
    validation: windows.slice(train, train + validation),
    test: windows.slice(train + validation, train + validation + test),
    plan,
    scales,
    referenceMultiplier: scales.priceMicros / scales.value,
    hindsight: new Hindsight(replay),
    budgetMicros: (fraction) => Math.max(1, Math.floor(fraction * plan.fullCostMicros)),
  };
}

function recordsPerFlight(config: CompareConfig, tape: Tape): number {
  const { train, validation, test } = config.days;
  return config.horizon ?? Math.floor(tape.length / (train + validation + test));
}

/** Mean price and value of the winnable opportunities of the windows. */
function scalesOf(replay: Replay, windows: readonly FlightWindow[]): PacingScales {
  // Prices above the support are stand-ins for unknown ones.
  const known = replay.tape.meta.support?.largestMicros ?? Number.POSITIVE_INFINITY;
  let count = 0;
  let price = 0;
  let value = 0;
  for (const window of windows) {
    const to = replay.stepOffsets[window.firstStep + window.numSteps]!;
    for (let i = replay.stepOffsets[window.firstStep]!; i < to; i++) {
      if (replay.needMicros[i] === Number.POSITIVE_INFINITY || replay.paidMicros[i]! > known) continue;
      count++;
      price += replay.paidMicros[i]!;
      value += replay.tape.value[i]!;
    }
  }
  if (!(price > 0 && value > 0)) {
    throw new SimError(
      'DATA_INVALID',
      `tape '${replay.tape.meta.name}': expected winnable opportunities with positive prices and values in the training days, found ${count}`,
    );
  }
  return { priceMicros: price / count, value: value / count };
}
