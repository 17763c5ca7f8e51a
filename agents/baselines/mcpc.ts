import { z } from 'zod';
import { defineBaseline } from './baseline.ts';
import { constantMultiplier } from './constant-policy.ts';
import { trainingOf } from './training.ts';

/** Bids the training log's cost per click on every expected click, whatever the budget. */
export const mcpc = defineBaseline({
  title: 'Mcpc (cost per click as multiplier)',
  kind: 'multiplier',
  source:
    'Lee et al. (2012), "Estimating Conversion Rate in Display Advertising from Past Performance Data", KDD; Zhang et al. ' +
    '(2014), arXiv:1407.7073, section 5.',
  schema: z.strictObject({
    costPerClickMicros: z.number().positive().nullable().default(null).meta({
      unit: 'micros per value unit',
      description:
        'Price of a click; null for training cost over training clicks (over expected value where none was clicked).',
    }),
  }),
  build(context, { costPerClickMicros }) {
    const { costMicros, numClicks, meanValue } = trainingOf(context);
    const expected = Math.max(meanValue * context.train.value.length, Number.MIN_VALUE);
    return constantMultiplier(costPerClickMicros ?? costMicros / (numClicks > 0 ? numClicks : expected));
  },
});
