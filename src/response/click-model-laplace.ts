import type { FastNormal } from '../core/fast-normal.ts';
import {
  cholesky,
  type GaussianWeights,
  independentGaussian,
  type LabelledRows,
  logisticPosterior,
  scoreVariance,
  sigmoid,
} from '../core/logistic-regression.ts';

/** Shown items and whether they were clicked; buffers may be longer than what is in use. */
export interface ShownItems {
  numRows: number;
  /** `[N, D]` what was seen of the user, a constant 1 last. */
  readonly contexts: Float64Array;
  /** `[N]` item in 0 … I − 1. */
  readonly items: Int32Array;
  /** `[N]` 0 or 1. */
  readonly clicks: Uint8Array;
}

/**
 * Bayesian logistic regression of clicks for each of I items, by Laplace's approximation: the posterior of one update is the
 * prior of the next.
 *
 * Differs from AuctionGym: it keeps whole covariance matrices where the original keeps their diagonal, and a Thompson sample is
 * drawn of an item's score, which is one normal number of the score's mean and variance, instead of one of each weight.
 *
 * Source: Chapelle and Li (2011), "An empirical evaluation of Thompson sampling", algorithm 3; Jeunen et al. (2022).
 */
export class ClickModelLaplace {
  readonly #posteriors: GaussianWeights[];
  /** Lower Cholesky factors of the posteriors' precisions. */
  readonly #factors: Float64Array[];
  readonly #dim: number;
  readonly #context: Float64Array;
  readonly #scratch: Float64Array;

  /** @param dim D, with the constant. Weights start as N(0, 1). */
  constructor(numItems: number, dim: number) {
    this.#dim = dim;
    const zeros = Array.from({ length: dim }, () => 0);
    const ones = Array.from({ length: dim }, () => 1);
    this.#posteriors = Array.from({ length: numItems }, () => independentGaussian(zeros, ones));
    this.#factors = this.#posteriors.map(({ precision }) => this.#factor(precision));
    this.#context = new Float64Array(dim);
    this.#scratch = new Float64Array(dim);
  }

  #factor(precision: Float64Array): Float64Array {
    const factor = new Float64Array(precision.length);
    cholesky(precision, this.#dim, factor);
    return factor;
  }

  /** Sets the user that {@link probability} and {@link sampledProbability} speak of: D − 1 numbers from `from` on. */
  see(contexts: Float64Array, from: number): void {
    for (let d = 0; d < this.#dim - 1; d++) this.#context[d] = contexts[from + d]!;
    this.#context[this.#dim - 1] = 1;
  }

  /** Click probability of an item by the most likely weights. */
  probability(item: number): number {
    return sigmoid(this.#score(item));
  }

  /** Click probability of an item by weights drawn from what is believed. */
  sampledProbability(item: number, random: FastNormal): number {
    const variance = scoreVariance(this.#factors[item]!, this.#dim, this.#context, this.#scratch);
    return sigmoid(this.#score(item) + Math.sqrt(variance) * random.normal());
  }

  #score(item: number): number {
    const { mean } = this.#posteriors[item]!;
    let sum = 0;
    for (let d = 0; d < this.#dim; d++) sum += mean[d]! * this.#context[d]!;
    return sum;
  }

  /** Learns from what was shown. */
  learn(shown: ShownItems): void {
    for (let item = 0; item < this.#posteriors.length; item++) {
      const rows = this.#rowsOf(shown, item);
      if (rows.numRows === 0) continue;
      const posterior = logisticPosterior(this.#posteriors[item]!, rows);
      this.#posteriors[item] = posterior;
      this.#factors[item] = this.#factor(posterior.precision);
    }
  }

  #rowsOf(shown: ShownItems, item: number): LabelledRows {
    const dim = this.#dim;
    let numRows = 0;
    for (let n = 0; n < shown.numRows; n++) if (shown.items[n] === item) numRows++;
    const inputs = new Float64Array(numRows * dim);
    const labels = new Uint8Array(numRows);
    let row = 0;
    for (let n = 0; n < shown.numRows; n++) {
      if (shown.items[n] !== item) continue;
      inputs.set(shown.contexts.subarray(n * dim, (n + 1) * dim), row * dim);
      labels[row++] = shown.clicks[n]!;
    }
    return { numRows, inputs, labels };
  }
}
