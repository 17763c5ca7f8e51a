import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';

/**
 * Mean squared error of a value function, and its gradient.
 *
 *     L = c · (1/B) Σ (V_i − y_i)²        dL/dV_i = 2 c (V_i − y_i) / B
 *
 * @param values `[B]` V(s).
 * @param targets `[B]` returns y; constants.
 * @param coefficient c; ½ is usual.
 * @param dValues `[B]` dL/dV, overwritten.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Schulman et al. (2017), arXiv:1707.06347, eq. 9 (the term L^VF).
 */
export function mseValueLoss(
  values: Float32Array,
  targets: Floats,
  coefficient: number,
  dValues: Float32Array,
): number {
  const batch = values.length;
  checkLength('targets', targets.length, batch);
  checkLength('dValues', dValues.length, batch);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const error = values[i]! - targets[i]!;
    loss += error * error;
    dValues[i] = (2 * coefficient * error) / batch;
  }
  return (coefficient * loss) / batch;
}
