import { z } from 'zod';
import { multiplierCurve } from '../../src/bidding/knapsack.ts';
import { onlineLpMultiplier } from '../../src/bidding/online-lp.ts';
import { checkLength } from '../../src/core/errors.ts';
import { defineBaseline } from './baseline.ts';
import { cpaTargetMicros, targetOf } from './cpa-target.ts';
import { trainingOf } from './training.ts';

/** Every step bids what the money left buys of the traffic left, by the training data's opportunities in order of value. */
export const onlineLp = defineBaseline({
  title: 'OnlineLP',
  kind: 'multiplier',
  source:
    'AuctionNet (Su et al. 2024, arXiv:2412.10798), after Agrawal, Wang & Ye (2014), "A Dynamic Near-Optimal Algorithm for Online Linear Programming", Operations Research 62(4).',
  schema: z.strictObject({
    cpaTargetMicros,
    cap: z.number().positive().max(1000).nullable().default(null).meta({
      unit: 'CPA targets',
      description: 'No multiplier is above this; AuctionNet takes 1.5. null for no cap: only the budget binds.',
    }),
  }),
  build(context, options) {
    const { sample, numAuctions } = trainingOf(context);
    const curve = multiplierCurve(sample.values, sample.needs, sample.prices);
    // One row for all steps: the training columns do not tell the hour.
    const plan = { multipliers: curve.entries, costFromMicros: curve.cost.subarray(1) };
    const target = targetOf(context, options.cpaTargetMicros);
    const cap = options.cap === null ? Number.POSITIVE_INFINITY : options.cap * target;
    return {
      kind: 'multiplier',
      reset() {},
      decide(flights, active, out) {
        if (flights.length > context.numFlights) checkLength('flights of OnlineLP', flights.length, context.numFlights);
        for (let n = 0; n < flights.length; n++) {
          if (active[n] !== 1) continue;
          const { remainingMicros, expectedAuctionsLeft } = flights[n]!;
          const left = expectedAuctionsLeft > 0 ? expectedAuctionsLeft : numAuctions;
          const scaled = (remainingMicros * sample.values.length) / left;
          out[n] = onlineLpMultiplier(plan, 0, scaled, cap, target);
        }
      },
    };
  },
});
