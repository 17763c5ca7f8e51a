import { type CostPlan, onlineLpMultiplier } from '../../bidding/online-lp.ts';
import type { FlightCounters } from '../../core/policy.ts';
import { advanceFlight, beginFlight, blankCounters } from '../flight-counters.ts';
import type { TrafficPlan } from '../flight-window.ts';
import { emptyOutcome, type StepOutcome } from '../step-outcome.ts';
import { NUM_TICKS, TRAFFIC_SHARES } from './period-config.ts';

/**
 * What a tick tells one advertiser, beside what it bought: wins are slots bought, `value` is Σ predicted conversions of the
 * seen ones. Reused by the caller.
 */
export interface TickReport extends StepOutcome {
  /** Opportunities of the tick. */
  volume: number;
  /** Mean predicted conversion rate of all of them. */
  meanValue: number;
  /** Mean fourth-highest bid, micros: revealed to everybody. */
  leastWinningCostMicros: number;
  /** α of the tick, micros per predicted conversion. */
  multiplier: number;
}

/** A report with nothing in it. */
export function emptyReport(): TickReport {
  return { ...emptyOutcome(), volume: 0, meanValue: 0, leastWinningCostMicros: 0, multiplier: 0 };
}

/** Columns of a record's history. */
export const HISTORY = { bidMicros: 0, leastWinningCostMicros: 1, value: 2, conversions: 3, winShare: 4, volume: 5 };
const COLUMNS = 6;

/**
 * Everything that an advertiser knows before a tick of its period: the raw counters that any `Policy` gets, and the history
 * that AuctionNet's state is made of.
 */
export interface SeatRecord {
  /** `value` is Σ predicted conversions bought, an auction is an opportunity of the period, a win a slot bought. */
  readonly counters: FlightCounters;
  /** Integer micros a conversion. */
  cpaTargetMicros: number;
  conversions: number;
  /** Opportunities of the tick to come, and the mean predicted conversion rate there. */
  currentVolume: number;
  currentMeanValue: number;
  /**
   * OnlineLP's multiplier for the tick to come, at most 3 CPA targets: what earlier periods say about the money left. The CPA
   * target where there are none.
   */
  planMultiplier: number;
  /** `[T, 6]` by {@link HISTORY}: means over a tick's opportunities of bid, least winning cost, pValue, conversion and win; volume. */
  readonly history: Float64Array;
  /** `[6]` their sums over the ticks played. */
  readonly sums: Float64Array;
}

/** The traffic that advertisers expect: the base shares of AuctionNet. */
export function expectedTraffic(opportunities: number): TrafficPlan {
  const expectedAuctions = Float64Array.from(TRAFFIC_SHARES, (share) => share * opportunities);
  const expectedAuctionsFrom = new Float64Array(NUM_TICKS + 1);
  for (let t = NUM_TICKS - 1; t >= 0; t--)
    expectedAuctionsFrom[t] = expectedAuctionsFrom[t + 1]! + expectedAuctions[t]!;
  // What all traffic would cost depends on the rivals: nobody knows it here.
  return { expectedAuctions, expectedAuctionsFrom, fullCostMicros: Number.NaN };
}

/** A record of nothing yet; {@link beginSeat} fills it. */
export function blankSeatRecord(): SeatRecord {
  return {
    counters: blankCounters(),
    cpaTargetMicros: 0,
    conversions: 0,
    currentVolume: 0,
    currentMeanValue: 0,
    planMultiplier: 0,
    history: new Float64Array(NUM_TICKS * COLUMNS),
    sums: new Float64Array(COLUMNS),
  };
}

/** Sets a record to the start of a period; its last multiplier is the CPA target. */
export function beginSeat(record: SeatRecord, plan: TrafficPlan, budgetMicros: number, cpaTargetMicros: number): void {
  beginFlight(record.counters, plan, budgetMicros, cpaTargetMicros);
  record.cpaTargetMicros = cpaTargetMicros;
  record.planMultiplier = cpaTargetMicros;
  record.conversions = 0;
  record.sums.fill(0);
}

/** Books what a tick brought and moves to the next. */
export function reportTick(record: SeatRecord, plan: TrafficPlan, report: TickReport): void {
  const { history, sums } = record;
  const { volume, multiplier, meanValue } = report;
  const row = record.counters.stepIndex * COLUMNS;
  const share = volume > 0 ? 1 / volume : 0;
  history[row + HISTORY.bidMicros] = multiplier * meanValue;
  history[row + HISTORY.leastWinningCostMicros] = report.leastWinningCostMicros;
  history[row + HISTORY.value] = meanValue;
  history[row + HISTORY.conversions] = report.conversions * share;
  history[row + HISTORY.winShare] = report.wins * share;
  history[row + HISTORY.volume] = volume;
  for (let c = 0; c < COLUMNS; c++) sums[c]! += history[row + c]!;
  record.conversions += report.conversions;
  advanceFlight(record.counters, plan, report, volume, multiplier);
}

/** Sum of one history column over the last (at most) `ticks` ticks. */
export function recentSum(record: SeatRecord, column: number, ticks: number): number {
  const end = record.counters.stepIndex;
  let sum = 0;
  for (let t = Math.max(0, end - ticks); t < end; t++) sum += record.history[t * COLUMNS + column]!;
  return sum;
}

/** Shows an advertiser the tick to come. @param plan Cost of the rest of the period by multiplier; undefined where nobody knows it. */
export function lookAhead(record: SeatRecord, volume: number, meanValue: number, plan: CostPlan | undefined): void {
  const { counters, cpaTargetMicros } = record;
  record.currentVolume = volume;
  record.currentMeanValue = meanValue;
  if (plan === undefined || counters.stepIndex >= counters.numSteps) return;
  const { stepIndex, remainingMicros } = counters;
  const cap = PLAN_CAP * cpaTargetMicros;
  record.planMultiplier = onlineLpMultiplier(plan, stepIndex, remainingMicros, cap, cpaTargetMicros);
}

/** Highest multiplier of the plan, CPA targets. */
const PLAN_CAP = 3;
