import { z } from 'zod';

const MEAN = z.number().positive().max(0.5);

const logNormalSchema = z.strictObject({
  family: z.literal('log-normal'),
  weight: z
    .number()
    .positive()
    .default(1)
    .meta({ unit: 'relative', description: 'Share of the component before normalisation.' }),
  mean: MEAN.default(0.001).meta({ unit: 'probability', description: 'Mean of the component.' }),
  sigma: z
    .number()
    .min(0.01)
    .max(3)
    .default(0.8)
    .meta({ unit: 'log', description: 'Spread: standard deviation of the logarithm. Wider is easier to tell apart.' }),
});

const betaSchema = z.strictObject({
  family: z.literal('beta'),
  weight: z
    .number()
    .positive()
    .default(1)
    .meta({ unit: 'relative', description: 'Share of the component before normalisation.' }),
  mean: MEAN.default(0.001).meta({ unit: 'probability', description: 'Mean of the component.' }),
  concentration: z
    .number()
    .min(0.1)
    .max(1e7)
    .default(1000)
    .meta({ unit: '1', description: 'a + b of the beta distribution: larger is narrower.' }),
});

/** A distribution of true response probabilities over opportunities. */
export const rateSchema = z
  .array(z.discriminatedUnion('family', [logNormalSchema, betaSchema]))
  .min(1)
  .max(16);

/** A checked mixture, see {@link rateSchema}. */
export type RateConfig = z.output<typeof rateSchema>;
