import { checkLength } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import type { Floats } from './floats.ts';

/** Largest of `numActions` logits from `at` on. */
function rowMax(logits: Float32Array, at: number, numActions: number): number {
  let max = logits[at]!;
  for (let j = 1; j < numActions; j++) if (logits[at + j]! > max) max = logits[at + j]!;
  return max;
}

/**
 * Log-probabilities of actions under the categorical distributions of `logits`.
 *
 *     log p(a_i) = z_i,a − log Σ_j exp z_ij
 *
 * @param logits `[B, A]` z.
 * @param actions `[B]` in 0 … A − 1.
 * @param logProbs `[B]` overwritten.
 * @param probabilities `[B, A]` overwritten with the softmax, which the gradient functions need.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 */
export function categoricalLogProbs(
  logits: Float32Array,
  actions: Int32Array,
  numActions: number,
  logProbs: Floats,
  probabilities: Float32Array,
): void {
  const batch = actions.length;
  checkLength('logits', logits.length, batch * numActions);
  checkLength('logProbs', logProbs.length, batch);
  checkLength('probabilities', probabilities.length, logits.length);
  for (let i = 0; i < batch; i++) {
    const at = i * numActions;
    const max = rowMax(logits, at, numActions);
    let sum = 0;
    for (let j = at; j < at + numActions; j++) {
      const e = Math.exp(logits[j]! - max);
      probabilities[j] = e;
      sum += e;
    }
    for (let j = at; j < at + numActions; j++) probabilities[j] = probabilities[j]! / sum;
    logProbs[i] = logits[at + actions[i]!]! - max - Math.log(sum);
  }
}

/**
 * Carries dLoss/dlog p(a) back to the logits and adds it there.
 *
 *     d log p(a_i) / dz_ij = 1[j = a_i] − p_ij
 *
 * @param probabilities `[B, A]` from {@link categoricalLogProbs}.
 * @param actions `[B]`
 * @param dLogProbs `[B]` dLoss/dlog p(a_i).
 * @param dLogits `[B, A]` added to.
 */
export function addCategoricalGradient(
  probabilities: Float32Array,
  actions: Int32Array,
  numActions: number,
  dLogProbs: Floats,
  dLogits: Float32Array,
): void {
  for (let i = 0; i < actions.length; i++) {
    const at = i * numActions;
    const d = dLogProbs[i]!;
    if (d === 0) continue;
    for (let j = at; j < at + numActions; j++) dLogits[j] = dLogits[j]! - d * probabilities[j]!;
    dLogits[at + actions[i]!]! += d;
  }
}

/**
 * Draws one action per row, one uniform number each, by inversion.
 *
 * @param logits `[B, A]`
 * @param actions `[B]` overwritten.
 * @param logProbs `[B]` overwritten with log p of the drawn action.
 */
export function sampleCategorical(
  logits: Float32Array,
  numActions: number,
  rng: Rng,
  actions: Int32Array,
  logProbs: Floats,
): void {
  checkLength('logits', logits.length, actions.length * numActions);
  checkLength('logProbs', logProbs.length, actions.length);
  for (let i = 0; i < actions.length; i++) {
    const at = i * numActions;
    const max = rowMax(logits, at, numActions);
    let sum = 0;
    for (let j = at; j < at + numActions; j++) sum += Math.exp(logits[j]! - max);
    let left = rng.next() * sum;
    let action = 0;
    for (; action < numActions - 1; action++) {
      left -= Math.exp(logits[at + action]! - max);
      if (left < 0) break;
    }
    actions[i] = action;
    logProbs[i] = logits[at + action]! - max - Math.log(sum);
  }
}
