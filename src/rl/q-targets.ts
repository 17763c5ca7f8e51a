import { checkLength } from '../core/errors.ts';

/**
 * Bootstrapped targets of action values: the successor's action is chosen by one network and valued by another.
 *
 *     y_i = R_i + discount_i · Q_value(s'_i, argmax_a Q_choice(s'_i, a))
 *
 * Both arguments the target network: Q-learning. `choice` the online network: double Q-learning. Ties go to the lowest
 * action.
 *
 * @param rewards `[B]` n-step rewards. @param discounts `[B]` γ^k, 0 after a termination.
 * @param choice `[B, A]` @param value `[B, A]` @param targets `[B]` overwritten.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: van Hasselt, Guez & Silver (2016), arXiv:1509.06461, eq. 4.
 */
export function qTargets(
  rewards: Float32Array,
  discounts: Float32Array,
  choice: Float32Array,
  value: Float32Array,
  numActions: number,
  targets: Float32Array,
): void {
  const batch = targets.length;
  checkLength('rewards', rewards.length, batch);
  checkLength('choice', choice.length, batch * numActions);
  checkLength('value', value.length, batch * numActions);
  for (let i = 0; i < batch; i++) {
    targets[i] = rewards[i]! + discounts[i]! * value[i * numActions + argmaxRow(choice, i * numActions, numActions)]!;
  }
}

/**
 * The same for N quantiles of the return per action: `y_ij = R_i + discount_i · θ_j(s'_i, argmax_a Q_choice(s'_i, a))`.
 *
 * @param choice `[B, A]` means. @param value `[B, A, N]` quantiles. @param targets `[B, N]` overwritten.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Dabney et al. (2018), arXiv:1710.10044, algorithm 1.
 */
export function quantileTargets(
  rewards: Float32Array,
  discounts: Float32Array,
  choice: Float32Array,
  value: Float32Array,
  numActions: number,
  targets: Float32Array,
): void {
  const batch = rewards.length;
  const n = targets.length / batch;
  checkLength('choice', choice.length, batch * numActions);
  checkLength('value', value.length, batch * numActions * n);
  for (let b = 0; b < batch; b++) {
    const at = (b * numActions + argmaxRow(choice, b * numActions, numActions)) * n;
    for (let j = 0; j < n; j++) targets[b * n + j] = rewards[b]! + discounts[b]! * value[at + j]!;
  }
}

/** Index, within the row of `numActions` values from `at` on, of the first largest value. */
export function argmaxRow(values: Float32Array, at: number, numActions: number): number {
  let best = 0;
  for (let a = 1; a < numActions; a++) if (values[at + a]! > values[at + best]!) best = a;
  return best;
}
