import type { CostPlan } from '../../bidding/online-lp.ts';
import type { MultiplierPolicy, Opportunity, Policy } from '../../core/policy.ts';
import type { TrafficPlan } from '../flight-window.ts';
import { type BiddingRule, type RuleFlights, rulePolicy } from './bidding-rules.ts';
import type { Period } from './period.ts';
import { type AuctionNetConfig, NUM_TICKS, SEATS_PER_CATEGORY, seatsOf } from './period-config.ts';
import {
  beginSeat,
  blankSeatRecord,
  emptyReport,
  expectedTraffic,
  lookAhead,
  reportTick,
  type SeatRecord,
} from './seat-record.ts';
import { TickAuction } from './tick-auction.ts';

/** A rule that rivals follow; each of its seats starts a period at `start` times U(1 − spread, 1 + spread). */
export type RivalRule = Exclude<BiddingRule, { rule: 'abid' }> & { readonly spread: number };

/** Who bids in the market: seat a follows rule a mod R, so the rules have equal shares in every category. */
export interface MarketSetup {
  readonly config: AuctionNetConfig;
  readonly rivals: readonly RivalRule[];
  /** `[categories]` what OnlineLP has learnt of earlier periods; empty where no rule asks. */
  readonly costPlans: readonly CostPlan[];
}

/** What one advertiser is to do in place of its seat's own. */
export interface Goal {
  readonly budgetMicros: number;
  readonly cpaTargetMicros: number;
}

/**
 * AuctionNet's market, live: 48 advertisers that answer to each other tick by tick. One of the seats may be played from
 * outside. One market plays one period after the other.
 */
export class Market {
  readonly plan: TrafficPlan;
  /** `[A]` what each advertiser knows; read only. */
  readonly records: readonly SeatRecord[];
  readonly auction: TickAuction;
  readonly #setup: MarketSetup;
  readonly #policies: readonly MultiplierPolicy[];
  readonly #flights: RuleFlights;
  readonly #active: readonly Uint8Array[];
  readonly #multipliers: Float64Array;
  readonly #remaining: Float64Array;
  readonly #report = emptyReport();
  #period: Period | null = null;
  #played = -1;

