import { SimError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';
import { type Amount, drawAmount } from '../../market/amount.ts';
import type { BiddingRule, ClickPredictor, RivalGroup } from '../../market/rival-population.ts';
import { tickShares } from '../../market/weekly-traffic.ts';
import type { TrafficPlan } from '../flight-window.ts';
import type { AgentSeat, HouseConfig } from './house-config.ts';
import { openSelling, type Selling } from './selling.ts';

/** Money of a seat without a limit: counted like any budget, never the reason that a win is lost. */
export const UNLIMITED_MICROS = Number.MAX_SAFE_INTEGER;

/** Consecutive ticks that one budget of a seat covers: its whole stay, or a day of it. */
interface BudgetPeriod {
  readonly fromTick: number;
  /** What the seat knows of the traffic of these ticks. */
  readonly plan: TrafficPlan;
}

/** One bidder's place in the market. */
export interface HouseSeat {
  /** Unique; names the seat's stream of randomness. */
  readonly name: string;
  /** Words for people. */
  readonly title: string;
  /** How a scripted rival bids; null where a policy from outside sits. */
  readonly rule: BiddingRule | null;
  readonly clickValue: Amount;
  readonly fitSigma: number;
  /** Null where it predicts the truth. */
  readonly predictor: ClickPredictor | null;
  /** Currency units; null for no limit. */
  readonly budget: Amount | null;
  /** First tick in the market and the one after the last. */
  readonly enterTick: number;
  readonly exitTick: number;
  /** In time order, without gaps from the first tick to the last; a policy plays each as a flight of its own. */
  readonly periods: readonly BudgetPeriod[];
}

/** A market ready to be played: the compiled configuration with its seats, rivals first and agents last. */
export interface House {
  readonly config: HouseConfig;
  readonly selling: Selling;
  /** `[A]` */
  readonly seats: readonly HouseSeat[];
  /** Index of the first agent's seat: the number of rivals. */
  readonly firstAgent: number;
  /** T */
  readonly numTicks: number;
  /** `[T]` opportunities that the weekly curve leads one to expect; shocks are not in it. */
  readonly expectedOpportunities: Float64Array;
}

/**
 * Compiles a market.
 *
 * @param agents Seats of policies from outside; they come last, so that a tie with a rival is lost.
 * @param where Path of the auction's settings, named in errors.
 * @throws SimError `CONFIG_INVALID` without any bidder or with a seat's name used twice; as {@link openSelling}.
 */
export function openHouse(config: HouseConfig, agents: readonly AgentSeat[], where = 'auction'): House {
  const selling = openSelling(config, where);
  const numTicks = config.days * config.ticksPerDay;
  const { traffic } = config;
  const expectedOpportunities = tickShares(
    traffic.hourly,
    traffic.startWeekday - 1,
    config.days,
    config.ticksPerDay,
  ).map((share) => share * traffic.opportunitiesPerDay);
  const groups = [...config.rivals, ...config.shocks.flatMap((s) => (s.kind === 'new-rival' ? [s.rival] : []))];
  const rivals = groups.flatMap((group) => rivalSeats(group, config, expectedOpportunities));
  const seats = [...rivals, ...agents.map((agent) => agentSeat(agent, config, expectedOpportunities))];
  checkSeats(seats);
  return {
    config,
    selling,
    seats,
    firstAgent: rivals.length,
    numTicks,
    expectedOpportunities,
  };
}

function rivalSeats(group: RivalGroup, config: HouseConfig, expected: Float64Array): HouseSeat[] {
  const enterTick = Math.round(group.enterDay * config.ticksPerDay);
  const exitTick = Math.round((group.exitDay ?? config.days) * config.ticksPerDay);
  if (enterTick >= exitTick) {
    throw new SimError(
      'CONFIG_INVALID',
      `rivals '${group.name}': expected at least one tick between enterDay and exitDay, received tick ${enterTick} to ${exitTick}; raise exitDay or ticksPerDay`,
    );
  }
  return Array.from({ length: group.count }, (_, i) => {
    const suffix = group.count === 1 ? '' : `-${i + 1}`;
    const title = `${group.title ?? group.name}${group.count === 1 ? '' : ` ${i + 1}`}`;
    const { clickValue, fitSigma, budget } = group;
    const predictor = wrongPredictor(group);
    const periods = budgetPeriods(group, config, expected, enterTick, exitTick);
    return {
      ...{ name: `${group.name}${suffix}`, title, rule: group.bidding, clickValue, fitSigma, predictor, budget },
      ...{ enterTick, exitTick, periods },
    };
  });
}

function agentSeat(agent: AgentSeat, config: HouseConfig, expected: Float64Array): HouseSeat {
  const { name, clickValue, fitSigma, budget } = agent;
  const periods = budgetPeriods(agent, config, expected, 0, expected.length);
  const window = { enterTick: 0, exitTick: expected.length, periods };
  const predictor = wrongPredictor(agent);
  return { name, title: agent.title ?? name, rule: null, clickValue, fitSigma, predictor, budget, ...window };
}

function wrongPredictor({ predictor }: Pick<AgentSeat, 'predictor'>): ClickPredictor | null {
  return predictor === null || (predictor.shift === 0 && predictor.noise === 0) ? null : predictor;
}

function budgetPeriods(
  { budgetPer }: Pick<AgentSeat, 'budgetPer'>,
  { ticksPerDay }: HouseConfig,
  expected: Float64Array,
  enterTick: number,
  exitTick: number,
): BudgetPeriod[] {
  const periods: BudgetPeriod[] = [];
  for (let fromTick = enterTick; fromTick < exitTick; ) {
    const midnight = (Math.floor(fromTick / ticksPerDay) + 1) * ticksPerDay;
    const end = budgetPer === 'day' ? Math.min(midnight, exitTick) : exitTick;
    periods.push({ fromTick, plan: planOf(expected.subarray(fromTick, end)) });
    fromTick = end;
  }
  return periods;
}

function checkSeats(seats: readonly HouseSeat[]): void {
  if (seats.length === 0) {
    throw new SimError('CONFIG_INVALID', 'market: expected at least one bidder, received none; add rivals or an agent');
  }
  const seen = new Set<string>();
  for (const { name } of seats) {
    if (seen.has(name)) {
      throw new SimError('CONFIG_INVALID', `market: the seat '${name}' is there twice; rename the rival or the agent`);
    }
    seen.add(name);
  }
}

/** What a seat may know of the traffic ahead; the cost of it all is nobody's to know. */
function planOf(expectedAuctions: Float64Array): TrafficPlan {
  const numSteps = expectedAuctions.length;
  const expectedAuctionsFrom = new Float64Array(numSteps + 1);
  for (let t = numSteps - 1; t >= 0; t--) expectedAuctionsFrom[t] = expectedAuctionsFrom[t + 1]! + expectedAuctions[t]!;
  return { expectedAuctions, expectedAuctionsFrom, fullCostMicros: Number.NaN };
}

/** What one seat has and wants in one flight. */
export interface SeatDraw {
  /** Money of each of the seat's periods, integer micros, positive. */
  readonly budgetMicros: number;
  /** Worth of a click, integer micros. */
  readonly clickValueMicros: number;
}

/** Draws a seat's budget and worth of a click; @param rng The seat's own stream. */
export function drawSeat(seat: HouseSeat, rng: Rng): SeatDraw {
  const clickValueMicros = Math.round(drawAmount(seat.clickValue, rng.split('click-value')) * MICROS_PER_UNIT);
  if (seat.budget === null) return { budgetMicros: UNLIMITED_MICROS, clickValueMicros };
  const budget = drawAmount(seat.budget, rng.split('budget'));
  return { budgetMicros: Math.max(1, Math.round(budget * MICROS_PER_UNIT)), clickValueMicros };
}
