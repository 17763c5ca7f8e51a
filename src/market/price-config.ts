import { z } from 'zod';

const UNIT = 'price units';

const logNormalSchema = z.strictObject({
  family: z.literal('log-normal'),
  weight: z.number().positive().meta({ unit: 'relative', description: 'Share of the component before normalisation.' }),
  median: z.number().positive().meta({ unit: UNIT, description: 'Median price of the component.' }),
  sigma: z
    .number()
    .positive()
    .max(5)
    .meta({ unit: 'log', description: 'Standard deviation of the logarithm of the price.' }),
});

const gammaSchema = z.strictObject({
  family: z.literal('gamma'),
  weight: z.number().positive().meta({ unit: 'relative', description: 'Share of the component before normalisation.' }),
  mean: z.number().positive().meta({ unit: UNIT, description: 'Mean price of the component before it is cut.' }),
  shape: z
    .number()
    .positive()
    .max(1000)
    .meta({ unit: '1', description: 'Shape; 1 is exponential, large is close to normal.' }),
});

const pointSchema = z.strictObject({
  price: z.number().nonnegative().meta({ unit: UNIT, description: 'A price that many rivals bid: a round number.' }),
  weight: z.number().positive().meta({ unit: 'relative', description: 'Share of the price before normalisation.' }),
});

const mixtureSchema = z
  .strictObject({
    kind: z.literal('mixture'),
    lowest: z.number().nonnegative().default(0).meta({ unit: UNIT, description: 'No price is below this.' }),
    highest: z
      .number()
      .positive()
      .default(50)
      .meta({ unit: UNIT, description: 'No price is above this; the components are cut, not piled up, here.' }),
    components: z
      .array(z.discriminatedUnion('family', [logNormalSchema, gammaSchema]))
      .min(1)
      .max(16)
      .default([{ family: 'log-normal', weight: 1, median: 2, sigma: 0.8 }])
      .meta({ description: 'Smooth part of the price distribution.' }),
    points: z
      .array(pointSchema)
      .max(64)
      .default([])
      .meta({ description: 'Point masses: round prices that stand out of the smooth part.' }),
  })
  .refine((price) => price.lowest <= price.highest, { path: ['lowest'], message: 'expected at most price.highest' });

const histogramSchema = z
  .strictObject({
    kind: z.literal('histogram'),
    lowest: z.number().nonnegative().default(0).meta({ unit: UNIT, description: 'Price of the first bin.' }),
    binWidth: z.number().positive().default(1).meta({ unit: UNIT, description: 'Distance of two neighbouring bins.' }),
    weights: z
      .array(z.number().nonnegative())
      .min(1)
      .max(100_000)
      .meta({ unit: 'relative', description: 'How often each bin occurs; any positive total.' }),
  })
  .refine((price) => price.weights.some((weight) => weight > 0), {
    path: ['weights'],
    message: 'expected at least one positive weight',
  });

/** The distribution of the highest rival price, in the market's price unit. */
export const priceSchema = z
  .discriminatedUnion('kind', [mixtureSchema, histogramSchema])
  .default({
    kind: 'mixture',
    lowest: 0,
    highest: 50,
    components: [{ family: 'log-normal', weight: 1, median: 2, sigma: 0.8 }],
    points: [],
  })
  .meta({ description: 'Distribution of the highest rival price.' });

/** A checked price distribution, see {@link priceSchema}. */
export type PriceConfig = z.output<typeof priceSchema>;
