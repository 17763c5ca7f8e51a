import { z } from 'zod';
import { frequencyCapSchema } from '../../../src/response/frequency-cap.ts';
import { predictorSchema } from '../../../src/response/rate-predictor.ts';
import { journeySchema } from '../../../src/sim/response/journey-config.ts';
import { studyFields } from '../study-fields.ts';

/** What a bidder takes a click to be worth. */
export const VALUATIONS = [
  'clicks',
  'attributed-so-far',
  'attributed-matured',
  'attributed-corrected',
  'uplift',
  'uplift-oracle',
] as const;

/** One of {@link VALUATIONS}. */
export type Valuation = (typeof VALUATIONS)[number];

const unique = (list: readonly string[]) => new Set(list).size === list.length;

/** Settings of an experiment of kind `delayed-conversions`. */
export const delayedConversionsSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('delayed-conversions').meta({
    description:
      'Budget-paced bidders buy clicks of users whose conversions come late, and some of whom convert without ads.',
  }),
  policies: z
    .array(z.enum(VALUATIONS))
    .min(1, 'name at least one policy')
    .refine(unique, 'expected each policy once')
    .default([...VALUATIONS])
    .meta({ description: 'Who bids, by what a click is taken to be worth.' }),
  flightDays: z.int().min(2).max(365).default(14).meta({ unit: 'days', description: 'Days on which ads are bought.' }),
  dailyBudget: z.number().positive().max(1e9).default(80).meta({ unit: 'currency', description: 'Budget a day.' }),
  rivals: z
    .strictObject({
      medianCpm: z.number().positive().max(1e6).default(20).meta({
        unit: 'currency per thousand impressions',
        description: 'Median of the highest rival bid.',
      }),
      sigma: z.number().min(0).max(5).default(0.7).meta({
        unit: 'log',
        description: 'Standard deviation of its logarithm.',
      }),
    })
    .prefault({}),
  frequencyCap: frequencyCapSchema.nullable().prefault({}).meta({ description: 'Cap a user; null for none.' }),
  numSegments: z.int().min(1, 'set 1 where bidders tell no users apart').max(100).default(3).meta({
    unit: 'segments',
    description: 'Groups of equal size by intent, which bidders can tell apart.',
  }),
  holdoutShare: z
    .number()
    .refine(
      (share) => share > 0 && share < 1,
      'expected a share above 0 and below 1; uplift is measured between users who see no ads and others who do',
    )
    .default(0.2)
    .meta({
      unit: 'share',
      description: 'Users whom the uplift bidder never shows an ad, to learn what comes without.',
    }),
  clickPredictor: z.string().default('part').meta({
    description: 'Name of the predictor of click rates that all bidders use.',
  }),
  predictors: z
    .record(z.string(), predictorSchema)
    .default({
      truth: predictorSchema.parse({}),
      part: predictorSchema.parse({ visibleFeatures: 4 }),
      'part, rest ignored': predictorSchema.parse({ visibleFeatures: 4, masked: 'ignore' }),
      overconfident: predictorSchema.parse({ slope: 1.4, shift: 1.4 }),
      noisy: predictorSchema.parse({ noise: 0.7 }),
    })
    .meta({ description: 'Predictors whose reliability is shown, by name.' }),
  world: journeySchema.prefault({}).meta({ description: 'Users and what comes of ads.' }),
});

/** A checked `delayed-conversions` experiment. */
export type DelayedConversionsConfig = z.output<typeof delayedConversionsSchema>;
