import { z } from 'zod';
import { SimError } from '../core/errors.ts';
import { logisticNormalMean } from './logistic-normal.ts';
import type { LogisticRates, RatedRows } from './logistic-rates.ts';

/** How what a bidder predicts differs from what is. The defaults predict the truth. */
export const predictorSchema = z.strictObject({
  visibleFeatures: z.int().min(0).nullable().default(null).meta({
    unit: 'features',
    description: 'It sees the first so many features, those of the user before those of the moment; null for all.',
  }),
  masked: z.enum(['integrate', 'ignore']).default('integrate').meta({
    description:
      "What becomes of features that are not seen: 'integrate' averages the rate over them, as a model fit on what is seen would; 'ignore' sets them to their mean, which is too low where rates are small.",
  }),
  shift: z.number().min(-5).max(5).default(0).meta({ unit: 'logit', description: 'Added to every logit.' }),
  slope: z.number().positive().max(5).default(1).meta({
    unit: '1',
    description: 'Factor on the logit before the shift: above 1 is overconfident, below 1 too timid.',
  }),
  noise: z.number().min(0).max(5).default(0).meta({
    unit: 'logit',
    description: 'Standard deviation of an error that is drawn for each prediction.',
  }),
});

/** A checked predictor, see {@link predictorSchema}. */
export type PredictorConfig = z.output<typeof predictorSchema>;

/** What a bidder predicts of a rate: `logit p̂ = shift + slope · logit E[p | seen] + noise · N(0, 1)`. */
export class RatePredictor {
  readonly #rates: LogisticRates;
  readonly #config: PredictorConfig;
  readonly #visible: number;
  /** `[I]` standard deviation of the logit that is averaged over. */
  readonly #hidden: Float64Array;

  /**
   * @param where Names the predictor in errors.
   * @throws SimError `CONFIG_INVALID` where it is to see more features than there are.
   */
  constructor(rates: LogisticRates, config: PredictorConfig, where: string) {
    const visible = config.visibleFeatures ?? rates.numFeatures;
    if (visible > rates.numFeatures) {
      throw new SimError(
        'CONFIG_INVALID',
        `${where}.visibleFeatures: expected at most ${rates.numFeatures} [features], received ${visible}; use null to see all of them`,
      );
    }
    this.#rates = rates;
    this.#config = config;
    this.#visible = visible;
    const integrate = config.masked === 'integrate';
    this.#hidden = Float64Array.from({ length: rates.numItems }, (_, item) =>
      integrate ? rates.spreadFrom(item, visible) : 0,
    );
  }

  /**
   * Writes the predictions of K rows to the front of `out`. Allocates nothing.
   *
   * @param random Draws one normal number a row where there is noise, and none otherwise.
   */
  predict(rows: RatedRows, random: { normal(): number }, out: Float64Array): void {
    const { count, features, items } = rows;
    const { shift, slope, noise } = this.#config;
    const exact = shift === 0 && slope === 1 && noise === 0;
    for (let k = 0; k < count; k++) {
      const item = items[k]!;
      const seen = this.#rates.logit(item, features, k, this.#visible);
      const hidden = this.#hidden[item]!;
      const p = logisticNormalMean(seen, hidden);
      if (exact) {
        out[k] = p;
        continue;
      }
      const logit = hidden === 0 ? seen : Math.log(p / (1 - p));
      out[k] = 1 / (1 + Math.exp(-shift - slope * logit - (noise === 0 ? 0 : noise * random.normal())));
    }
  }
}
