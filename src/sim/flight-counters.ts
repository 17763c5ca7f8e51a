import type { FlightCounters } from '../core/policy.ts';
import type { TrafficPlan } from './flight-window.ts';
import type { StepOutcome } from './step-outcome.ts';

/** Counters of a flight that has not begun; {@link beginFlight} fills them. */
export function blankCounters(): FlightCounters {
  return {
    stepIndex: 0,
    numSteps: 0,
    budgetMicros: 0,
    remainingMicros: 0,
    expectedAuctions: 0,
    expectedAuctionsLeft: 0,
    expectedAuctionsTotal: 0,
    lastExpectedAuctions: 0,
    lastAuctions: 0,
    lastWins: 0,
    lastSpendMicros: 0,
    lastValue: 0,
    auctions: 0,
    wins: 0,
    value: 0,
    lastMultiplier: 0,
  };
}

/** Sets the counters to the start of a flight with a full budget. */
export function beginFlight(
  c: FlightCounters,
  plan: TrafficPlan,
  budgetMicros: number,
  startingMultiplier: number,
): void {
  c.stepIndex = 0;
  c.numSteps = plan.expectedAuctions.length;
  c.budgetMicros = budgetMicros;
  c.remainingMicros = budgetMicros;
  c.expectedAuctions = plan.expectedAuctions[0]!;
  c.expectedAuctionsLeft = plan.expectedAuctionsFrom[0]!;
  c.expectedAuctionsTotal = plan.expectedAuctionsFrom[0]!;
  c.lastExpectedAuctions = 0;
  c.lastAuctions = 0;
  c.lastWins = 0;
  c.lastSpendMicros = 0;
  c.lastValue = 0;
  c.auctions = 0;
  c.wins = 0;
  c.value = 0;
  c.lastMultiplier = startingMultiplier;
}

/** Books one played step and moves the counters to the next decision point. */
export function advanceFlight(
  c: FlightCounters,
  plan: TrafficPlan,
  outcome: StepOutcome,
  numAuctions: number,
  multiplier: number,
): void {
  c.lastExpectedAuctions = c.expectedAuctions;
  c.lastAuctions = numAuctions;
  c.lastWins = outcome.wins;
  c.lastSpendMicros = outcome.spendMicros;
  c.lastValue = outcome.value;
  c.auctions += numAuctions;
  c.wins += outcome.wins;
  c.value += outcome.value;
  c.remainingMicros -= outcome.spendMicros;
  c.lastMultiplier = multiplier;
  c.stepIndex++;
  c.expectedAuctions = c.stepIndex < c.numSteps ? plan.expectedAuctions[c.stepIndex]! : 0;
  c.expectedAuctionsLeft = plan.expectedAuctionsFrom[c.stepIndex]!;
}
