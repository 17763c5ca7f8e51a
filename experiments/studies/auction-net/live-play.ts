import { cpaExceeded, cpaScore } from '../../../src/campaign/cpa-goal.ts';
import type { Policy } from '../../../src/core/policy.ts';
import type { Rng } from '../../../src/core/rng.ts';
import { type BiddingRule, rulePolicy } from '../../../src/sim/auction-net/bidding-rules.ts';
import { Market, type MarketSetup } from '../../../src/sim/auction-net/market.ts';
import { drawPeriod, type Period } from '../../../src/sim/auction-net/period.ts';
import { NUM_TICKS, SEATS_PER_CATEGORY } from '../../../src/sim/auction-net/period-config.ts';
import type { SeatRecord } from '../../../src/sim/auction-net/seat-record.ts';

/** CPA above the target by more than this counts as out of bounds. */
const TOLERANCE = 0.2;
/** First tick of the last hour, which has two. */
const LAST_HOUR_START = NUM_TICKS - 2;

/**
 * Who takes a seat. Rules are `Policy`, which acts by the counters of any bidder; a trained network looks at the history that
 * AuctionNet's state is made of, which those counters do not hold.
 */
export type SeatBidder =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'network'; multiplier(record: SeatRecord): number };

/** One period of one advertiser, played live; plain JSON. */
export interface PlayedPeriod {
  readonly score: number;
  readonly conversions: number;
  /** Σ predicted conversions. */
  readonly value: number;
  readonly costMicros: number;
  readonly budgetMicros: number;
  readonly cpaTargetMicros: number;
  /** Whether it could still bid when the last hour began. */
  readonly alive: boolean;
  /** Whether a conversion cost more than 1.2 targets. */
  readonly cpaOver: boolean;
  /** `[48]` spent by the end of each tick, integer micros. */
  readonly spentMicros: readonly number[];
  /** `[48]` conversions by the end of each tick. */
  readonly converted: readonly number[];
}

/** The policy of a rule in a market's seats. */
export function seatRule(rule: BiddingRule, setup: MarketSetup, period: Period): SeatBidder {
  const { seats } = period;
  const policy = rulePolicy(rule, {
    cpaTargetMicros: Float64Array.from(seats, (seat) => seat.cpaTargetMicros),
    startFactor: new Float64Array(seats.length).fill(1),
    meanValue: new Float64Array(seats.length).fill(setup.config.meanValue),
    costPlan: (seat) => setup.costPlans[Math.floor(seat / SEATS_PER_CATEGORY)]!,
  });
  return { kind: 'policy', policy };
}

/** Plays every listed seat in every period, live, one at a time. @param bidder Made anew for each period. */
export function playLive(
  setup: MarketSetup,
  periods: readonly Rng[],
  seats: readonly number[],
  bidder: (period: Period) => SeatBidder,
  onShare: (share: number) => void = () => {},
): Map<number, PlayedPeriod[]> {
  const market = new Market(setup);
  const played = new Map(seats.map((seat): [number, PlayedPeriod[]] => [seat, []]));
  periods.forEach((rng, p) => {
    const period = drawPeriod(setup.config, rng);
    const own = bidder(period);
    for (const [seat, results] of played) results.push(playSeat(market, period, seat, own));
    onShare((p + 1) / periods.length);
  });
  return played;
}

function playSeat(market: Market, period: Period, seat: number, bidder: SeatBidder): PlayedPeriod {
  market.begin(period, seat);
  if (bidder.kind === 'policy') bidder.policy.reset();
  const record = market.records[seat]!;
  const { counters } = record;
  const { minBalanceMicros } = period.config;
  const [spentMicros, converted]: [number[], number[]] = [[], []];
  let alive = false;
  for (let t = 0; t < NUM_TICKS; t++) {
    const canBid = counters.remainingMicros >= minBalanceMicros;
    if (t === LAST_HOUR_START) alive = canBid;
    if (bidder.kind === 'policy' && bidder.policy.kind === 'bid') market.tickByBids(bidder.policy);
    else market.tick(canBid ? multiplierOf(bidder, market, seat) : 0);
    spentMicros.push(counters.budgetMicros - counters.remainingMicros);
    converted.push(record.conversions);
  }
  const costMicros = spentMicros.at(-1)!;
  const { cpaTargetMicros, conversions } = record;
  return {
    score: cpaScore(cpaTargetMicros, costMicros, conversions),
    conversions,
    value: counters.value,
    costMicros,
    budgetMicros: counters.budgetMicros,
    cpaTargetMicros,
    alive,
    cpaOver: cpaExceeded(cpaTargetMicros, costMicros, conversions, TOLERANCE),
    spentMicros,
    converted,
  };
}

function multiplierOf(bidder: SeatBidder, market: Market, seat: number): number {
  const record = market.records[seat]!;
  if (bidder.kind === 'network') return bidder.multiplier(record);
  if (bidder.policy.kind === 'bid') return 0;
  const counters = market.records.map((entry) => entry.counters);
  const active = new Uint8Array(counters.length);
  const multipliers = new Float64Array(counters.length);
  active[seat] = 1;
  bidder.policy.decide(counters, active, multipliers);
  return multipliers[seat]!;
}
