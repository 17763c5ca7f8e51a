import { z } from 'zod';
import { thresholdForSpend } from '../../src/bidding/threshold.ts';
import { defineBaseline } from './baseline.ts';
import { statelessBid } from './constant-policy.ts';
import { trainingOf } from './training.ts';
import { bestOf } from './tune.ts';

/** Bids tried, as multiples of the tuned constant bid. */
const BID_FACTORS: readonly number[] = [1, 1.2, 1.5, 2, 3, 5, 8, 12];

/** One bid for every opportunity above a value, none below. */
export const threshold = defineBaseline({
  title: 'Threshold (fixed bid above a value)',
  kind: 'bid',
  source:
    'Step bids as in Perlich et al. (2012), "Bid Optimizing and Inventory Scoring in Targeted Online Advertising", KDD.',
  schema: z.strictObject({
    bidMicros: z.number().nonnegative().nullable().default(null).meta({
      unit: 'micros',
      description: 'The bid above the threshold; null to tune it on the training data.',
    }),
    threshold: z.number().nonnegative().nullable().default(null).meta({
      unit: 'value units',
      description: 'Smallest value that is bid on; null for the one at which the training data spends the budget.',
    }),
  }),
  build(context, options) {
    const { sample, budgetPerAuction, bid } = trainingOf(context);
    const policyAt = (micros: number) => {
      const smallest = options.threshold ?? thresholdForSpend(sample, micros, budgetPerAuction);
      return statelessBid(({ value }) => (value >= smallest ? micros : 0));
    };
    if (options.bidMicros !== null) return policyAt(options.bidMicros);
    const candidates = BID_FACTORS.map((factor) => policyAt(factor * bid()));
    return bestOf(candidates, (candidate) => context.score(candidate));
  },
});
