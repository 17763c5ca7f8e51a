import { z } from 'zod';
import { auctionRulesSchema } from '../data/auction-rules.ts';
import { driftSchema } from '../market/drift.ts';
import { priceSchema } from '../market/price-config.ts';
import { DEFAULT_HOURLY_TRAFFIC } from '../market/traffic.ts';
import { rateSchema } from '../response/rate-config.ts';

const UNIT = 'price units';

const segmentSchema = z.strictObject({
  name: z.string().min(1).meta({ description: 'Name of the segment in reports.' }),
  share: z.number().positive().meta({ unit: 'relative', description: 'Share of the traffic before normalisation.' }),
  rateFactor: z
    .number()
    .positive()
    .max(100)
    .default(1)
    .meta({ unit: 'ratio', description: 'Click rate against the average; normalised so that the mean stays.' }),
  priceFactor: z
    .number()
    .positive()
    .max(100)
    .default(1)
    .meta({ unit: 'ratio', description: 'Prices against the average; not normalised.' }),
});

const responseSchema = z
  .strictObject({
    pCtr: rateSchema
      .prefault([{ family: 'log-normal' }])
      .meta({ description: 'Distribution of the click probability: a mixture of one or more components.' }),
    priceCorrelation: z.number().min(-0.99).max(0.99).default(0).meta({
      unit: '1',
      description: 'Correlation of the normal scores of price and click probability (Gaussian copula).',
    }),
    valuePerClick: z
      .number()
      .nonnegative()
      .default(1)
      .meta({ unit: 'value units', description: 'Worth of a click; 1 counts expected clicks.' }),
    pCvr: rateSchema.nullable().default(null).meta({
      description: 'Distribution of the conversion probability given a click; null for no conversions.',
    }),
    valuePerConversion: z
      .number()
      .nonnegative()
      .default(0)
      .meta({ unit: 'value units', description: 'Worth of a conversion on top of its click.' }),
    valueUnit: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'One unit of value in words; told from the worths of click and conversion if absent.' }),
  })
  .prefault({});

const hourlySchema = z.array(z.number().nonnegative()).length(24);

/** A synthetic market: rival prices, traffic, response. Every setting has a default, so `{}` is a market. */
export const marketConfigSchema = z
  .strictObject({
    name: z.string().min(1).default('Synthetic market').meta({ description: 'Name in reports.' }),
    description: z.string().default('').meta({ description: 'Where the parameters come from.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD')
      .meta({ description: 'ISO 4217 code.' }),
    priceUnit: z
      .strictObject({
        name: z.string().min(1).default('CPM').meta({ description: 'Name of the price unit in reports.' }),
        micros: z.int().positive().max(1_000_000_000).default(1000).meta({
          unit: 'micros',
          description: 'Price of one impression in micros for a price of one unit: 1000 for CPM.',
        }),
      })
      .prefault({}),
    days: z.int().min(1).max(3660).default(7).meta({ unit: 'days', description: 'Length of the tape.' }),
    auctionsPerDay: z
      .int()
      .min(1)
      .max(50_000_000)
      .default(48_000)
      .meta({ unit: 'auctions', description: 'Opportunities on an average day.' }),
    auction: auctionRulesSchema,
    price: priceSchema,
    hourlyPriceFactors: z
      .array(z.number().positive().max(100))
      .length(24)
      .default(Array.from({ length: 24 }, () => 1))
      .meta({ unit: 'ratio', description: 'Price level of each hour of the day.' }),
    hourlyTraffic: hourlySchema
      .refine((weights) => weights.some((weight) => weight > 0), 'expected at least one positive weight')
      .default([...DEFAULT_HOURLY_TRAFFIC])
      .meta({ unit: 'relative', description: 'Traffic of each hour of the day.' }),
    drift: z
      .strictObject({
        price: driftSchema.meta({ description: 'Price level from day to day.' }),
        traffic: driftSchema.meta({ description: 'Traffic from day to day.' }),
      })
      .prefault({}),
    floors: z
      .array(
        z.strictObject({
          price: z.number().nonnegative().meta({ unit: UNIT, description: 'Smallest price the seller takes.' }),
          share: z
            .number()
            .min(0)
            .max(1)
            .meta({ unit: 'share of auctions', description: 'How often the floor is set.' }),
        }),
      )
      .max(64)
      .refine((floors) => floors.reduce((sum, floor) => sum + floor.share, 0) <= 1 + 1e-9, 'expected shares up to 1')
      .default([])
      .meta({ description: 'Floor prices; the rest of the auctions has none.' }),
    segments: z
      .array(segmentSchema)
      .max(1000)
      .default([])
      .meta({ description: 'Kinds of traffic, for example devices.' }),
    response: responseSchema,
  })
  .meta({ description: 'A synthetic market for bidlab generate.' });

/** A checked market, see {@link marketConfigSchema}. */
export type MarketConfig = z.output<typeof marketConfigSchema>;
