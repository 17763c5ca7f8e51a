import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';

/**
 * Huber loss of the temporal-difference errors of the actions taken, and its gradient.
 *
 *     x_i = Q(s_i, a_i) − y_i        L = (1/B) Σ w_i h(x_i)
 *     h(x) = x²/2 for |x| ≤ δ, else δ (|x| − δ/2)        dL/dQ(s_i, a_i) = w_i · clip(x_i, −δ, δ) / B
 *
 * Targets are constants: no gradient flows into y.
 *
 * @param q `[B, A]` action values.
 * @param actions `[B]` in 0 … A − 1.
 * @param targets `[B]` y.
 * @param delta δ > 0, in units of value; Infinity for half the squared error.
 * @param dq `[B, A]` dL/dQ, overwritten.
 * @param weights `[B]` importance weights w; all 1 where not given.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Mnih et al. (2015), doi:10.1038/nature14236, methods ("clip the error term"); Huber (1964).
 */
export function huberTdLoss(
  q: Float32Array,
  actions: Int32Array,
  targets: Floats,
  numActions: number,
  delta: number,
  dq: Float32Array,
  weights?: Floats,
): number {
  const batch = actions.length;
  checkLength('q', q.length, batch * numActions);
  checkLength('targets', targets.length, batch);
  checkLength('dq', dq.length, q.length);
  if (weights !== undefined) checkLength('weights', weights.length, batch);
  dq.fill(0);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const at = i * numActions + actions[i]!;
    const error = q[at]! - targets[i]!;
    const size = Math.abs(error);
    const weight = weights === undefined ? 1 : weights[i]!;
    loss += weight * (size <= delta ? 0.5 * error * error : delta * (size - 0.5 * delta));
    dq[at] = (weight * (size <= delta ? error : Math.sign(error) * delta)) / batch;
  }
  return loss / batch;
}
