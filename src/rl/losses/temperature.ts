import type { Floats } from './floats.ts';

/**
 * Loss of SAC's temperature α = exp(log α), and its gradient: α rises while the policy is less random than wanted.
 *
 *     L = −log α · (1/B) Σ (log π_i + H̄)        dL/dlog α = −(1/B) Σ (log π_i + H̄)
 *
 * The loss is linear in log α rather than in α, as in the authors' code: steps keep their size where α is small.
 *
 * @param logProbs `[B]` log π of freshly drawn actions.
 * @param targetEntropy H̄, nats.
 * @param dLogAlpha `[1]` overwritten.
 * @returns L.
 *
 * Source: Haarnoja et al. (2018), arXiv:1812.05905, eq. 18.
 */
export function temperatureLoss(
  logProbs: Floats,
  targetEntropy: number,
  logAlpha: number,
  dLogAlpha: Float32Array,
): number {
  let sum = 0;
  for (let i = 0; i < logProbs.length; i++) sum += logProbs[i]! + targetEntropy;
  const gap = sum / logProbs.length;
  dLogAlpha[0] = -gap;
  return -logAlpha * gap;
}
