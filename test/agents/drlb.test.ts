import { describe, expect, it } from 'vitest';
import { createDqn } from '../../agents/dqn.ts';
import { createDrlb } from '../../agents/drlb.ts';
import { RewardNet } from '../../agents/reward-net.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import { Rng } from '../../src/core/rng.ts';
import { box, discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';
import { train } from '../../src/train/train.ts';

const engine = await selectEngine('simd');

/** Return of the two-step problem by its two actions. */
const RETURNS = [
  [1, 4],
  [3, 2],
] as const;

describe('the RewardNet', () => {
  it('learns the best return that each action of a state can still lead to', () => {
    const net = new RewardNet(
      engine,
      {
        ...{ numEnvs: 1, obsDim: 3, numActions: 2, batchSize: 6, rewardHidden: [16], rewardLearningRate: 0.02 },
        ...{ rewardBufferSize: 100, stateResolution: 0.05, rewardScale: 1, activation: 'tanh', adamEpsilon: 1e-8 },
        maxGradNorm: 10,
      },
      new Rng('reward-net'),
    );
    const rng = new Rng('play');
    const [rewards, ended] = [new Float64Array(1), new Uint8Array(1)];
    const truncated = new Uint8Array(1);
    const step = (state: number, action: number, reward: number, last: boolean) => {
      rewards[0] = reward;
      ended[0] = last ? 1 : 0;
      const observation = new Float32Array(3);
      observation[state] = 1;
      net.record(observation, Int32Array.of(action), { rewards, terminated: ended, truncated });
    };
    let loss = Number.POSITIVE_INFINITY;
    for (let episode = 0; episode < 400; episode++) {
      const [first, second] = [rng.int(2), rng.int(2)];
      step(0, first, 0.5, false);
      step(1 + first, second, RETURNS[first]![second]! - 0.5, true);
      loss = net.learn() ?? loss;
    }
    const learnt = (state: number, action: number) => {
      const observation = new Float32Array(3);
      observation[state] = 1;
      const out = new Float64Array(1);
      net.rewards(observation, Int32Array.of(action), out);
      return out[0]!;
    };
    // The first action is worth its best second one; means of random play would be 2.5 for both.
    expect(learnt(0, 0)).toBeCloseTo(4, 1);
    expect(learnt(0, 1)).toBeCloseTo(3, 1);
    for (const a of [0, 1]) for (const b of [0, 1]) expect(learnt(1 + a, b)).toBeCloseTo(RETURNS[a]![b]!, 1);
    expect(loss).toBeLessThan(0.01);
    net.dispose();
  });
});

describe('adaptive exploration', () => {
  /** Share of actions other than the greedy one, of a learner whose values are planted. */
  function exploredShare(values: readonly number[], adaptiveEpsilon: number): number {
    const numEnvs = 4_000;
    const agent = createDrlb(
      {
        ...{ engine, numEnvs, totalEnvSteps: 10, rng: new Rng('adaptive') },
        observationSpace: box([{ name: 'x', unit: '1', low: 0, high: 0, description: '' }]),
        actionSpace: discrete(values.length),
      },
      {
        hidden: [],
        learningStarts: 0,
        explorationInitial: 0.1,
        explorationFinal: 0.1,
        bufferSize: 16,
        adaptiveEpsilon,
      },
    );
    const state = agent.getState();
    // One layer: a kernel row, then the biases, which are the values where x is 0.
    const weights = Float32Array.of(...values.map(() => 0), ...values);
    agent.setState({ json: state.json, arrays: { ...state.arrays, weights } });
    const actions = new Int32Array(numEnvs);
    agent.act(new Float32Array(numEnvs), actions, 'explore');
    agent.dispose();
    const best = values.indexOf(Math.max(...values));
    return actions.filter((action) => action !== best).length / numEnvs;
  }

  it('keeps to the schedule where values have one peak, and rises where they have two', () => {
    // Random actions are the best one as often as any other.
    expect(Math.abs(exploredShare([0, 1, 2, 1], 0.5) - 0.1 * 0.75)).toBeLessThan(0.02);
    expect(Math.abs(exploredShare([1, 0, 2, 1], 0.5) - 0.5 * 0.75)).toBeLessThan(0.03);
  });

  it('never falls below the schedule, and 0 switches it off', () => {
    expect(Math.abs(exploredShare([1, 0, 2, 1], 0.05) - 0.1 * 0.75)).toBeLessThan(0.02);
    expect(Math.abs(exploredShare([1, 0, 2, 1], 0) - 0.1 * 0.75)).toBeLessThan(0.02);
  });
});

describe('DRLB', () => {
  it('pays every step of an episode what its action can lead to at best', () => {
    const env = new ProbeEnv('probe-delayed-v1', 8);
    const { observationSpace, actionSpace, numEnvs } = env;
    const agent = createDrlb(
      { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: 8_000, rng: new Rng('delayed') },
      {
        hidden: [16],
        rewardHidden: [16],
        rewardLearningRate: 0.01,
        learningRate: 0.01,
        batchSize: 2,
        learningStarts: 64,
      },
    );
    for (const _ of train({ env, agent, totalEnvSteps: 8_000, seed: 0 }));
    const { layers } = agent.actorNetwork();
    expect(layers.at(-1)!.outputs).toBe(1);
    // One reward of 1 at the second step makes both steps worth 1 by the RewardNet: Q(0) = 1 + Q(1), Q(1) = 1.
    const values = [0, 1].map((x) => valueAt(agent, x));
    expect(values[1]).toBeCloseTo(1, 1);
    expect(values[0]).toBeCloseTo(2, 0);
    agent.dispose();
  });
});

function valueAt(agent: ReturnType<typeof createDrlb>, x: number): number {
  const network = agent.actorNetwork();
  return forward(network, Float32Array.of(x), makeScratch(network))[0]!;
}

/**
 * Two days and money for one: spending on the first pays 2, saving pays .5, and what was saved pays 4 on the second. Shows the day
 * and whether there is money.
 */
class TwoDays implements VectorEnv {
  readonly id = 'two-days';
  readonly numEnvs: number;
  readonly observationSpace = box([
    { name: 'day', unit: '1', low: 0, high: 1, description: '' },
    { name: 'money', unit: '1', low: 0, high: 1, description: '' },
  ]);
  readonly actionSpace = discrete(2, ['save', 'spend']);
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;

  constructor(numEnvs: number) {
    this.numEnvs = numEnvs;
    this.observations = new Float32Array(2 * numEnvs);
    this.finalObservations = new Float32Array(2 * numEnvs);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
  }

  reset(): void {
    for (let n = 0; n < this.numEnvs; n++) this.observations.set([0, 1], 2 * n);
  }

  step(actions: Int32Array | Float32Array): void {
    for (let n = 0; n < this.numEnvs; n++) {
      const day = this.observations[2 * n]!;
      const money = this.observations[2 * n + 1]!;
      const spent = money * actions[n]!;
      this.rewards[n] = day === 0 ? (spent === 1 ? 2 : 0.5) : 4 * spent;
      this.terminated[n] = day;
      if (day === 1) this.finalObservations.set([1, money - spent], 2 * n);
      this.observations.set(day === 1 ? [0, 1] : [1, money - spent], 2 * n);
    }
  }
}

describe('where a first day tempts to spend the money of a better second one', () => {
  /** What a learner without foresight (γ = 0) does on the two days, money in hand. */
  function myopic(create: typeof createDrlb, own: object): number[] {
    const env = new TwoDays(8);
    const { observationSpace, actionSpace, numEnvs } = env;
    const context = { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: 6_000, rng: new Rng('two days') };
    const options = {
      hidden: [16],
      learningRate: 0.01,
      learningStarts: 64,
      batchSize: 32,
      bufferSize: 1_000,
      gamma: 0,
    };
    const agent = create(context, { ...options, nStep: 1, ...own });
    for (const _ of train({ env, agent, totalEnvSteps: 6_000, seed: 0 }));
    const actions = new Int32Array(2);
    agent.act(Float32Array.of(0, 1, 1, 1), actions, 'greedy');
    agent.dispose();
    return [...actions];
  }

  it('DRLB saves, since the RewardNet pays the first day what it can lead to; DQN spends', () => {
    expect(myopic(createDqn, {})).toEqual([1, 1]);
    expect(myopic(createDrlb, { rewardHidden: [16], rewardLearningRate: 0.01 })).toEqual([0, 1]);
  });
});
