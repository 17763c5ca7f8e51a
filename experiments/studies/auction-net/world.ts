import type { CostPlan } from '../../../src/bidding/online-lp.ts';
import { Rng } from '../../../src/core/rng.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { Market, type MarketSetup } from '../../../src/sim/auction-net/market.ts';
import { drawPeriod } from '../../../src/sim/auction-net/period.ts';
import { seatsOf } from '../../../src/sim/auction-net/period-config.ts';
import {
  costPlansOf,
  type MultiplierGrid,
  multiplierGrid,
  type RecordedSeat,
  recordPeriod,
} from '../../../src/sim/auction-net/recorded-seat.ts';
import type { AuctionNetStudyConfig } from './settings.ts';

/** Periods that OnlineLP rivals learn from before anything is recorded. */
const FIRST_PERIODS = 2;
/** Multipliers that outcomes are recorded for: from 8 to 500 currency units a conversion, five per cent apart. */
const GRID = { low: 8 * MICROS_PER_UNIT, high: 500 * MICROS_PER_UNIT, points: 85 };

/** The market of one seed and what is known of it before the test: nothing here depends on a policy. */
export interface AuctionNetWorld {
  readonly setup: MarketSetup;
  readonly grid: MultiplierGrid;
  /** Training periods in every played seat. */
  readonly train: readonly RecordedSeat[];
}

let last: { readonly key: string; readonly world: AuctionNetWorld } | null = null;

/**
 * The world of a seed; the last one is kept, since trials of a seed follow each other.
 *
 * OnlineLP needs earlier periods: it first learns from two in which its seats bid their targets, then from the training
 * periods, in which it bids by what it learnt there.
 */
export function worldOf(config: AuctionNetStudyConfig, seed: number): AuctionNetWorld {
  const { experiment, market, rivals, seats, periods } = config;
  const key = JSON.stringify([experiment, market, rivals, seats, periods.train, seed]);
  if (last?.key === key) return last.world;
  const grid = multiplierGrid(GRID.low, GRID.high, GRID.points);
  const plain = rivals.map((rule) => {
    const { start, spread } = rule;
    return rule.rule === 'online-lp' ? { rule: 'fixed' as const, start, spread } : rule;
  });
  const first = { config: market, rivals: plain, costPlans: [] };
  const firstPlans = plansOf(config, recordPeriods(config, first, grid, seed, 'first', FIRST_PERIODS), grid);
  const second = { config: market, rivals, costPlans: firstPlans };
  const train = recordPeriods(config, second, grid, seed, 'train', periods.train);
  const world = { setup: { config: market, rivals, costPlans: plansOf(config, train, grid) }, grid, train };
  last = { key, world };
  return world;
}

/** Validation periods of a seed in every played seat. */
export function validationOf(config: AuctionNetStudyConfig, world: AuctionNetWorld, seed: number): RecordedSeat[] {
  return recordPeriods(config, world.setup, world.grid, seed, 'validation', config.periods.validation);
}

/** Stream that names period p of a part of a seed. */
export function periodRng(config: AuctionNetStudyConfig, seed: number, part: string, p: number): Rng {
  return new Rng(`${config.experiment}/${seed}/${part}/${p}`);
}

function recordPeriods(
  config: AuctionNetStudyConfig,
  setup: MarketSetup,
  grid: MultiplierGrid,
  seed: number,
  part: string,
  count: number,
): RecordedSeat[] {
  const market = new Market(setup);
  return Array.from({ length: count }, (_, p) =>
    recordPeriod(market, drawPeriod(setup.config, periodRng(config, seed, part, p)), config.seats, grid),
  ).flat();
}

function plansOf(config: AuctionNetStudyConfig, recorded: readonly RecordedSeat[], grid: MultiplierGrid): CostPlan[] {
  const numCategories = Math.max(...seatsOf(config.market).map(({ category }) => category)) + 1;
  return costPlansOf(recorded, grid, numCategories);
}
