import type { PlainNetwork } from '../src/core/agent.ts';
import { makeActions } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { PlainActor } from './plain-actor.ts';

/**
 * Mean return of the first episode of every copy, played greedily by a network as an export plays it.
 *
 * @param seed Names the episodes: equal seeds are equal luck.
 */
export function meanFirstReturn(network: PlainNetwork, env: VectorEnv, seed: number): number {
  const { numEnvs, actionSpace } = env;
  const actor = new PlainActor(network, actionSpace);
  const actions = makeActions(actionSpace, numEnvs);
  const running = new Uint8Array(numEnvs).fill(1);
  let left = numEnvs;
  let sum = 0;
  env.reset(seed);
  while (left > 0) {
    actor.act(env.observations, actions);
    env.step(actions);
    for (let n = 0; n < numEnvs; n++) {
      if (running[n] === 0) continue;
      sum += env.rewards[n]!;
      if (env.terminated[n] === 0 && env.truncated[n] === 0) continue;
      running[n] = 0;
      left--;
    }
  }
  return sum / numEnvs;
}
