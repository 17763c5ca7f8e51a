import { checkLength } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import type { Floats } from './floats.ts';

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Distance between rows of `logStd`: 0 when one row `[A]` serves the whole batch.
 *
 * @throws SimError `SHAPE_MISMATCH` when `logStd` is neither `[A]` nor `[B, A]`.
 */
function rowStride(logStd: Float32Array, batch: number, actionDims: number): number {
  if (logStd.length === actionDims) return 0;
  checkLength('logStd', logStd.length, batch * actionDims);
  return actionDims;
}

/**
 * Log-densities of actions under diagonal Gaussians.
 *
 *     log p(a_i) = Σ_d [ −½ ((a_id − μ_id) / σ_d)² − log σ_d − ½ log 2π ]
 *
 * @param means `[B, A]` μ.
 * @param logStd log σ: `[A]` for all rows, or `[B, A]`.
 * @param actions `[B, A]`
 * @param actionDims A.
 * @param logProbs `[B]` overwritten.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 */
export function gaussianLogProbs(
  means: Float32Array,
  logStd: Float32Array,
  actions: Float32Array,
  actionDims: number,
  logProbs: Floats,
): void {
  const batch = logProbs.length;
  checkLength('means', means.length, batch * actionDims);
  checkLength('actions', actions.length, means.length);
  const stride = rowStride(logStd, batch, actionDims);
  for (let i = 0; i < batch; i++) {
    let sum = 0;
    for (let d = 0; d < actionDims; d++) {
      const at = i * actionDims + d;
      const s = logStd[i * stride + d]!;
      const u = (actions[at]! - means[at]!) * Math.exp(-s);
      sum -= 0.5 * u * u + s + HALF_LOG_2PI;
    }
    logProbs[i] = sum;
  }
}

/**
 * Carries dLoss/dlog p(a) back to means and log standard deviations and adds it there.
 *
 *     d log p / dμ_d = (a_d − μ_d) / σ_d²        d log p / dlog σ_d = ((a_d − μ_d) / σ_d)² − 1
 *
 * @param logStd `[A]` or `[B, A]`.
 * @param dLogProbs `[B]` dLoss/dlog p(a_i).
 * @param dMeans `[B, A]` added to.
 * @param dLogStd As long as `logStd`, added to; a shared row collects the whole batch.
 */
export function addGaussianGradient(
  means: Float32Array,
  logStd: Float32Array,
  actions: Float32Array,
  actionDims: number,
  dLogProbs: Floats,
  dMeans: Float32Array,
  dLogStd: Float32Array,
): void {
  const batch = dLogProbs.length;
  const stride = rowStride(logStd, batch, actionDims);
  checkLength('dLogStd', dLogStd.length, logStd.length);
  for (let i = 0; i < batch; i++) {
    const weight = dLogProbs[i]!;
    for (let d = 0; d < actionDims; d++) {
      const at = i * actionDims + d;
      const inverseStd = Math.exp(-logStd[i * stride + d]!);
      const u = (actions[at]! - means[at]!) * inverseStd;
      dMeans[at]! += weight * u * inverseStd;
      dLogStd[i * stride + d]! += weight * (u * u - 1);
    }
  }
}

/**
 * Draws one action per row and dimension: μ + σ · normal.
 *
 * @param means `[B, A]`
 * @param logStd `[A]` or `[B, A]`.
 * @param actions `[B, A]` overwritten.
 * @param logProbs `[B]` overwritten with the log-densities of the float32 actions.
 */
export function sampleGaussian(
  means: Float32Array,
  logStd: Float32Array,
  actionDims: number,
  rng: Rng,
  actions: Float32Array,
  logProbs: Floats,
): void {
  const stride = rowStride(logStd, logProbs.length, actionDims);
  for (let i = 0; i < logProbs.length; i++) {
    for (let d = 0; d < actionDims; d++) {
      const at = i * actionDims + d;
      actions[at] = means[at]! + Math.exp(logStd[i * stride + d]!) * rng.normal();
    }
  }
  gaussianLogProbs(means, logStd, actions, actionDims, logProbs);
}
