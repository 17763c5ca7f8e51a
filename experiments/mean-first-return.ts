import type { Actor, PlainNetwork } from '../src/core/agent.ts';
import { makeActions } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { PlainActor } from './plain-actor.ts';

/**
 * Mean return of the first episode of every copy, played greedily by a network as an export plays it.
 *
 * @param seed Names the episodes: equal seeds are equal luck.
 */
export function meanFirstReturn(network: PlainNetwork, env: VectorEnv, seed: number): number {
  const returns = firstReturns(new PlainActor(network, env.actionSpace), env, seed);
  return returns.reduce((sum, x) => sum + x, 0) / env.numEnvs;
}

/** Gets an observation `[O]`; a view, to be copied where it must outlive the call. */
export type DecisionVisitor = (observation: Float32Array) => void;

/**
 * `[N]` return of the first episode of every copy, played greedily.
 *
 * @param seed Names the episodes: equal seeds are equal luck.
 * @param visit Told of every observation `[O]` that is decided on, copy by copy in each step.
 */
export function firstReturns(actor: Actor, env: VectorEnv, seed: number, visit?: DecisionVisitor): Float64Array {
  const { numEnvs, actionSpace } = env;
  const actions = makeActions(actionSpace, numEnvs);
  const running = new Uint8Array(numEnvs).fill(1);
  const returns = new Float64Array(numEnvs);
  let left = numEnvs;
  env.reset(seed);
  while (left > 0) {
    actor.act(env.observations, actions, 'greedy');
    if (visit !== undefined) visitRunning(env, running, visit);
    env.step(actions);
    for (let n = 0; n < numEnvs; n++) {
      if (running[n] === 0) continue;
      returns[n] = returns[n]! + env.rewards[n]!;
      if (env.terminated[n] === 0 && env.truncated[n] === 0) continue;
      running[n] = 0;
      left--;
    }
  }
  return returns;
}

function visitRunning(
  { numEnvs, observationSpace, observations }: VectorEnv,
  running: Uint8Array,
  visit: DecisionVisitor,
) {
  const width = observationSpace.features.length;
  for (let n = 0; n < numEnvs; n++) if (running[n] === 1) visit(observations.subarray(n * width, (n + 1) * width));
}
