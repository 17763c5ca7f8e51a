import { checkLength } from '../../core/errors.ts';

/**
 * Quantile Huber loss of the returns of the actions taken, and its gradient.
 *
 *     u_ij = y_j − θ_i(s, a)        L = (1/B) Σ_b w_b Σ_i (1/N) Σ_j |τ_i − 1{u_ij < 0}| h(u_ij) / κ
 *     τ_i = (i + ½) / N,   h(u) = u²/2 for |u| ≤ κ, else κ (|u| − κ/2)
 *     dL/dθ_i = −(w_b / B) (1/N) Σ_j |τ_i − 1{u_ij < 0}| clip(u_ij, −κ, κ) / κ
 *
 * At its minimum θ_i is about the τ_i-quantile of the return. Targets are constants.
 *
 * @param quantiles `[B, A, N]` θ. @param actions `[B]` in 0 … A − 1. @param targets `[B, N]` y.
 * @param kappa κ > 0, in units of value. @param dQuantiles `[B, A, N]` overwritten.
 * @param errors `[B]` receives mean(y) − mean(θ) of the action taken: the error that priorities are made of.
 * @param weights `[B]` importance weights w; all 1 where null.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Dabney, Rowland, Bellemare & Munos (2018), arXiv:1710.10044, eq. 10 and algorithm 1.
 */
export function quantileHuberLoss(
  quantiles: Float32Array,
  actions: Int32Array,
  targets: Float32Array,
  numActions: number,
  kappa: number,
  dQuantiles: Float32Array,
  errors: Float32Array,
  weights: Float32Array | null,
): number {
  const batch = actions.length;
  const n = targets.length / batch;
  checkLength('quantiles', quantiles.length, batch * numActions * n);
  checkLength('dQuantiles', dQuantiles.length, quantiles.length);
  checkLength('errors', errors.length, batch);
  if (weights !== null) checkLength('weights', weights.length, batch);
  dQuantiles.fill(0);
  let loss = 0;
  for (let b = 0; b < batch; b++) {
    const at = (b * numActions + actions[b]!) * n;
    const weight = (weights === null ? 1 : weights[b]!) / (batch * n * kappa);
    let error = 0;
    for (let i = 0; i < n; i++) {
      const theta = quantiles[at + i]!;
      error += targets[b * n + i]! - theta;
      againstTargets(theta, (i + 0.5) / n, targets, b * n, n, kappa);
      loss += weight * row.loss;
      dQuantiles[at + i] = -weight * row.pull;
    }
    errors[b] = error / n;
  }
  return loss;
}

/** Σ_j of one quantile against all targets; one object, so that nothing is allocated. */
const row = { loss: 0, pull: 0 };

function againstTargets(theta: number, tau: number, targets: Float32Array, from: number, n: number, kappa: number) {
  let loss = 0;
  let pull = 0;
  for (let j = from; j < from + n; j++) {
    const u = targets[j]! - theta;
    const size = Math.abs(u);
    const side = u < 0 ? 1 - tau : tau;
    loss += side * (size <= kappa ? 0.5 * u * u : kappa * (size - 0.5 * kappa));
    pull += side * (size <= kappa ? u : Math.sign(u) * kappa);
  }
  row.loss = loss;
  row.pull = pull;
}
