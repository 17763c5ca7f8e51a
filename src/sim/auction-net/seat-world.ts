import type { CostPlan } from '../../bidding/online-lp.ts';
import { SimError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { type Goal, Market, type MarketSetup } from './market.ts';
import { drawPeriod } from './period.ts';
import { type AuctionNetConfig, NUM_TICKS, seatsOf } from './period-config.ts';
import { type MultiplierGrid, playRecorded, type RecordedSeat } from './recorded-seat.ts';
import {
  beginSeat,
  blankSeatRecord,
  emptyReport,
  expectedTraffic,
  lookAhead,
  reportTick,
  type SeatRecord,
} from './seat-record.ts';

/** Ranges that a seat's budget and CPA target are multiplied by, log-uniform; [1, 1] keeps them. */
export interface GoalSpread {
  readonly budget: readonly [low: number, high: number];
  readonly target: readonly [low: number, high: number];
}

/** One advertiser's period after the other: what `constrained-bidding-v1` copies. */
export interface SeatWorld {
  readonly record: SeatRecord;
  /** Conversions that the last tick's purchases were to bring on average. */
  readonly meanConversions: number;
  /** Draws a period, a seat and its goal from the stream, and nothing else. */
  begin(rng: Rng): void;
  /** Plays a tick. @param multiplier α, micros per predicted conversion; 0 bids nothing. */
  play(multiplier: number): void;
}

/** Where the periods come from. */
export type SeatSource =
  | {
      /** Recorded rivals: a tick is a look-up. */
      readonly kind: 'recorded';
      readonly config: AuctionNetConfig;
      readonly recorded: readonly RecordedSeat[];
      readonly grid: MultiplierGrid;
      /** `[categories]` what is known of earlier periods; empty where nothing is. */
      readonly costPlans: readonly CostPlan[];
    }
  | {
      /** Rivals that answer: every tick is an auction of all. Each episode is a new period. */
      readonly kind: 'live';
      readonly setup: MarketSetup;
      /** Seats that episodes are drawn from. */
      readonly seats: readonly number[];
    };

/** A world of the source. @throws SimError `CONFIG_INVALID` on a source without seats, or seats that there are not. */
export function makeSeatWorld(source: SeatSource, spread: GoalSpread): SeatWorld {
  const seats = source.kind === 'live' ? source.seats : source.recorded;
  if (seats.length === 0) {
    throw new SimError(
      'CONFIG_INVALID',
      'constrained-bidding-v1: expected at least one seat to play, received none; name some',
    );
  }
  if (source.kind === 'recorded') return new RecordedWorld(source, spread);
  const numSeats = seatsOf(source.setup.config).length;
  const unknown = source.seats.find((seat) => !Number.isInteger(seat) || seat < 0 || seat >= numSeats);
  if (unknown !== undefined) {
    throw new SimError(
      'CONFIG_INVALID',
      `constrained-bidding-v1: expected seats 0 to ${numSeats - 1}, received ${unknown}; name one of those`,
    );
  }
  return new LiveWorld(source, spread);
}

/** Whether the period is over for the seat: no ticks, or not enough money. */
export function seatIsDone(record: SeatRecord, config: AuctionNetConfig): boolean {
  return record.counters.stepIndex >= NUM_TICKS || record.counters.remainingMicros < config.minBalanceMicros;
}

function drawGoal(goal: Goal, spread: GoalSpread, rng: Rng): Goal {
  const within = ([low, high]: readonly [number, number]) => low * (high / low) ** rng.next();
  return {
    budgetMicros: Math.max(1, Math.round(goal.budgetMicros * within(spread.budget))),
    cpaTargetMicros: Math.max(1, Math.round(goal.cpaTargetMicros * within(spread.target))),
  };
}

class RecordedWorld implements SeatWorld {
  readonly record = blankSeatRecord();
  meanConversions = 0;
  readonly #source: Extract<SeatSource, { kind: 'recorded' }>;
  readonly #spread: GoalSpread;
  readonly #plan;
  readonly #report = emptyReport();
  #seat: RecordedSeat;
  #luck: Rng | null = null;

  constructor(source: Extract<SeatSource, { kind: 'recorded' }>, spread: GoalSpread) {
    this.#source = source;
    this.#spread = spread;
    this.#plan = expectedTraffic(source.config.opportunities);
    this.#seat = source.recorded[0]!;
  }

  begin(rng: Rng): void {
    const { recorded } = this.#source;
    this.#seat = recorded[rng.int(recorded.length)]!;
    const goal = drawGoal(this.#seat.seat, this.#spread, rng);
    this.#luck = rng;
    beginSeat(this.record, this.#plan, goal.budgetMicros, goal.cpaTargetMicros);
    this.#look();
  }

  play(multiplier: number): void {
    const { counters } = this.record;
    const { grid } = this.#source;
    const luck = this.#luck!.next();
    playRecorded(this.#seat, grid, counters.stepIndex, multiplier, counters.remainingMicros, luck, this.#report);
    reportTick(this.record, this.#plan, this.#report);
    this.meanConversions = this.#report.value * this.#seat.rateFactor;
    this.#look();
  }

  #look(): void {
    const { volume, meanValue, seat } = this.#seat;
    const tick = Math.min(NUM_TICKS - 1, this.record.counters.stepIndex);
    lookAhead(this.record, volume[tick]!, meanValue[tick]!, this.#source.costPlans[seat.category]);
  }
}

class LiveWorld implements SeatWorld {
  readonly #source: Extract<SeatSource, { kind: 'live' }>;
  readonly #spread: GoalSpread;
  readonly #market: Market;
  #seat: number;

  constructor(source: Extract<SeatSource, { kind: 'live' }>, spread: GoalSpread) {
    this.#source = source;
    this.#spread = spread;
    this.#market = new Market(source.setup);
    this.#seat = source.seats[0]!;
  }

  get record(): SeatRecord {
    return this.#market.records[this.#seat]!;
  }

  get meanConversions(): number {
    return this.record.counters.lastValue * this.#market.period.conversionLaws[this.#seat]!.rateFactor;
  }

  begin(rng: Rng): void {
    const { seats, setup } = this.#source;
    this.#seat = seats[rng.int(seats.length)]!;
    const period = drawPeriod(setup.config, rng.split('period'));
    this.#market.begin(period, this.#seat, drawGoal(period.seats[this.#seat]!, this.#spread, rng));
  }

  play(multiplier: number): void {
    this.#market.tick(multiplier);
  }
}
