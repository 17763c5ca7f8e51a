import { MICROS_PER_UNIT } from '../../core/units.ts';
import type { StepOutcome } from '../step-outcome.ts';

/** What the running episodes of N copies have done so far; columns of length N. */
export interface RtbGymFlights {
  /** Steps played. */
  readonly step: Int32Array;
  readonly budgetMicros: Float64Array;
  readonly remainingMicros: Float64Array;
  /** Share of the money left before the last step that it spent; 0 before the first step. */
  readonly lastSpendShare: Float64Array;
  /** Currency units per impression of the last step; 0 without impressions. */
  readonly lastCost: Float64Array;
  /** Share of the last step's auctions won; 0 before the first step. */
  readonly lastWinRate: Float64Array;
  /** Conversions of the last step. */
  readonly lastConversions: Float64Array;
  /** Multiplier of the last step; 0 before the first step. */
  readonly lastMultiplier: Float64Array;
}

/** Columns for N copies, all zeros. */
export function makeFlights(numEnvs: number): RtbGymFlights {
  return {
    step: new Int32Array(numEnvs),
    budgetMicros: new Float64Array(numEnvs),
    remainingMicros: new Float64Array(numEnvs),
    lastSpendShare: new Float64Array(numEnvs),
    lastCost: new Float64Array(numEnvs),
    lastWinRate: new Float64Array(numEnvs),
    lastConversions: new Float64Array(numEnvs),
    lastMultiplier: new Float64Array(numEnvs),
  };
}

/** Starts copy n's episode with its whole budget. */
export function beginFlight(flights: RtbGymFlights, n: number, budgetMicros: number): void {
  flights.step[n] = 0;
  flights.budgetMicros[n] = budgetMicros;
  flights.remainingMicros[n] = budgetMicros;
  flights.lastSpendShare[n] = 0;
  flights.lastCost[n] = 0;
  flights.lastWinRate[n] = 0;
  flights.lastConversions[n] = 0;
  flights.lastMultiplier[n] = 0;
}

/** Writes down what copy n's step bought. @param auctions How many there were, at least 1. */
export function recordStep(
  flights: RtbGymFlights,
  n: number,
  outcome: StepOutcome,
  auctions: number,
  multiplier: number,
): void {
  const { wins, spendMicros, conversions } = outcome;
  const before = flights.remainingMicros[n]!;
  flights.step[n] = flights.step[n]! + 1;
  flights.remainingMicros[n] = before - spendMicros;
  flights.lastSpendShare[n] = spendMicros / before;
  flights.lastCost[n] = wins > 0 ? spendMicros / (wins * MICROS_PER_UNIT) : 0;
  flights.lastWinRate[n] = wins / auctions;
  flights.lastConversions[n] = conversions;
  flights.lastMultiplier[n] = multiplier;
}
