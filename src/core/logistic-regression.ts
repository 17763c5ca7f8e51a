import { SimError } from './errors.ts';

/** A Gaussian over D weights: prior or posterior. */
export interface GaussianWeights {
  /** `[D]` */
  readonly mean: Float64Array;
  /** `[D, D]` inverse covariance, symmetric positive definite. */
  readonly precision: Float64Array;
}

/** N labelled rows; buffers may be longer than what is in use. */
export interface LabelledRows {
  numRows: number;
  /** `[N, D]`, with a column of ones where an intercept is wanted. */
  readonly inputs: Float64Array;
  /** `[N]` 0 or 1. */
  readonly labels: Uint8Array;
}

const MAX_STEPS = 50;
const TOLERANCE = 1e-9;

/** `1 / (1 + exp(−x))`, without overflow. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** An independent Gaussian for each of D weights. @param precision Inverse variance of each, > 0. */
export function independentGaussian(mean: readonly number[], precision: readonly number[]): GaussianWeights {
  const dim = mean.length;
  const matrix = new Float64Array(dim * dim);
  for (let d = 0; d < dim; d++) matrix[d * dim + d] = precision[d]!;
  return { mean: Float64Array.from(mean), precision: matrix };
}

/**
 * Laplace's approximation of the posterior of logistic regression: the mode, and the Hessian of −log posterior there.
 *
 *     minimise ½ (w − m)ᵀ Λ (w − m) − Σ y log σ(wᵀx) + (1 − y) log(1 − σ(wᵀx))
 *
 * by Newton's method with halved steps; the problem is strictly convex, so it always arrives.
 *
 * @param prior N(m, Λ⁻¹) of D weights.
 * @throws SimError `SHAPE_MISMATCH` when the buffers are shorter than `numRows` says.
 *
 * Source: MacKay (1992), doi:10.1162/neco.1992.4.5.720; Bishop (2006), Pattern Recognition and Machine Learning, sections 4.3.3,
 * 4.5.1.
 */
export function logisticPosterior(prior: GaussianWeights, rows: LabelledRows): GaussianWeights {
  const dim = prior.mean.length;
  if (rows.labels.length < rows.numRows || rows.inputs.length < rows.numRows * dim) {
    throw new SimError(
      'SHAPE_MISMATCH',
      `logistic regression: expected ${rows.numRows} labels and ${rows.numRows} × ${dim} inputs, received ${rows.labels.length} and ${rows.inputs.length}`,
    );
  }
  const weights = prior.mean.slice();
  const trial = new Float64Array(dim);
  const gradient = new Float64Array(dim);
  const precision = new Float64Array(dim * dim);
  const factor = new Float64Array(dim * dim);
  let loss = negativeLogPosterior(prior, rows, weights);
  for (let step = 0; step < MAX_STEPS; step++) {
    derivatives(prior, rows, weights, gradient, precision);
    cholesky(precision, dim, factor);
    const decrement = solveCholesky(factor, dim, gradient);
    if (decrement < TOLERANCE) break;
    let size = 1;
    let trialLoss = Number.POSITIVE_INFINITY;
    while (size > 1e-6) {
      for (let d = 0; d < dim; d++) trial[d] = weights[d]! - size * gradient[d]!;
      trialLoss = negativeLogPosterior(prior, rows, trial);
      if (trialLoss < loss) break;
      size /= 2;
    }
    if (!(trialLoss < loss)) break;
    weights.set(trial);
    loss = trialLoss;
  }
  derivatives(prior, rows, weights, gradient, precision);
  return { mean: weights, precision };
}

/** −log of the posterior density up to a constant. */
function negativeLogPosterior(prior: GaussianWeights, rows: LabelledRows, weights: Float64Array): number {
  const dim = weights.length;
  let loss = 0;
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      loss += 0.5 * (weights[i]! - prior.mean[i]!) * prior.precision[i * dim + j]! * (weights[j]! - prior.mean[j]!);
    }
  }
  for (let n = 0; n < rows.numRows; n++) {
    const x = score(rows.inputs, n * dim, weights);
    const towards = rows.labels[n] === 1 ? -x : x;
    // log(1 + exp(towards)), without overflow.
    loss += towards > 0 ? towards + Math.log1p(Math.exp(-towards)) : Math.log1p(Math.exp(towards));
  }
  return loss;
}

/** Gradient and Hessian of −log posterior. */
function derivatives(
  prior: GaussianWeights,
  rows: LabelledRows,
  weights: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const dim = weights.length;
  hessian.set(prior.precision);
  for (let i = 0; i < dim; i++) {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += prior.precision[i * dim + j]! * (weights[j]! - prior.mean[j]!);
    gradient[i] = sum;
  }
  const { inputs } = rows;
  for (let n = 0; n < rows.numRows; n++) {
    const from = n * dim;
    const p = sigmoid(score(inputs, from, weights));
    const error = p - rows.labels[n]!;
    const curvature = p * (1 - p);
    for (let i = 0; i < dim; i++) {
      const x = inputs[from + i]!;
      gradient[i] = gradient[i]! + error * x;
      for (let j = 0; j <= i; j++) {
        hessian[i * dim + j] = hessian[i * dim + j]! + curvature * x * inputs[from + j]!;
      }
    }
  }
  for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) hessian[j * dim + i] = hessian[i * dim + j]!;
}

function score(inputs: Float64Array, from: number, weights: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < weights.length; d++) sum += inputs[from + d]! * weights[d]!;
  return sum;
}

/** Lower Cholesky factor L of a symmetric positive definite `[D, D]` matrix, A = L Lᵀ; the upper part is left alone. */
export function cholesky(matrix: Float64Array, dim: number, factor: Float64Array): void {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * dim + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * dim + k]! * factor[j * dim + k]!;
      factor[i * dim + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / factor[j * dim + j]!;
    }
  }
}

/** ‖L⁻¹ x‖² = xᵀ (L Lᵀ)⁻¹ x: the variance of a score xᵀw where L Lᵀ is the precision of w. `scratch` is `[D]`. */
export function scoreVariance(factor: Float64Array, dim: number, inputs: Float64Array, scratch: Float64Array): number {
  let variance = 0;
  for (let i = 0; i < dim; i++) {
    let sum = inputs[i]!;
    for (let j = 0; j < i; j++) sum -= factor[i * dim + j]! * scratch[j]!;
    const z = sum / factor[i * dim + i]!;
    scratch[i] = z;
    variance += z * z;
  }
  return variance;
}

/** Overwrites `vector` b by (L Lᵀ)⁻¹ b and returns bᵀ (L Lᵀ)⁻¹ b. */
function solveCholesky(factor: Float64Array, dim: number, vector: Float64Array): number {
  const norm = scoreVariance(factor, dim, vector, vector);
  for (let i = dim - 1; i >= 0; i--) {
    let sum = vector[i]!;
    for (let j = i + 1; j < dim; j++) sum -= factor[j * dim + i]! * vector[j]!;
    vector[i] = sum / factor[i * dim + i]!;
  }
  return norm;
}
