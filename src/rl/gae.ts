import { checkLength } from '../core/errors.ts';

/** One rollout of T steps in N environments, time-major: index `t * N + n`. */
export interface Rollout {
  readonly numSteps: number;
  readonly numEnvs: number;
  /** `[T, N]` */
  readonly rewards: Float64Array;
  /** `[T, N]` V(s_t). */
  readonly values: Float64Array;
  /** `[T, N]` V of the true successor of s_t: the final observation where the episode ended, never the reset one. */
  readonly nextValues: Float64Array;
  /** `[T, N]`, 0 or 1. */
  readonly terminated: Uint8Array;
  /** `[T, N]`, 0 or 1. */
  readonly truncated: Uint8Array;
}

/**
 * Generalised advantage estimation.
 *
 *     delta_t = r_t + gamma * (1 - terminated_t) * V(s_{t+1}) - V(s_t)
 *     A_t     = delta_t + gamma * lambda * (1 - ended_t) * A_{t+1}
 *
 * A truncated step bootstraps, a terminated one does not; neither lets credit leak across the episode boundary.
 *
 * @param gamma Discount per decision step, in [0, 1].
 * @param lambda 0 is one-step TD, 1 is Monte Carlo minus the baseline.
 * @param out `[T, N]`, overwritten with A_t.
 * @throws SimError `SHAPE_MISMATCH` when any array is not `T * N` long.
 *
 * Source: Schulman et al. (2016), arXiv:1506.02438, eq. 16.
 */
export function gae(rollout: Rollout, gamma: number, lambda: number, out: Float64Array): void {
  const { numSteps, numEnvs, rewards, values, nextValues, terminated, truncated } = rollout;
  const length = numSteps * numEnvs;
  for (const [name, array] of Object.entries({ rewards, values, nextValues, terminated, truncated, out })) {
    checkLength(`gae ${name}`, array.length, length);
  }
  for (let i = length - 1; i >= 0; i--) {
    const alive = 1 - terminated[i]!;
    const delta = rewards[i]! + gamma * alive * nextValues[i]! - values[i]!;
    const later = i + numEnvs;
    const carries = later < length && alive === 1 && truncated[i] === 0;
    out[i] = carries ? delta + gamma * lambda * out[later]! : delta;
  }
}
