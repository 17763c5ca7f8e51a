import type { VectorEnv } from '../src/core/vector-env.ts';

/**
 * An environment as a learner inside another one sees it: the same buffers, other rewards, no constraint.
 *
 * @param rewards `[N]`, read live.
 */
export function withRewards(env: VectorEnv, rewards: Float64Array): VectorEnv {
  const { id, numEnvs, observationSpace, actionSpace, observations, finalObservations, terminated, truncated } = env;
  const reset = (seed: number) => env.reset(seed);
  const step = (actions: Int32Array | Float32Array) => env.step(actions);
  return {
    ...{ id, numEnvs, observationSpace, actionSpace, observations, finalObservations, terminated, truncated },
    ...{ rewards, reset, step },
  };
}
