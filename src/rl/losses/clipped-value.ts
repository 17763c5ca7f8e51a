import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';

/**
 * Value loss that keeps a value near the one of the rollout, and its gradient.
 *
 *     V̄_i = V_old,i + clip(V_i − V_old,i, −ε, ε)        L = c · (1/B) Σ max((V_i − y_i)², (V̄_i − y_i)²)
 *
 * @param values `[B]` V(s).
 * @param oldValues `[B]` values at the time of the rollout.
 * @param targets `[B]` returns y.
 * @param clipRange ε, in units of value.
 * @param coefficient c; ½ is usual.
 * @param dValues `[B]` dL/dV, overwritten.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: OpenAI Baselines `ppo2`; Engstrom et al. (2020), arXiv:2005.12729, section 3.
 */
export function clippedValueLoss(
  values: Float32Array,
  oldValues: Floats,
  targets: Floats,
  clipRange: number,
  coefficient: number,
  dValues: Float32Array,
): number {
  const batch = values.length;
  checkLength('oldValues', oldValues.length, batch);
  checkLength('targets', targets.length, batch);
  checkLength('dValues', dValues.length, batch);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const move = values[i]! - oldValues[i]!;
    const error = values[i]! - targets[i]!;
    const clippedError = oldValues[i]! + Math.max(-clipRange, Math.min(clipRange, move)) - targets[i]!;
    const free = error * error;
    const clipped = clippedError * clippedError;
    loss += Math.max(free, clipped);
    // Where the clipped term is larger, V̄ does not depend on V.
    dValues[i] = free >= clipped ? (2 * coefficient * error) / batch : 0;
  }
  return (coefficient * loss) / batch;
}
