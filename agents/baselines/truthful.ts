import { z } from 'zod';
import { defineBaseline } from './baseline.ts';
import { constantMultiplier } from './constant-policy.ts';
import { trainingOf } from './training.ts';

/** Bids what the impression is worth to the advertiser, as if there were no budget. */
export const truthful = defineBaseline({
  title: 'Truthful (value as bid)',
  kind: 'multiplier',
  source: 'Vickrey (1961), "Counterspeculation, Auctions, and Competitive Sealed Tenders", Journal of Finance 16(1).',
  schema: z.strictObject({
    valueMicros: z.number().positive().nullable().default(null).meta({
      unit: 'micros per value unit',
      description:
        'What one unit of value is worth; null for the campaign’s figure, or else the market’s average price of a unit of value.',
    }),
  }),
  build(context, { valueMicros }) {
    const training = trainingOf(context);
    const worth = valueMicros ?? context.valueMicros;
    return constantMultiplier(worth ?? training.meanPriceMicros / Math.max(training.meanValue, Number.MIN_VALUE));
  },
});
