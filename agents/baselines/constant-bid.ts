import { z } from 'zod';
import { defineBaseline } from './baseline.ts';
import { constantBid as constantBidPolicy } from './constant-policy.ts';
import { trainingOf } from './training.ts';

/** One bid for everything, tuned on the training data. */
export const constantBid = defineBaseline({
  title: 'Constant bid',
  kind: 'bid',
  source: 'Zhang et al. (2014), arXiv:1407.7073, section 5 (Const).',
  schema: z.strictObject({
    bidMicros: z.number().nonnegative().nullable().default(null).meta({
      unit: 'micros',
      description: 'The bid; null to tune it on the training data.',
    }),
  }),
  build: (context, { bidMicros }) => constantBidPolicy(bidMicros ?? trainingOf(context).bid()),
});
