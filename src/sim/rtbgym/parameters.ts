import { z } from 'zod';
import { parseConfig } from '../../core/config.ts';
import { SimError } from '../../core/errors.ts';

/** Dearest advertiser's mean price that price tables are made for, whole currency units. */
const MAX_MEAN_PRICE = 2000;

const row = z.array(z.number()).min(1);
const matrix = z.array(row).min(1).max(10_000);
const perStep = z.array(z.number().min(0).max(1)).min(1).max(1000);

/** The market of RTBGym as it writes its parameters down; money in whole currency units. */
const rtbGymParametersSchema = z
  .strictObject({
    source: z.string().default('').meta({ description: 'Where the numbers come from.' }),
    step_per_episode: z.int().min(1).max(1000).meta({ unit: 'steps', description: 'Decisions of an episode.' }),
    initial_budget: z.int().min(1).max(1e9).meta({ unit: 'currency units', description: 'Budget of an episode.' }),
    search_volume: z
      .strictObject({
        mean: z.number().min(1).max(1e6),
        std: z.number().min(0).max(1e6),
        min: z.int().min(1).max(1e6),
      })
      .meta({ unit: 'auctions', description: 'Auctions of a step: normal, rounded down, at least min.' }),
    standard_bid_price: z.number().positive().meta({ unit: 'currency units', description: 'Bid of a mean auction.' }),
    scaler: z.number().positive().meta({ unit: '1', description: 'One over the mean conversion probability.' }),
    ad_features: matrix.meta({ description: '[ads, features]' }),
    user_features: matrix.meta({ description: '[users, features]' }),
    ctr_coef: row.meta({ description: 'Click weights of the features of ad, then user.' }),
    cvr_coef: row.meta({ description: 'Conversion weights of the same features.' }),
    ctr_time: perStep.meta({ description: 'Factor on click probabilities by step.' }),
    cvr_time: perStep.meta({ description: 'Factor on conversion probabilities by step.' }),
    price_gamma_shape: z.array(z.number().positive()).min(1),
    price_gamma_scale: z.array(z.number().positive()).min(1),
  })
  .meta({ description: 'Parameters of an RTBGym market.' });

/** Parameters of an RTBGym market, in the names of its own file; see {@link readRtbGymParameters}. */
export type RtbGymParameters = z.output<typeof rtbGymParametersSchema>;

/**
 * Reads a market's parameters from JSON.
 *
 * @param fileName Named in errors.
 * @throws SimError `FILE_INVALID` when the text is not JSON; `CONFIG_INVALID` on a missing or impossible parameter;
 * `SHAPE_MISMATCH` where two of them do not fit together.
 */
export function readRtbGymParameters(text: string, fileName: string): RtbGymParameters {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${fileName}: expected JSON of an RTBGym market, received something else`, {
      cause,
    });
  }
  const parameters = parseConfig(rtbGymParametersSchema, written, fileName);
  checkShapes(parameters, fileName);
  return parameters;
}

function checkShapes(p: RtbGymParameters, fileName: string): void {
  const numFeatures = p.ad_features[0]!.length + p.user_features[0]!.length;
  const lengths: readonly (readonly [string, number, number])[] = [
    ['ctr_coef', p.ctr_coef.length, numFeatures],
    ['cvr_coef', p.cvr_coef.length, numFeatures],
    ['ctr_time', p.ctr_time.length, p.step_per_episode],
    ['cvr_time', p.cvr_time.length, p.step_per_episode],
    ['price_gamma_shape', p.price_gamma_shape.length, p.ad_features.length],
    ['price_gamma_scale', p.price_gamma_scale.length, p.ad_features.length],
    ...p.ad_features.map((ad, i) => [`ad_features.${i}`, ad.length, p.ad_features[0]!.length] as const),
    ...p.user_features.map((user, i) => [`user_features.${i}`, user.length, p.user_features[0]!.length] as const),
  ];
  for (const [name, received, expected] of lengths) {
    if (received !== expected) {
      throw new SimError('SHAPE_MISMATCH', `${fileName}: ${name} expected ${expected} numbers, received ${received}`);
    }
  }
  for (const [ad, shape] of p.price_gamma_shape.entries()) {
    const mean = shape * p.price_gamma_scale[ad]!;
    if (mean > MAX_MEAN_PRICE) {
      throw new SimError(
        'CONFIG_INVALID',
        `${fileName}: ad ${ad} expected a mean price (shape × scale) of at most ${MAX_MEAN_PRICE} currency units, received ${mean}; use a larger currency unit`,
      );
    }
  }
}
