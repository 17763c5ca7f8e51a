import type { FlightCounters, Policy } from '../core/policy.ts';
import { blankOpportunity, playBids } from './bid-step.ts';
import { advanceFlight, beginFlight, blankCounters } from './flight-counters.ts';
import type { FlightWindow, TrafficPlan } from './flight-window.ts';
import type { Replay } from './replay.ts';
import { emptyOutcomes, emptyQueries, type StepOutcomes, type StepQueries, takeOutcome } from './step-batch.ts';
import { emptyOutcome, type StepOutcome } from './step-outcome.ts';

/** A budget to be spent on a window of the tape. */
export interface Flight {
  readonly window: FlightWindow;
  /** Integer micros, positive. */
  readonly budgetMicros: number;
  /** Multiplier that the counters show before the first step, micros per value unit. */
  readonly startingMultiplier: number;
}

/** What a policy got out of one flight, and how it went step by step. */
export interface FlightResult {
  readonly auctions: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  /** Integer micros, at most the budget. */
  readonly spendMicros: number;
  readonly value: number;
  /** First step after which nothing later was affordable, or −1. */
  readonly exhaustedAtStep: number;
  readonly trace: FlightTrace;
}

/** Step by step, `[T]` each; zero after the budget was gone. */
export interface FlightTrace {
  readonly spendMicros: Float64Array;
  readonly wins: Int32Array;
  readonly auctions: Int32Array;
  /** NaN for policies that bid per impression. */
  readonly multiplier: Float64Array;
}

/**
 * Plays a policy on N flights side by side, every flight exactly once; both kinds of policy on the same tape by the same
 * rules. A flight ends when its steps are over or nothing later is affordable.
 */
export function playFlights(
  replay: Replay,
  plan: TrafficPlan,
  flights: readonly Flight[],
  policy: Policy,
): FlightResult[] {
  const counters = flights.map((flight) => {
    const c = blankCounters();
    beginFlight(c, plan, flight.budgetMicros, flight.startingMultiplier);
    return c;
  });
  const books = flights.map((flight) => new FlightBook(flight.window.numSteps));
  const active = new Uint8Array(flights.length).fill(1);
  policy.reset();
  const play = policy.kind === 'multiplier' ? multiplierStep : bidStep;
  const numSteps = Math.max(0, ...flights.map((flight) => flight.window.numSteps));
  const numFlights = flights.length;
  const outcomes = emptyOutcomes(numFlights);
  const queries = emptyQueries(numFlights);
  for (let t = 0; t < numSteps; t++) {
    const multipliers = new Float64Array(numFlights);
    play({ replay, plan, flights, counters, books, active, policy, multipliers, queries, outcomes, t });
  }
  return books.map((book, n) => book.result(counters[n]!, flights[n]!));
}

interface Round {
  readonly replay: Replay;
  readonly plan: TrafficPlan;
  readonly flights: readonly Flight[];
  readonly counters: readonly FlightCounters[];
  readonly books: readonly FlightBook[];
  readonly active: Uint8Array;
  readonly policy: Policy;
  /** `[N]` what the policy decided. */
  readonly multipliers: Float64Array;
  /** Room for one step of every flight. */
  readonly queries: StepQueries;
  readonly outcomes: StepOutcomes;
  readonly t: number;
}

function multiplierStep(round: Round): void {
  const { replay, flights, counters, active, policy, queries, outcomes, multipliers, t } = round;
  if (policy.kind !== 'multiplier') return;
  policy.decide(counters, active, multipliers);
  let count = 0;
  for (let n = 0; n < flights.length; n++) {
    if (active[n] === 0) continue;
    queries.steps[count] = flights[n]!.window.firstStep + t;
    queries.multipliers[count] = multipliers[n]!;
    queries.remainingMicros[count] = counters[n]!.remainingMicros;
    count++;
  }
  replay.playMany(queries, outcomes, count);
  const outcome = emptyOutcome();
  for (let n = 0, played = 0; n < flights.length; n++) {
    if (active[n] === 0) continue;
    takeOutcome(outcomes, played++, outcome);
    book(round, n, outcome, multipliers[n]!, multipliers[n]!);
  }
}

function bidStep(round: Round): void {
  const { replay, flights, counters, active, policy, t } = round;
  if (policy.kind !== 'bid') return;
  const outcome = emptyOutcome();
  const opportunity = blankOpportunity();
  for (let n = 0; n < flights.length; n++) {
    if (active[n] === 0) continue;
    const c = counters[n]!;
    const step = flights[n]!.window.firstStep + t;
    policy.beginStep(n, c);
    playBids(replay, step, policy, n, c.remainingMicros, c.expectedAuctionsLeft, opportunity, outcome);
    book(round, n, outcome, Number.NaN, c.lastMultiplier);
  }
}

/** Books the outcome of flight n's step. */
function book(round: Round, n: number, outcome: StepOutcome, tracedMultiplier: number, multiplier: number): void {
  const { replay, plan, flights, counters, books, t } = round;
  const auctions = replay.numAuctions(flights[n]!.window.firstStep + t);
  books[n]!.record(t, outcome, auctions, tracedMultiplier);
  advanceFlight(counters[n]!, plan, outcome, auctions, multiplier);
  endIfOver(round, n);
}

function endIfOver({ flights, counters, books, active, t }: Round, n: number): void {
  const { window } = flights[n]!;
  const over = counters[n]!.remainingMicros < window.minCostFromMicros[t + 1]!;
  if (t + 1 >= window.numSteps) active[n] = 0;
  else if (over) {
    active[n] = 0;
    books[n]!.exhaustedAtStep = t;
  }
}

/** Collects one flight's steps. */
class FlightBook {
  readonly trace: FlightTrace;
  exhaustedAtStep = -1;
  #clicks = 0;
  #conversions = 0;

  constructor(numSteps: number) {
    this.trace = {
      spendMicros: new Float64Array(numSteps),
      wins: new Int32Array(numSteps),
      auctions: new Int32Array(numSteps),
      multiplier: new Float64Array(numSteps).fill(Number.NaN),
    };
  }

  record(t: number, outcome: StepOutcome, auctions: number, multiplier: number): void {
    this.trace.spendMicros[t] = outcome.spendMicros;
    this.trace.wins[t] = outcome.wins;
    this.trace.auctions[t] = auctions;
    this.trace.multiplier[t] = multiplier;
    this.#clicks += outcome.clicks;
    this.#conversions += outcome.conversions;
  }

  result(c: FlightCounters, flight: Flight): FlightResult {
    return {
      auctions: flight.window.numAuctions,
      impressions: c.wins,
      clicks: this.#clicks,
      conversions: this.#conversions,
      spendMicros: c.budgetMicros - c.remainingMicros,
      value: c.value,
      exhaustedAtStep: this.exhaustedAtStep,
      trace: this.trace,
    };
  }
}
