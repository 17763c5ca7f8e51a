import { z } from 'zod';
import { checkLength } from '../../src/core/errors.ts';
import type { FlightCounters, MultiplierPolicy } from '../../src/core/policy.ts';
import type { BaselineContext } from './baseline.ts';
import { trainingOf } from './training.ts';

/** The option that all pacing baselines share. */
export const startMultiplier = z.number().positive().nullable().default(null).meta({
  unit: 'micros per value unit',
  description: 'Multiplier of the first step; null for the linear multiplier tuned on the training data.',
});

/** The same option where the paper starts from the training data's knapsack, without tuning. */
export const knapsackStart = z.number().positive().nullable().default(null).meta({
  unit: 'micros per value unit',
  description: 'Multiplier 1/λ₀ of the first step; null for the greedy knapsack of the training data under the budget.',
});

/** The multiplier that a pacing baseline starts from. */
export function startOf(context: BaselineContext, option: number | null): number {
  return option ?? trainingOf(context).multiplier();
}

/** How one pacing law changes the multiplier; its state is one entry a flight. */
export interface PacingLaw {
  /** Forgets what it knows of a flight. */
  resetFlight(flight: number): void;
  /** The multiplier relative to the start, after the last step's counters; never called before the first step. */
  relative(flight: number, counters: FlightCounters): number;
}

/** A pacing policy that starts every flight at one multiplier and then follows the law, one state a flight. */
export function pacingPolicy(numFlights: number, start: number, law: PacingLaw): MultiplierPolicy {
  return {
    kind: 'multiplier',
    reset(mask) {
      for (let n = 0; n < numFlights; n++) if (mask === undefined || mask[n] === 1) law.resetFlight(n);
    },
    decide(flights, active, out) {
      if (flights.length > numFlights) checkLength('flights of a pacing policy', flights.length, numFlights);
      for (let n = 0; n < flights.length; n++) {
        if (active[n] !== 1) continue;
        const counters = flights[n]!;
        out[n] = counters.stepIndex === 0 ? start : start * law.relative(n, counters);
      }
    },
  };
}
