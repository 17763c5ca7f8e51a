import { describe, expect, it } from 'vitest';
import { withConstraint } from '../../agents/constraint.ts';
import type { AgentContext } from '../../agents/context.ts';
import { createPpoLagrangian } from '../../agents/ppo-lagrangian.ts';
import { createTd3 } from '../../agents/td3.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import { Rng } from '../../src/core/rng.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 4;
const small = { hidden: [4], batchSize: 8, learningStarts: 8 };

function contextFor(env: VectorEnv): AgentContext {
  const { observationSpace, actionSpace, numEnvs } = env;
  return { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: 400, rng: new Rng('constraint') };
}

/** The probe with one best number, each of whose steps costs 3 where 1 is allowed. */
function costly(): VectorEnv {
  const costs = new Float64Array(NUM_ENVS).fill(3);
  const constraint = { name: 'steps', unit: 'steps', limit: 1, costs };
  return Object.assign(new ProbeEnv('probe-number-v1', NUM_ENVS), { constraint });
}

describe('withConstraint', () => {
  it('teaches an off-policy learner the reward less the price of the cost, which rises by η (cost − limit) an update', () => {
    const env = costly();
    const agent = withConstraint(createTd3(contextFor(env), small), NUM_ENVS, { multiplierLearningRate: 0.25 });
    const prices: number[] = [];
    const rewards: number[] = [];
    for (const { metrics } of train({ env, agent, totalEnvSteps: 5 * NUM_ENVS, seed: 0 })) {
      rewards.push(...env.rewards);
      if (metrics['train/lagrangeMultiplier'] !== undefined) prices.push(metrics['train/lagrangeMultiplier']);
    }
    expect(prices).toEqual([0.5, 1, 1.5, 2]);
    const learnt = agent.getState().arrays['replayRewards']!;
    // λ before the step of each row: 0, 0, ½, 1, 1½.
    const price = [0, 0, 0.5, 1, 1.5];
    for (const [i, reward] of rewards.entries()) {
      expect(learnt[i]).toBeCloseTo(reward - 3 * price[Math.floor(i / NUM_ENVS)]!, 5);
    }
    agent.dispose();
  });

  it('keeps the price with the state of the learner', () => {
    const env = costly();
    const agent = withConstraint(createTd3(contextFor(env), small), NUM_ENVS);
    for (const _ of train({ env, agent, totalEnvSteps: 40, seed: 0 }));
    const other = withConstraint(createTd3(contextFor(env), small), NUM_ENVS);
    other.setState(agent.getState());
    expect(other.getState()).toEqual(agent.getState());
    expect(agent.getState().arrays['multiplier']![0]).toBeGreaterThan(0);
    for (const learner of [agent, other]) learner.dispose();
  });

  it('refuses an environment without a constraint, and an unknown setting', () => {
    const env = new ProbeEnv('probe-number-v1', NUM_ENVS);
    const wrapped = withConstraint(createTd3(contextFor(env), small), NUM_ENVS);
    const lagrangian = createPpoLagrangian(contextFor(env), { hidden: [4] });
    for (const agent of [wrapped, lagrangian]) {
      expect(() => [...train({ env, agent, totalEnvSteps: 4, seed: 0 })]).toThrow(
        /CONFIG_INVALID: .*'probe-number-v1' expected a constraint with a cost per step, received none/,
      );
    }
    expect(() => withConstraint(wrapped, NUM_ENVS, { limit: 3 })).toThrow(/limit/);
    for (const agent of [wrapped, lagrangian]) agent.dispose();
  });
});
