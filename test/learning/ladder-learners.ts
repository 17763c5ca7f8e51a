import { agents } from '../../agents/registry.ts';
import type { Agent } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';

const engine = await selectEngine('simd');

/** DRLB pays a step the best return ever seen after it: its values are those of luck at its best, not of the mean. */
const OF_OTHER_REWARDS = ['drlb'];

/** Every learner that learns the mean return of acting with indices. */
export const onlineDiscrete: readonly string[] = agents.ids.filter((id) => {
  const { actionSpaces, offline } = agents.get(id);
  return actionSpaces.includes('discrete') && !offline && !OF_OTHER_REWARDS.includes(id);
});

/** An environment with a cost of 0, which asks nothing of learners that keep a constraint. */
export function freeOfCost<E extends VectorEnv>(env: E): E {
  const costs = new Float64Array(env.numEnvs);
  return Object.assign(env, { constraint: { name: 'nothing', unit: '1', limit: 1, costs } });
}

/** A learner for an environment. */
export function makeLearner(id: string, env: VectorEnv, totalEnvSteps: number, seed: number, options: object): Agent {
  const { observationSpace, actionSpace, numEnvs } = env;
  const rng = new Rng(`ladder/${seed}`);
  return agents.get(id).create({ engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng }, options);
}
