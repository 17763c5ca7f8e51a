import type { CostPlan } from '../../bidding/online-lp.ts';
import { SimError } from '../../core/errors.ts';
import type { Market } from './market.ts';
import type { Period } from './period.ts';
import { NUM_TICKS, type Seat } from './period-config.ts';
import type { TickReport } from './seat-record.ts';
import { RANKS } from './tick-auction.ts';

/** Multipliers that recorded outcomes are kept for, micros per predicted conversion, ascending by one factor. */
export interface MultiplierGrid {
  /** `[G]` */
  readonly multipliers: Float64Array;
  /** ln of the factor between neighbours. */
  readonly logStep: number;
}

/** A grid of `points` multipliers from `low` to `high`, micros. @throws SimError `CONFIG_INVALID` unless 0 < low < high. */
export function multiplierGrid(low: number, high: number, points: number): MultiplierGrid {
  if (!(low > 0 && high > low && points >= 2)) {
    throw new SimError(
      'CONFIG_INVALID',
      `multiplier grid: expected at least 2 multipliers between 0 < low < high [micros], received ${points} from ${low} to ${high}; widen it`,
    );
  }
  const logStep = Math.log(high / low) / (points - 1);
  return { logStep, multipliers: Float64Array.from({ length: points }, (_, g) => low * Math.exp(g * logStep)) };
}

/**
 * What one seat would have got in one recorded period at any multiplier of the grid. T ticks, G multipliers.
 *
 * Exact in the auction: ranks, prices, seen slots and predicted conversions are those of the recorded bids of all rivals,
 * after overspend. What is frozen is the rivals' answer: they bid as they did when the seat followed its own rule.
 */
export interface RecordedSeat {
  readonly seat: Seat;
  /** `[T, G]` integer micros. */
  readonly costMicros: Float64Array;
  /** `[T, G]` Σ predicted conversion rate over seen slots. */
  readonly value: Float64Array;
  /** `[T, G]` slots bought, seen or not. */
  readonly wins: Int32Array;
  /** `[T]` */
  readonly volume: Float64Array;
  readonly meanValue: Float64Array;
  readonly leastWinningCostMicros: Float64Array;
  /** Realised over predicted conversion rate of the advertiser in this period. */
  readonly rateFactor: number;
}

/** Plays a period with every seat following its own rule and keeps what the given seats would have got. */
export function recordPeriod(
  market: Market,
  period: Period,
  seats: readonly number[],
  grid: MultiplierGrid,
): RecordedSeat[] {
  const size = NUM_TICKS * grid.multipliers.length;
  const recorded = seats.map((seat) => ({
    seat: period.seats[seat]!,
    costMicros: new Float64Array(size),
    value: new Float64Array(size),
    wins: new Int32Array(size),
    volume: new Float64Array(NUM_TICKS),
    meanValue: new Float64Array(NUM_TICKS),
    leastWinningCostMicros: new Float64Array(NUM_TICKS),
    rateFactor: period.conversionLaws[seat]!.rateFactor,
  }));
  market.begin(period, -1);
  for (let t = 0; t < NUM_TICKS; t++) {
    market.tick();
    for (const entry of recorded) recordTick(market, period, t, entry, grid);
  }
  return recorded;
}

/** Adds every opportunity of a tick to the buckets where multipliers begin to win its slots, then sums them up. */
function recordTick(market: Market, period: Period, tick: number, out: RecordedSeat, grid: MultiplierGrid): void {
  const { auction } = market;
  const numSeats = period.seats.length;
  const first = period.tickOffsets[tick]!;
  const seat = out.seat.index;
  const row = tick * grid.multipliers.length;
  const end = row + grid.multipliers.length;
  out.volume[tick] = auction.numOpportunities;
  out.meanValue[tick] = period.meanValues[tick * numSeats + seat]!;
  out.leastWinningCostMicros[tick] = auction.leastWinningCostMicros;
  for (let k = 0; k < auction.numOpportunities; k++) {
    const value = period.values[(first + k) * numSeats + seat]!;
    if (value > 0)
      addOpportunity(market, k, value, period.slotsSeen[first + k]!, period.config.reserveMicros, row, out, grid);
  }
  for (let i = row + 1; i < end; i++) {
    out.costMicros[i]! += out.costMicros[i - 1]!;
    out.value[i]! += out.value[i - 1]!;
    out.wins[i]! += out.wins[i - 1]!;
  }
}

