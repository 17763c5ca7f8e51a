import type { PlainNetwork } from '../../src/core/agent.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { forward, greedyAction, makeScratch } from '../../src/policy/runtime.ts';

/**
 * Mean return of the first episode of every copy, played greedily by the network as an export plays it: clipped to the action space.
 *
 * @param seed Names the episodes: equal seeds are equal episodes.
 */
export function meanGreedyReturn(network: PlainNetwork, env: VectorEnv, seed: number): number {
  const obsDim = env.observationSpace.features.length;
  const { actionSpace } = env;
  const actions = actionSpace.kind === 'discrete' ? new Int32Array(env.numEnvs) : new Float32Array(env.numEnvs);
  const [low, high] =
    actionSpace.kind === 'discrete'
      ? [0, actionSpace.n - 1]
      : [actionSpace.features[0]!.low, actionSpace.features[0]!.high];
  const scratch = makeScratch(network);
  const returns = new Float64Array(env.numEnvs);
  const running = new Uint8Array(env.numEnvs).fill(1);
  env.reset(seed);
  while (running.includes(1)) {
    for (let n = 0; n < env.numEnvs; n++) {
      const row = env.observations.subarray(n * obsDim, (n + 1) * obsDim);
      const action = running[n] === 1 ? greedyAction(forward(network, row, scratch), network.head) : low;
      actions[n] = Math.max(low, Math.min(high, action));
    }
    env.step(actions);
    for (let n = 0; n < env.numEnvs; n++) {
      if (running[n] === 0) continue;
      returns[n]! += env.rewards[n]!;
      if (env.terminated[n] === 1 || env.truncated[n] === 1) running[n] = 0;
    }
  }
  return returns.reduce((sum, value) => sum + value, 0) / env.numEnvs;
}
