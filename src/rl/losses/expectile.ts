import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';

/**
 * Expectile regression: values go to the τ-expectile of their targets; for τ near 1, to nearly the best of those seen.
 *
 *     x_i = y_i − V(s_i)        L = (1/B) Σ |τ − 1[x_i < 0]| x_i²        dL/dV(s_i) = −2 |τ − 1[x_i < 0]| x_i / B
 *
 * @param values `[B]` V. @param targets `[B]` y, constants.
 * @param tau τ in (0, 1); ½ is half the mean squared error.
 * @param dValues `[B]` overwritten.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Kostrikov et al. (2021), arXiv:2110.06169, eq. 5.
 */
export function expectileLoss(values: Floats, targets: Floats, tau: number, dValues: Float32Array): number {
  const batch = values.length;
  checkLength('targets', targets.length, batch);
  checkLength('dValues', dValues.length, batch);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const error = targets[i]! - values[i]!;
    const weight = error < 0 ? 1 - tau : tau;
    loss += weight * error * error;
    dValues[i] = (-2 * weight * error) / batch;
  }
  return loss / batch;
}
