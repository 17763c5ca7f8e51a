import type { Box, Space } from './space.ts';

/** What one call to {@link Env.step} produced. Field names and meanings follow Gymnasium. */
export interface Step<Info> {
  /** `[obsDim]`, float32. A view owned by the environment: copy it to keep it past the next call. */
  readonly observation: Float32Array;
  readonly reward: number;
  /** The MDP itself ended (flight over, budget gone): the value of the next state is 0. */
  readonly terminated: boolean;
  /** Something outside the MDP cut the episode (a step limit): bootstrap from the next state's value. */
  readonly truncated: boolean;
  readonly info: Info;
}

/**
 * One decision process, one step at a time; a view for people. Training uses {@link VectorEnv}.
 *
 * Discrete actions are integers 0 … n − 1; actions of several choices are arrays of such integers, one per choice; box actions are
 * arrays with one number per feature.
 */
export interface Env<Info = unknown> {
  readonly id: string;
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  /**
   * Starts the next episode. With `seed` the episode sequence restarts from that seed; without, it continues.
   *
   * @throws SimError `VALUE_OUT_OF_RANGE` when the seed is not a non-negative integer.
   */
  reset(options?: { readonly seed?: number }): { readonly observation: Float32Array; readonly info: Info };
  /**
   * @throws SimError `ENV_NOT_RESET` before the first reset and after an ended episode; `VALUE_OUT_OF_RANGE` when the
   * action is outside the action space.
   */
  step(action: number | ArrayLike<number>): Step<Info>;
}
