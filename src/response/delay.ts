import { z } from 'zod';
import { logNormalCdf, normalQuantile } from '../core/distributions.ts';
import { assertNever } from '../core/errors.ts';

const days = (description: string) => z.number().positive().max(3650).meta({ unit: 'days', description });

/** How long after its click a conversion comes. */
export const delaySchema = z.discriminatedUnion('law', [
  z.strictObject({ law: z.literal('exponential'), meanDays: days('Mean delay.') }),
  z.strictObject({
    law: z.literal('weibull'),
    scaleDays: days('By then 63 % of conversions have come.'),
    shape: z.number().min(0.1).max(20).meta({
      unit: '1',
      description: 'Below 1 most come at once and the rest late; 1 is exponential; above 1 they come around the scale.',
    }),
  }),
  z.strictObject({
    law: z.literal('log-normal'),
    medianDays: days('Half of the conversions come before.'),
    sigma: z.number().positive().max(10).meta({ unit: 'log', description: 'Standard deviation of the logarithm.' }),
  }),
]);

/** A checked delay, see {@link delaySchema}. */
export type DelayConfig = z.output<typeof delaySchema>;

/** Distribution of a delay in days. */
export interface DelayLaw {
  /** P(delay ≤ days): the chance that a conversion is seen so long after its click. 0 for negative times. */
  cdf(days: number): number;
  /** The delay that a share p of conversions stays below; with a uniform p, a draw. @param p In [0, 1). */
  quantile(p: number): number;
}

/** A conversion that comes with its click. */
const AT_ONCE: DelayLaw = { cdf: (days) => (days >= 0 ? 1 : 0), quantile: () => 0 };

/**
 * The law of a delay whose times are stretched by a factor; null is no delay.
 *
 * Source: Chapelle (2014), "Modeling delayed feedback in display advertising", doi:10.1145/2623330.2623634, section 4
 * (exponential); Ji et al. (2016), doi:10.1007/978-3-319-46922-5_29 (Weibull).
 */
export function delayLaw(config: DelayConfig | null, stretch = 1): DelayLaw {
  if (config === null) return AT_ONCE;
  switch (config.law) {
    case 'exponential':
      return weibull(stretch * config.meanDays, 1);
    case 'weibull':
      return weibull(stretch * config.scaleDays, config.shape);
    case 'log-normal': {
      const logMedian = Math.log(stretch * config.medianDays);
      return {
        cdf: (days) => logNormalCdf(days, logMedian, config.sigma),
        quantile: (p) => Math.exp(logMedian + config.sigma * normalQuantile(p)),
      };
    }
    default:
      return assertNever(config);
  }
}

function weibull(scale: number, shape: number): DelayLaw {
  return {
    cdf: (days) => (days <= 0 ? 0 : -Math.expm1(-((days / scale) ** shape))),
    quantile: (p) => scale * (-Math.log1p(-p)) ** (1 / shape),
  };
}
