import { z } from 'zod';
import { defineBaseline } from './baseline.ts';
import { constantMultiplier } from './constant-policy.ts';
import { startMultiplier, startOf } from './pacing-policy.ts';

/** Bids in proportion to the value, with one multiplier tuned on the training data. */
export const linear = defineBaseline({
  title: 'Linear (tuned on the training split)',
  kind: 'multiplier',
  source: 'Perlich et al. (2012), "Bid Optimizing and Inventory Scoring in Targeted Online Advertising", KDD.',
  schema: z.strictObject({ multiplier: startMultiplier }),
  build: (context, { multiplier }) => constantMultiplier(startOf(context, multiplier)),
});
