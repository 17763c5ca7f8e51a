import { z } from 'zod';
import { attributionModelSchema } from '../../campaign/attribution.ts';
import { delaySchema } from '../../response/delay.ts';
import { fatigueSchema } from '../../response/fatigue.ts';
import { logisticRateSchema } from '../../response/logistic-rates.ts';
import { organicSchema } from '../../response/organic.ts';

/** Users, what they see, and what comes of ads: settings of a world of journeys. */
export const journeySchema = z
  .strictObject({
    numUsers: z.int().min(1).max(1_000_000).default(8000).meta({ unit: 'users', description: 'Users of the market.' }),
    numItems: z.int().min(1).max(1000).default(6).meta({
      unit: 'items',
      description: 'Products that are advertised; each opportunity is for one of them, all equally often.',
    }),
    opportunitiesPerUserDay: z.number().positive().max(1000).default(2).meta({
      unit: 'opportunities',
      description: 'Mean opportunities a user and day, a Poisson process.',
    }),
    userDim: z.int().min(2).max(256).default(6).meta({
      unit: 'features',
      description: 'Length of the embedding of a user; its first coordinate is intent.',
    }),
    contextDim: z.int().min(0).max(256).default(2).meta({
      unit: 'features',
      description: 'Features of the moment.',
    }),
    click: logisticRateSchema({ meanRate: 0.04, intentCorrelation: 0.4 }).prefault({}),
    conversion: logisticRateSchema({ meanRate: 0.12, intentCorrelation: 0 }).prefault({}).meta({
      description: 'Of conversions by an ad, given the click.',
    }),
    delay: delaySchema
      .nullable()
      .prefault({ law: 'weibull', scaleDays: 1.5, shape: 0.7 })
      .meta({ description: 'From click to conversion, for the middle item; null for none.' }),
    delaySpread: z.number().min(1).max(100).default(4).meta({
      unit: '1',
      description:
        'Delays of the slowest item are so many times those of the middle one, those of the fastest as much less.',
    }),
    attribution: z
      .strictObject({
        credit: attributionModelSchema.prefault({ model: 'last-click' }),
        windowDays: z
          .number()
          .max(365)
          .refine((days) => days > 0, 'expected a window above 0 [days]; give clicks some time, such as 7')
          .nullable()
          .default(7)
          .meta({ unit: 'days', description: 'A conversion is credited to clicks at most so long before it.' }),
      })
      .prefault({}),
    fatigue: fatigueSchema.nullable().prefault({}).meta({ description: 'Wear by exposures; null for none.' }),
    organic: organicSchema.prefault({}),
  })
  .refine(({ delay, attribution }) => delay === null || attribution.windowDays !== null, {
    path: ['attribution', 'windowDays'],
    message: 'expected a number of days since conversions are delayed; set a window, such as 7, or make delay null',
  });

/** A checked world of journeys, see {@link journeySchema}. */
export type JourneyConfig = z.output<typeof journeySchema>;

/** Stretch of an item's delay: from 1 / spread to spread in equal ratios over the items. */
export function delayStretch({ numItems, delaySpread }: JourneyConfig, item: number): number {
  return numItems === 1 ? 1 : delaySpread ** ((2 * item) / (numItems - 1) - 1);
}
