import { PlainActor } from '../../experiments/plain-actor.ts';
import type { PlainNetwork } from '../../src/core/agent.ts';
import { makeActions } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

/**
 * Mean return of the first episode of every copy, played greedily by the network as an export plays it: clipped to the action space.
 *
 * @param seed Names the episodes: equal seeds are equal episodes.
 */
export function meanGreedyReturn(network: PlainNetwork, env: VectorEnv, seed: number): number {
  const { actionSpace } = env;
  const actions = makeActions(actionSpace, env.numEnvs);
  const actor = new PlainActor(network, actionSpace);
  const returns = new Float64Array(env.numEnvs);
  const running = new Uint8Array(env.numEnvs).fill(1);
  env.reset(seed);
  while (running.includes(1)) {
    actor.act(env.observations, actions);
    env.step(actions);
    for (let n = 0; n < env.numEnvs; n++) {
      if (running[n] === 0) continue;
      returns[n]! += env.rewards[n]!;
      if (env.terminated[n] === 1 || env.truncated[n] === 1) running[n] = 0;
    }
  }
  return returns.reduce((sum, value) => sum + value, 0) / env.numEnvs;
}