/** From the last slot up: each better slot replaces the one below it from its own multiplier on. */
function addOpportunity(
  market: Market,
  k: number,
  value: number,
  seen: number,
  reserveMicros: number,
  row: number,
  out: RecordedSeat,
  grid: MultiplierGrid,
): void {
  const { bidsMicros, bidders } = market.auction;
  const at = k * RANKS;
  let own = 0;
  while (own < RANKS && bidders[at + own] !== out.seat.index) own++;
  let [cost, gained, won] = [0, 0, 0];
  for (let s = RANKS - 2; s >= 0; s--) {
    // The s-th best of the others: what the seat must beat for slot s, and pays for it.
    const rival = bidsMicros[at + (s < own ? s : s + 1)]!;
    const g = firstAbove(grid, rival, value);
    if (g === grid.multipliers.length) return;
    const sold = rival > reserveMicros ? 1 : 0;
    const paid = s < seen ? sold : 0;
    out.costMicros[row + g]! += paid * rival - cost;
    out.value[row + g]! += paid * value - gained;
    out.wins[row + g]! += sold - won;
    cost = paid * rival;
    gained = paid * value;
    won = sold;
  }
}

/** Index of the first multiplier whose bid, rounded down, is above the rival's; G where there is none. */
function firstAbove(grid: MultiplierGrid, rivalMicros: number, value: number): number {
  const { multipliers, logStep } = grid;
  const needed = rivalMicros + 1;
  const last = multipliers.length;
  if (multipliers[last - 1]! * value < needed) return last;
  let g = Math.max(0, Math.min(last - 1, Math.ceil(Math.log(needed / value / multipliers[0]!) / logStep)));
  while (g > 0 && multipliers[g - 1]! * value >= needed) g--;
  while (multipliers[g]! * value < needed) g++;
  return g;
}

/** Index of the largest multiplier of the grid that is not above `multiplier`; −1 where all are. */
function gridIndex(grid: MultiplierGrid, multiplier: number): number {
  const { multipliers, logStep } = grid;
  if (!(multiplier >= multipliers[0]!)) return -1;
  // A multiplier of the grid that went through exp and log must not fall to its neighbour.
  return Math.min(multipliers.length - 1, Math.floor(Math.log(multiplier / multipliers[0]!) / logStep + 1e-6));
}

/**
 * One tick of a recorded seat; writes the report.
 *
 * The multiplier is taken down to the grid. Where the tick costs more than there is, the same share of cost, wins and value is
 * kept (in the live market the wins given up are drawn). Conversions are Poisson with mean value · rate factor, by inversion of
 * one uniform number.
 *
 * @param luck Uniform on [0, 1).
 */
export function playRecorded(
  recorded: RecordedSeat,
  grid: MultiplierGrid,
  tick: number,
  multiplier: number,
  remainingMicros: number,
  luck: number,
  out: TickReport,
): void {
  const g = gridIndex(grid, multiplier);
  const at = tick * grid.multipliers.length + g;
  const cost = g < 0 ? 0 : recorded.costMicros[at]!;
  const share = cost > remainingMicros ? remainingMicros / cost : 1;
  out.spendMicros = share < 1 ? remainingMicros : cost;
  out.value = g < 0 ? 0 : recorded.value[at]! * share;
  out.wins = g < 0 ? 0 : Math.round(recorded.wins[at]! * share);
  out.conversions = poisson(Math.max(0, out.value * recorded.rateFactor), luck);
  out.volume = recorded.volume[tick]!;
  out.meanValue = recorded.meanValue[tick]!;
  out.leastWinningCostMicros = recorded.leastWinningCostMicros[tick]!;
  out.multiplier = multiplier;
}

/** The Poisson number at a quantile. */
function poisson(mean: number, quantile: number): number {
  let count = 0;
  let probability = Math.exp(-mean);
  let cumulated = probability;
  while (quantile >= cumulated && count < 1000) {
    count++;
    probability *= mean / count;
    cumulated += probability;
  }
  return count;
}

/**
 * OnlineLP's tables: for each category, the mean cost of the rest of a period over recorded seats of that category.
 *
 * @param numCategories Those without a recorded seat get the mean over all.
 */
export function costPlansOf(
  recorded: readonly RecordedSeat[],
  grid: MultiplierGrid,
  numCategories: number,
): CostPlan[] {
  return Array.from({ length: numCategories }, (_, category) => {
    const own = recorded.filter(({ seat }) => seat.category === category);
    return costPlanOf(own.length > 0 ? own : recorded, grid);
  });
}

function costPlanOf(recorded: readonly RecordedSeat[], grid: MultiplierGrid): CostPlan {
  const size = grid.multipliers.length;
  const costFromMicros = new Float64Array(NUM_TICKS * size);
  for (const { costMicros } of recorded) {
    for (let i = 0; i < costFromMicros.length; i++) costFromMicros[i]! += costMicros[i]! / recorded.length;
  }
  for (let i = costFromMicros.length - size - 1; i >= 0; i--) costFromMicros[i]! += costFromMicros[i + size]!;
  return { multipliers: grid.multipliers, costFromMicros };
}