  constructor(setup: MarketSetup) {
    const numSeats = seatsOf(setup.config).length;
    this.#setup = setup;
    this.plan = expectedTraffic(setup.config.opportunities);
    this.records = Array.from({ length: numSeats }, blankSeatRecord);
    this.auction = new TickAuction(numSeats);
    this.#multipliers = new Float64Array(numSeats);
    this.#remaining = new Float64Array(numSeats);
    this.#active = setup.rivals.map(() => new Uint8Array(numSeats));
    this.#flights = {
      cpaTargetMicros: new Float64Array(numSeats),
      startFactor: new Float64Array(numSeats),
      meanValue: new Float64Array(numSeats).fill(setup.config.meanValue),
      costPlan: (seat) => setup.costPlans[Math.floor(seat / SEATS_PER_CATEGORY)]!,
    };
    this.#policies = setup.rivals.map((rule) => rulePolicy(rule, this.#flights) as MultiplierPolicy);
  }

  /** The period being played. */
  get period(): Period {
    return this.#period!;
  }

  /** Whether the period has ticks left. */
  get running(): boolean {
    return this.#period !== null && this.records[0]!.counters.stepIndex < NUM_TICKS;
  }

  /**
   * Starts a period.
   *
   * @param seat The seat played from outside; −1 where every seat follows its own rule.
   * @param goal Replaces the seat's budget and target; null keeps them.
   */
  begin(period: Period, seat: number, goal: Goal | null = null): void {
    this.#period = period;
    this.#played = seat;
    const starts = period.rng.split('rivals');
    for (let a = 0; a < this.records.length; a++) {
      const { budgetMicros, cpaTargetMicros } = a === seat && goal !== null ? goal : period.seats[a]!;
      beginSeat(this.records[a]!, this.plan, budgetMicros, cpaTargetMicros);
      this.#flights.cpaTargetMicros[a] = cpaTargetMicros;
      const { spread } = this.#setup.rivals[a % this.#setup.rivals.length]!;
      this.#flights.startFactor[a] = 1 + spread * starts.uniform(-1, 1);
    }
    for (const policy of this.#policies) policy.reset();
    this.#look();
  }

  /** Plays a tick. @param multiplier α of the seat played from outside; ignored where there is none or it has too little left. */
  tick(multiplier = 0): void {
    this.#decide(multiplier);
    const tick = this.records[0]!.counters.stepIndex;
    this.auction.clear(this.period, tick, this.#multipliers, this.#remaining);
    this.#reportAll(tick);
  }

  /** Plays a tick in which the seat from outside bids by opportunity; it hears of the outcomes when the tick is over. */
  tickByBids(policy: Policy & { readonly kind: 'bid' }): void {
    const { period } = this;
    const seat = this.#played;
    const { counters } = this.records[seat]!;
    this.#decide(0);
    const bidsMicros = this.#alive(seat) ? bidAll(policy, period, seat, counters) : null;
    const tick = counters.stepIndex;
    const free = bidsMicros === null ? null : { seat, bidsMicros };
    this.auction.clear(period, tick, this.#multipliers, this.#remaining, free);
    this.#reportAll(tick);
  }

  #alive(seat: number): boolean {
    return this.records[seat]!.counters.remainingMicros >= this.#setup.config.minBalanceMicros;
  }

  #decide(outside: number): void {
    const { rivals } = this.#setup;
    const counters = this.#counters;
    this.#multipliers.fill(0);
    for (const mask of this.#active) mask.fill(0);
    for (let a = 0; a < this.records.length; a++) {
      this.#remaining[a] = counters[a]!.remainingMicros;
      if (!this.#alive(a)) continue;
      if (a === this.#played) this.#multipliers[a] = outside;
      else this.#active[a % rivals.length]![a] = 1;
    }
    for (let r = 0; r < rivals.length; r++) {
      this.#policies[r]!.decide(counters, this.#active[r]!, this.#multipliers);
    }
  }

  get #counters() {
    this.#countersCache ??= this.records.map((record) => record.counters);
    return this.#countersCache;
  }
  #countersCache: SeatRecord['counters'][] | null = null;

  #reportAll(tick: number): void {
    const { auction, period } = this;
    const report = this.#report;
    const numSeats = this.records.length;
    report.volume = auction.numOpportunities;
    report.leastWinningCostMicros = auction.leastWinningCostMicros;
    for (let a = 0; a < numSeats; a++) {
      report.meanValue = period.meanValues[tick * numSeats + a]!;
      report.multiplier = this.#multipliers[a]!;
      report.wins = auction.wins[a]!;
      report.spendMicros = auction.costMicros[a]!;
      report.value = auction.value[a]!;
      report.conversions = auction.conversions[a]!;
      reportTick(this.records[a]!, this.plan, report);
    }
    this.#look();
  }

  /** Shows everybody the tick to come. */
  #look(): void {
    const { period } = this;
    const tick = Math.min(NUM_TICKS - 1, this.records[0]!.counters.stepIndex);
    const volume = period.tickOffsets[tick + 1]! - period.tickOffsets[tick]!;
    const numSeats = this.records.length;
    for (let a = 0; a < numSeats; a++) {
      const plan = this.#setup.costPlans[Math.floor(a / SEATS_PER_CATEGORY)];
      lookAhead(this.records[a]!, volume, period.meanValues[tick * numSeats + a]!, plan);
    }
  }
}

/** A bidder's bids on all opportunities of its tick. */
function bidAll(
  policy: Policy & { readonly kind: 'bid' },
  period: Period,
  seat: number,
  counters: SeatRecord['counters'],
): Float64Array {
  const first = period.tickOffsets[counters.stepIndex]!;
  const length = period.tickOffsets[counters.stepIndex + 1]! - first;
  const bidsMicros = new Float64Array(length);
  const opportunity: Opportunity = {
    value: 0,
    floorMicros: period.config.reserveMicros,
    remainingMicros: counters.remainingMicros,
    auctionsLeft: 0,
    loggedBidMicros: Number.NaN,
  };
  policy.beginStep(seat, counters);
  for (let k = 0; k < length; k++) {
    opportunity.value = period.values[(first + k) * period.seats.length + seat]!;
    opportunity.auctionsLeft = Math.max(1, counters.expectedAuctionsLeft - k);
    const bid = policy.bid(seat, opportunity);
    bidsMicros[k] = bid > 0 ? bid : 0;
  }
  return bidsMicros;
}
