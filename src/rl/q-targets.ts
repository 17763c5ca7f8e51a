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

/** Index, within the row of `numActions` values from `at` on, of the first largest value. */
export function argmaxRow(values: Float32Array, at: number, numActions: number): number {
  let best = 0;
  for (let a = 1; a < numActions; a++) if (values[at + a]! > values[at + best]!) best = a;
  return best;
}
