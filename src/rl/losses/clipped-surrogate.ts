import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';

/** How far a PPO minibatch is from the policy that gathered it. */
export interface SurrogateStats {
  /** Share of rows whose ratio lies outside 1 ± ε. */
  clipFraction: number;
  /** KL(old ‖ new) by the estimator k3 = (r − 1) − log r, in nats; never negative. */
  approxKl: number;
}

/**
 * PPO's clipped surrogate loss, and its gradient by the new log-probabilities.
 *
 *     r_i = exp(log p_i − log p_old,i)        L = −(1/B) Σ min(r_i A_i, clip(r_i, 1 − ε, 1 + ε) A_i)
 *     dL/dlog p_i = −r_i A_i / B, or 0 where the clipped term is the smaller one
 *
 * @param logProbs `[B]` of the actions taken, under the present policy.
 * @param oldLogProbs `[B]` under the policy that took them.
 * @param advantages `[B]` A, normalised by the caller if at all.
 * @param clipRange ε in (0, 1).
 * @param dLogProbs `[B]` overwritten.
 * @param stats Overwritten.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Schulman et al. (2017), arXiv:1707.06347, eq. 7; k3: Schulman (2020), "Approximating KL divergence".
 */
export function clippedSurrogateLoss(
  logProbs: Floats,
  oldLogProbs: Floats,
  advantages: Floats,
  clipRange: number,
  dLogProbs: Floats,
  stats: SurrogateStats,
): number {
  const batch = logProbs.length;
  checkLength('oldLogProbs', oldLogProbs.length, batch);
  checkLength('advantages', advantages.length, batch);
  checkLength('dLogProbs', dLogProbs.length, batch);
  let loss = 0;
  let clipped = 0;
  let kl = 0;
  for (let i = 0; i < batch; i++) {
    const logRatio = logProbs[i]! - oldLogProbs[i]!;
    const ratio = Math.exp(logRatio);
    const advantage = advantages[i]!;
    const free = ratio * advantage;
    const bound = Math.max(1 - clipRange, Math.min(1 + clipRange, ratio)) * advantage;
    loss -= Math.min(free, bound);
    dLogProbs[i] = free <= bound ? -free / batch : 0;
    if (Math.abs(ratio - 1) > clipRange) clipped += 1;
    kl += ratio - 1 - logRatio;
  }
  stats.clipFraction = clipped / batch;
  stats.approxKl = kl / batch;
  return loss / batch;
}
