import { checkLength } from '../../core/errors.ts';

/**
 * Adds the gradient of the entropy bonus −c · mean H of categorical distributions.
 *
 *     H_i = −Σ_j p_ij log p_ij        d(−c H̄)/dz_ij = (c/B) p_ij (log p_ij + H_i)
 *
 * @param logits `[B, A]` z.
 * @param probabilities `[B, A]` softmax of the logits, from `categoricalLogProbs`.
 * @param coefficient c ≥ 0; 0 only measures.
 * @param dLogits `[B, A]` added to.
 * @returns Mean entropy H̄ in nats (not multiplied by c).
 *
 * Source: Williams & Peng (1991); Mnih et al. (2016), arXiv:1602.01783, section 4.
 */
export function addCategoricalEntropyGradient(
  logits: Float32Array,
  probabilities: Float32Array,
  numActions: number,
  coefficient: number,
  dLogits: Float32Array,
): number {
  checkLength('probabilities', probabilities.length, logits.length);
  checkLength('dLogits', dLogits.length, logits.length);
  const batch = logits.length / numActions;
  const scale = coefficient / batch;
  let total = 0;
  for (let at = 0; at < logits.length; at += numActions) {
    const end = at + numActions;
    let best = at;
    let mean = 0;
    for (let j = at; j < end; j++) {
      if (logits[j]! > logits[best]!) best = j;
      mean += probabilities[j]! * logits[j]!;
    }
    // log Σ exp z, read off the most likely action: one logarithm a row.
    const logNormaliser = logits[best]! - Math.log(probabilities[best]!);
    const entropy = logNormaliser - mean;
    total += entropy;
    if (coefficient === 0) continue;
    const shift = entropy - logNormaliser;
    for (let j = at; j < end; j++) dLogits[j] = dLogits[j]! + scale * probabilities[j]! * (logits[j]! + shift);
  }
  return total / batch;
}

const HALF_LOG_2PI_E = 0.5 * Math.log(2 * Math.PI * Math.E);

/**
 * Adds the gradient of the entropy bonus −c · mean H of diagonal Gaussians.
 *
 *     H = Σ_d (log σ_d + ½ log 2πe)        d(−c H̄)/dlog σ = −c (shared row) or −c/B (one row per state)
 *
 * @param logStd `[A]` or `[B, A]`.
 * @param actionDims A.
 * @param dLogStd As long as `logStd`, added to.
 * @returns Mean entropy in nats (not multiplied by c).
 */
export function addGaussianEntropyGradient(
  logStd: Float32Array,
  actionDims: number,
  coefficient: number,
  dLogStd: Float32Array,
): number {
  checkLength('dLogStd', dLogStd.length, logStd.length);
  const rows = logStd.length / actionDims;
  let sum = 0;
  for (let k = 0; k < logStd.length; k++) {
    sum += logStd[k]! + HALF_LOG_2PI_E;
    dLogStd[k]! -= coefficient / rows;
  }
  return sum / rows;
}
