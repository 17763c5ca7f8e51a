import { z } from 'zod';
import { studyFields } from '../study-fields.ts';

/** Controllers of the study. */
export const PACERS = [
  'unpaced',
  'throttling',
  'pid',
  'ta-pid',
  'dual-pacing',
  'first-price-dual',
  'mystique',
  'mystique-hard',
] as const;

/** One of {@link PACERS}. */
export type Pacer = (typeof PACERS)[number];

/** How winners pay. */
export const AUCTIONS = ['first-price', 'second-price'] as const;

const logNormal = (logMean: number, sigma: number) => ({
  logMean: z.number().default(logMean).meta({ unit: 'log currency', description: 'Mean of the logarithm of a bid.' }),
  sigma: z.number().positive().max(10).default(sigma).meta({
    unit: 'log currency',
    description: 'Standard deviation of the logarithm of a bid.',
  }),
});

/** Settings of an experiment of kind `pacing-day`. */
export const pacingDaySchema = z.strictObject({
  ...studyFields,
  kind: z.literal('pacing-day').meta({
    description:
      'Campaigns of many sizes spend a daily budget minute by minute over a day of rising and falling traffic.',
  }),
  auctions: z
    .array(z.enum(AUCTIONS))
    .min(1, 'name at least one auction')
    .refine((list) => new Set(list).size === list.length, 'expected each auction once')
    .default([...AUCTIONS])
    .meta({ description: 'How winners pay; rankings flip between the two.' }),
  policies: z
    .array(z.enum(PACERS))
    .min(1, 'name at least one policy')
    .refine((list) => new Set(list).size === list.length, 'expected each policy once')
    .default([...PACERS])
    .meta({ description: 'Who paces.' }),
  numCampaigns: z.int().min(1).max(10_000).default(20).meta({ unit: 'campaigns', description: 'Campaigns a seed.' }),
  numMinutes: z.int().min(24).max(1440).default(1440).meta({
    unit: 'intervals',
    description: 'Intervals of the day; a controller moves once an interval.',
  }),
  auctionsPerMinute: z.number().positive().max(100_000).default(60).meta({
    unit: 'auctions',
    description:
      'Mean auctions of a campaign an interval. The source has 3000 a minute for all campaigns; what a campaign is targeted at is a few per cent of them.',
  }),
  traffic: z.enum(['weekly', 'cosine']).default('weekly').meta({
    description:
      "Traffic over the day: 'weekly' is a day of the curve fitted to a classifieds site's hourly traffic shares, 'cosine' the source's.",
  }),
  weekday: z.int().min(0).max(6).default(2).meta({
    unit: 'day',
    description: 'Day of the weekly curve; 0 is Monday.',
  }),
  trafficAmplitude: z.number().min(0).max(1).default(0.6).meta({
    unit: 'share',
    description: 'Height of the cosine, which is least at midnight and most at noon.',
  }),
  hourlyShares: z
    .array(z.number().nonnegative())
    .length(24, 'list one share for each hour of the day, or null for the cosine')
    .refine((shares) => shares.some((share) => share > 0), 'expected at least one positive share')
    .nullable()
    .default(null)
    .meta({
      unit: 'relative',
      description:
        'Traffic of each hour, which spend is to follow, in place of the curve that traffic names; null for that curve.',
    }),
  rivals: z
    .strictObject({
      count: z
        .int()
        .min(1, 'a market needs a rival')
        .max(1000)
        .default(10)
        .meta({ unit: 'bids', description: 'Outside bids in each auction.' }),
      ...logNormal(-8.19, 2.14),
    })
    .prefault({}),
  classes: z
    .array(
      z.strictObject({
        name: z.string().min(1).meta({ description: 'Words for the class.' }),
        budgetBelow: z.number().positive().nullable().meta({
          unit: 'currency',
          description: 'Campaigns with a smaller daily budget belong to it; null for all others.',
        }),
        ...logNormal(-8.19, 2.14),
      }),
    )
    .min(1)
    .refine((list) => list.at(-1)!.budgetBelow === null, 'expected the last class to take all others (null)')
    .default([
      { name: 'small', budgetBelow: 100, logMean: -9.06, sigma: 3.0 },
      { name: 'middle', budgetBelow: 200, logMean: -8.08, sigma: 2.47 },
      { name: 'large', budgetBelow: null, logMean: -7.76, sigma: 1.95 },
    ])
    .meta({ description: 'Bids of campaigns by the size of their budget, smallest first.' }),
  budgetShape: z.number().positive().max(100).default(3.77).meta({
    unit: '1',
    description: 'Shape of the gamma variable whose exponential is the daily budget in currency.',
  }),
  budgetScale: z.number().positive().max(1000).default(1).meta({
    unit: 'share',
    description: 'Factor on every budget, for days of less or more traffic.',
  }),
  learningDays: z.int().min(0).max(100).default(3).meta({
    unit: 'days',
    description: 'Earlier days of each campaign on which Mystique learns at which hours money buys more; 0 for none.',
  }),
  bidCap: z.number().min(1).max(1e6).default(50).meta({
    unit: 'mean bids',
    description: 'No bid of a campaign is above so many mean bids of its class.',
  }),
});

/** A checked `pacing-day` experiment. */
export type PacingDayConfig = z.output<typeof pacingDaySchema>;
