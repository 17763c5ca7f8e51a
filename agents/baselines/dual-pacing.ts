import { z } from 'zod';
import { dualStep } from '../../src/bidding/dual-pacing.ts';
import type { MultiplierPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { type PacingLaw, pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Step sizes tried, in units of 1/√T. */
const STEP_FACTORS: readonly number[] = [0.1, 0.25, 0.5, 1, 2];

/** Adaptive pacing: the shadow price of money follows the spend. */
export const dualPacing = defineBaseline({
  title: 'Dual (adaptive) pacing',
  kind: 'multiplier',
  source: 'Balseiro & Gur (2019), "Learning in Repeated Auctions with Budgets", Management Science 65(9).',
  schema: z.strictObject({
    startMultiplier,
    stepSize: z.number().positive().max(10).nullable().default(null).meta({
      unit: 'share of the starting shadow price per unit of relative spend error',
      description: 'ε; null for the best of a few multiples of 1/√T on the tuning flights, T the number of steps.',
    }),
    maxChange: z.number().min(1).max(1000).default(10).meta({
      unit: 'factor',
      description: 'The shadow price stays within this factor of its start.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const policyAt = (stepSize: number) => dualPolicy(context, start, stepSize, options.maxChange);
    if (options.stepSize !== null) return policyAt(options.stepSize);
    const root = Math.sqrt(context.flight.numSteps);
    return bestOf(
      STEP_FACTORS.map((factor) => policyAt(factor / root)),
      (policy) => context.score(policy),
    );
  },
});

function dualPolicy(context: BaselineContext, start: number, stepSize: number, maxChange: number): MultiplierPolicy {
  const mu = new Float64Array(context.numFlights).fill(1);
  const law: PacingLaw = {
    resetFlight(flight) {
      mu[flight] = 1;
    },
    relative(flight, c) {
      // The plan of the source is fixed when the flight begins: each auction's even share of the budget.
      const planned = (c.budgetMicros * c.lastExpectedAuctions) / c.expectedAuctionsTotal;
      mu[flight] = dualStep(mu[flight]!, c.lastSpendMicros, planned, stepSize, 1 / maxChange, maxChange);
      return 1 / mu[flight]!;
    },
  };
  return pacingPolicy(context.numFlights, start, law);
}
