import type { Box, Space } from './space.ts';

/** A cost of every step whose sum over an episode should stay within a limit, on average over episodes. */
export interface CostConstraint {
  /** camelCase name: "cpaOverrun". */
  readonly name: string;
  /** Unit of the costs and the limit, in words. */
  readonly unit: string;
  /** Largest mean cost of an episode. */
  readonly limit: number;
  /** `[N]` cost of each copy's last step; may be negative. */
  readonly costs: Float64Array;
}

/**
 * N copies of one decision process over preallocated buffers. N copies, O observation dims, A action dims.
 *
 * `step` writes the buffers in place and allocates nothing. Autoreset is same-step only: when a copy's episode ends,
 * `finalObservations` holds the observation it ended with and `observations` already holds the first observation of the
 * next episode. Episode e of copy n is drawn from the stream `episode/n/e`, so a policy that ends early does not shift
 * the episodes of other copies.
 */
export interface VectorEnv {
  readonly id: string;
  readonly numEnvs: number;
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  /** `[N, O]` current observations. */
  readonly observations: Float32Array;
  /** `[N, O]`; row n is valid only where copy n ended in the last step. */
  readonly finalObservations: Float32Array;
  /** `[N]` */
  readonly rewards: Float64Array;
  /** `[N]`, 0 or 1: the MDP itself ended. */
  readonly terminated: Uint8Array;
  /** `[N]`, 0 or 1: cut from outside. */
  readonly truncated: Uint8Array;
  /** What episodes should keep to, beside earning rewards; absent where nothing. */
  readonly constraint?: CostConstraint;
  /**
   * Starts every copy at its episode 0 under `seed`.
   *
   * @throws SimError `VALUE_OUT_OF_RANGE` when the seed is not a non-negative integer.
   */
  reset(seed: number): void;
  /**
   * Starts copy n at its episode `episode` under the seed of the last reset, whatever it did before; the other copies stay
   * where they are. What continuing a training run needs; absent where episodes cannot be begun at will.
   *
   * @throws SimError `ENV_NOT_RESET` before the first reset.
   */
  beginEpisode?(n: number, episode: number): void;
  /**
   * Advances every copy by one decision.
   *
   * @param actions `[N]` integers for a discrete space, `[N, D]` integers for several choices, `[N, A]` floats for a box.
   * @throws SimError `ENV_NOT_RESET` before the first reset; `SHAPE_MISMATCH` on a wrong length;
   * `VALUE_OUT_OF_RANGE` on an action outside the space.
   */
  step(actions: Int32Array | Float32Array): void;
}
