import { describe, expect, it } from 'vitest';
import { withConstraint } from '../../agents/constraint.ts';
import type { AgentContext } from '../../agents/context.ts';
import { createPpo } from '../../agents/ppo.ts';
import { createPpoLagrangian } from '../../agents/ppo-lagrangian.ts';
import type { Agent } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { box } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';
import { train } from '../../src/train/train.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 64;
const ENV_STEPS = 60_000;

/**
 * Episodes of one step: how much a to buy, which earns 2a − a² and costs a, at most `limit` on average.
 *
 * Without the limit a = 1. Under a limit d < 1 the best is a = d at the price λ* = d/da (2a − a²) = 2 − 2d.
 */
function buying(limit: number): VectorEnv {
  const space = box([{ name: 'amount', unit: '1', low: -1, high: 2, description: 'How much to buy.' }]);
  const env = {
    ...{ id: 'buying', numEnvs: NUM_ENVS, actionSpace: space },
    observationSpace: box([{ name: 'nothing', unit: '1', low: 0, high: 0, description: 'Always 0.' }]),
    observations: new Float32Array(NUM_ENVS),
    finalObservations: new Float32Array(NUM_ENVS),
    rewards: new Float64Array(NUM_ENVS),
    terminated: new Uint8Array(NUM_ENVS).fill(1),
    truncated: new Uint8Array(NUM_ENVS),
    constraint: { name: 'amount', unit: '1', limit, costs: new Float64Array(NUM_ENVS) },
    reset: () => {},
    step: (actions: ArrayLike<number>) => {
      for (let n = 0; n < NUM_ENVS; n++) {
        env.rewards[n] = 2 * actions[n]! - actions[n]! ** 2;
        env.constraint.costs[n] = actions[n]!;
      }
    },
  };
  return env;
}

const shared = {
  ...{ hidden: [8], numSteps: 4, batchSize: 256, learningRate: 0.01, targetKl: null, entCoef: 0, sharedNetwork: false },
};
const price = { multiplierLearningRate: 0.05 };

const learners: Readonly<Record<string, (context: AgentContext) => Agent>> = {
  'PPO-Lagrangian': (context) => createPpoLagrangian(context, { ...shared, ...price }),
  'PPO in the wrapper': (context) => withConstraint(createPpo(context, shared), NUM_ENVS, price),
};

/** What a learner buys at the end, and the price that it put on it. */
function learn(create: (context: AgentContext) => Agent, limit: number, seed: number) {
  const env = buying(limit);
  const { observationSpace, actionSpace, numEnvs } = env;
  const rng = new Rng(`constraints/${seed}`);
  const agent = create({ engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: ENV_STEPS, rng });
  let multiplier = 0;
  for (const { metrics } of train({ env, agent, totalEnvSteps: ENV_STEPS, seed })) {
    multiplier = metrics['train/lagrangeMultiplier'] ?? multiplier;
  }
  const network = agent.actorNetwork();
  const amount = forward(network, Float32Array.of(0), makeScratch(network))[0]!;
  agent.dispose();
  return { amount, multiplier };
}

const cases = Object.entries(learners).flatMap(([name, create]) =>
  seeds().map((seed) => [name, seed, create] as const),
);

describe.each(cases)('%s with seed %i', (_name, seed, create) => {
  it('buys what the limit allows at the price that the limit is worth, 2 − 2d', () => {
    const { amount, multiplier } = learn(create, 0.4, seed);
    expect(Math.abs(amount - 0.4)).toBeLessThan(0.06);
    expect(Math.abs(multiplier - 1.2)).toBeLessThan(0.12);
  });

  it('buys what is best at no price where the limit does not bind', () => {
    const { amount, multiplier } = learn(create, 1.5, seed);
    expect(Math.abs(amount - 1)).toBeLessThan(0.1);
    expect(multiplier).toBe(0);
  });
});
