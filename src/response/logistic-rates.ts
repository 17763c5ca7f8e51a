import { z } from 'zod';
import { checkLength } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { interceptForMean, logisticNormalMean } from './logistic-normal.ts';

const spread = (description: string, value: number) =>
  z.number().min(0).max(3).default(value).meta({ unit: 'logit', description });

/** Settings of a logistic rate over users, items and context. @param defaults What a click or a conversion is like. */
export function logisticRateSchema(defaults: { readonly meanRate: number; readonly intentCorrelation: number }) {
  return z.strictObject({
    meanRate: z.number().positive().lt(1).default(defaults.meanRate).meta({
      unit: 'probability',
      description: 'Expected rate over all users, items and contexts; met exactly.',
    }),
    itemSpread: spread('Standard deviation of what items differ by.', 0.4),
    userSpread: spread('Standard deviation of what a user adds.', 0.8),
    contextSpread: spread('Standard deviation of what the moment adds.', 0.4),
    intentCorrelation: z.number().min(-1).max(1).default(defaults.intentCorrelation).meta({
      unit: '1',
      description: 'Correlation of what a user adds with intent, the coordinate that drives conversions without ads.',
    }),
  });
}

/** A checked rate, see {@link logisticRateSchema}. */
export type LogisticRateConfig = z.output<ReturnType<typeof logisticRateSchema>>;

/** Numbers of items and of features: those of the user first (intent is the first of all), then those of the moment. */
export interface FeatureShape {
  readonly numItems: number;
  /** At least 2. */
  readonly userDim: number;
  readonly contextDim: number;
}

/** K moments in which an item may be shown; buffers may be longer than what is in use. */
export interface RatedRows {
  readonly count: number;
  /** `[K, F]` independent standard normal features. */
  readonly features: Float64Array;
  /** `[K]` item in 0 … I − 1. */
  readonly items: Int32Array;
}

/**
 * Response probabilities `σ(b_i + θ_i · f)` of items i over features f ~ N(0, I): the embedding of a user and the context.
 *
 * Rates in expectation are known: the logit of item i is N(b_i, ‖θ_i‖²), see {@link logisticNormalMean}.
 */
export class LogisticRates {
  readonly numItems: number;
  readonly numFeatures: number;
  /** `[I]` */
  readonly intercepts: Float64Array;
  /** `[I, F]` */
  readonly weights: Float64Array;

  /** @throws SimError `SHAPE_MISMATCH` unless there are F weights an item. */
  constructor(intercepts: Float64Array, weights: Float64Array, numFeatures: number) {
    this.numItems = intercepts.length;
    this.numFeatures = numFeatures;
    this.intercepts = intercepts;
    this.weights = weights;
    checkLength('weights of rates', weights.length, this.numItems * numFeatures);
  }

  /** Writes the probabilities of K rows to the front of `out`. Allocates nothing. */
  rates({ count, features, items }: RatedRows, out: Float64Array): void {
    for (let k = 0; k < count; k++) out[k] = 1 / (1 + Math.exp(-this.logit(items[k]!, features, k, this.numFeatures)));
  }

  /** Logit of an item by the first `numVisible` features of row k. */
  logit(item: number, features: Float64Array, k: number, numVisible: number): number {
    const { weights, numFeatures } = this;
    const from = k * numFeatures;
    const own = item * numFeatures;
    let sum = this.intercepts[item]!;
    for (let f = 0; f < numVisible; f++) sum += weights[own + f]! * features[from + f]!;
    return sum;
  }

  /** Standard deviation of what the features from `first` on add to an item's logit. */
  spreadFrom(item: number, first: number): number {
    let sum = 0;
    for (let f = first; f < this.numFeatures; f++) sum += this.weights[item * this.numFeatures + f]! ** 2;
    return Math.sqrt(sum);
  }

  /** Expected probability of an item over users and contexts. */
  expectedRate(item: number): number {
    return logisticNormalMean(this.intercepts[item]!, this.spreadFrom(item, 0));
  }
}

/** Draws items: own logits, directions of taste and context. The mean of expected rates over items is `meanRate`. */
export function drawLogisticRates(config: LogisticRateConfig, shape: FeatureShape, rng: Rng): LogisticRates {
  const { numItems, userDim, contextDim } = shape;
  const numFeatures = userDim + contextDim;
  const { userSpread, contextSpread, intentCorrelation: intent } = config;
  const weights = new Float64Array(numItems * numFeatures);
  const offsets = new Float64Array(numItems);
  for (let item = 0; item < numItems; item++) {
    const own = rng.split(item);
    offsets[item] = config.itemSpread * own.normal();
    const from = item * numFeatures;
    weights[from] = userSpread * intent;
    const taste = userSpread * Math.sqrt(1 - intent * intent);
    writeDirection(weights.subarray(from + 1, from + userDim), taste, own);
    writeDirection(weights.subarray(from + userDim, from + numFeatures), contextSpread, own);
  }
  const sds = offsets.map(() => Math.hypot(userSpread, contextDim > 0 ? contextSpread : 0));
  const intercept = interceptForMean(config.meanRate, offsets, sds);
  return new LogisticRates(
    offsets.map((offset) => intercept + offset),
    weights,
    numFeatures,
  );
}

/** Overwrites `out` by a random direction of the given length. */
function writeDirection(out: Float64Array, length: number, rng: Rng): void {
  let squares = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = rng.normal();
    squares += out[i]! ** 2;
  }
  const factor = squares > 0 ? length / Math.sqrt(squares) : 0;
  for (let i = 0; i < out.length; i++) out[i] = out[i]! * factor;
}
