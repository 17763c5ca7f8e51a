import { z } from 'zod';
import { plannedShare } from '../../src/bidding/spend-plan.ts';
import { throttleRate } from '../../src/bidding/throttling.ts';
import type { BidPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { FlightStreams } from './flight-streams.ts';
import { startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Bids tried, as multiples of the tuned linear multiplier: throttling only helps bids that would spend too fast. */
const BID_FACTORS: readonly number[] = [1, 1.2, 1.5, 2, 3];

/** Enters auctions at random, at a rate that keeps spend on the traffic's plan; bids themselves are never changed. */
export const throttling = defineBaseline({
  title: 'Probabilistic throttling',
  kind: 'bid',
  source: 'Agarwal et al. (2014), "Budget Pacing for Targeted Online Advertisements at LinkedIn", KDD.',
  schema: z.strictObject({
    multiplier: z.number().positive().nullable().default(null).meta({
      unit: 'micros per value unit',
      description: 'Bid over value; null for the best of a few multiples of the tuned linear multiplier.',
    }),
    initialRate: z.number().positive().max(1).default(1).meta({
      unit: 'share of auctions',
      description: 'Pass-through rate of the first step.',
    }),
    adjustment: z.number().positive().max(1).default(0.1).meta({
      unit: 'relative change a step',
      description: 'By how much the rate moves after each step.',
    }),
  }),
  build(context, options) {
    const policyAt = (multiplier: number) =>
      throttledPolicy(context, multiplier, options.initialRate, options.adjustment);
    if (options.multiplier !== null) return policyAt(options.multiplier);
    const linear = startOf(context, null);
    return bestOf(
      BID_FACTORS.map((factor) => policyAt(factor * linear)),
      (policy) => context.score(policy),
    );
  },
});

function throttledPolicy(
  context: BaselineContext,
  multiplier: number,
  initialRate: number,
  adjustment: number,
): BidPolicy {
  const streams = new FlightStreams(context.rng.split('throttling'), context.numFlights);
  const rates = new Float64Array(context.numFlights).fill(initialRate);
  return {
    kind: 'bid',
    reset(mask) {
      streams.reset(mask);
      for (let n = 0; n < rates.length; n++) if (mask === undefined || mask[n] === 1) rates[n] = initialRate;
    },
    beginStep(flight, counters) {
      if (counters.stepIndex === 0) return;
      const spentShare = 1 - counters.remainingMicros / counters.budgetMicros;
      rates[flight] = throttleRate(rates[flight]!, spentShare, plannedShare(counters), adjustment);
    },
    bid: (flight, opportunity) => (streams.next(flight) < rates[flight]! ? multiplier * opportunity.value : Number.NaN),
  };
}
