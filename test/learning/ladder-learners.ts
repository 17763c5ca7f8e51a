import { agents } from '../../agents/registry.ts';
import type { Agent } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';

const engine = await selectEngine('simd');

/** Every learner that learns by acting with indices. */
export const onlineDiscrete: readonly string[] = agents.ids.filter(
  (id) => agents.get(id).actionSpaces.includes('discrete') && !agents.get(id).offline,
);

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
