import { z } from 'zod';
import { mirrorDualStep, ShadingTable } from '../../src/bidding/first-price-dual.ts';
import type { BidPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { startMultiplier, startOf } from './pacing-policy.ts';
import { trainingOf } from './training.ts';
import { bestOf } from './tune.ts';

/** Shaded bids start from a higher worth than linear ones: factors on the tuned multiplier that are tried. */
const START_FACTORS: readonly number[] = [1, 1.5, 2.5, 4];
/** Step sizes tried, in units of 1/√T. */
const STEP_FACTORS: readonly number[] = [0.25, 1];
const MAX_ERROR = 3;
const MAX_CHANGE = 1000;

/** Paces what an impression is worth by a shadow price, and shades each bid by the market's win curve. */
export const firstPriceDual = defineBaseline({
  title: 'First-price dual pacing',
  kind: 'bid',
  source:
    'Wang, Yang, Deng & Kong (2023), "Learning to Bid in Repeated First-Price Auctions with Budgets", arXiv:2304.13477.',
  schema: z.strictObject({
    startMultiplier,
    stepSize: z.number().positive().max(10).nullable().default(null).meta({
      unit: 'log shadow price per unit of relative spend error',
      description: 'ε; null for the best of two multiples of 1/√T on the tuning flights, T the number of steps.',
    }),
  }),
  build(context, options) {
    const table = new ShadingTable(trainingOf(context).sample.needs);
    const root = Math.sqrt(context.flight.numSteps);
    const starts =
      options.startMultiplier === null
        ? START_FACTORS.map((factor) => factor * startOf(context, null))
        : [options.startMultiplier];
    const steps = options.stepSize === null ? STEP_FACTORS.map((factor) => factor / root) : [options.stepSize];
    const candidates = starts.flatMap((start) => steps.map((step) => shadedPolicy(context, table, start, step)));
    return candidates.length === 1 ? candidates[0]! : bestOf(candidates, (policy) => context.score(policy));
  },
});

function shadedPolicy(
  { numFlights }: BaselineContext,
  table: ShadingTable,
  start: number,
  stepSize: number,
): BidPolicy {
  const mu = new Float64Array(numFlights).fill(1);
  return {
    kind: 'bid',
    reset(mask) {
      for (let n = 0; n < numFlights; n++) if (mask === undefined || mask[n] === 1) mu[n] = 1;
    },
    beginStep(flight, c) {
      if (c.stepIndex === 0) return;
      const planned = (c.budgetMicros * c.lastExpectedAuctions) / c.expectedAuctionsTotal;
      mu[flight] = mirrorDualStep(
        mu[flight]!,
        c.lastSpendMicros,
        planned,
        stepSize,
        MAX_ERROR,
        1 / MAX_CHANGE,
        MAX_CHANGE,
      );
    },
    bid: (flight, { value }) => table.bid((value * start) / mu[flight]!),
  };
}
