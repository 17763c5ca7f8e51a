import { describe, expect, it } from 'vitest';
import { createA2c } from '../../agents/a2c.ts';
import type { AgentContext, CriticAgent } from '../../agents/context.ts';
import { createDqn, createRainbow } from '../../agents/dqn.ts';
import { createDrlb } from '../../agents/drlb.ts';
import { createPpo } from '../../agents/ppo.ts';
import { createPpoLagrangian } from '../../agents/ppo-lagrangian.ts';
import { createReinforce } from '../../agents/reinforce.ts';
import { createSac } from '../../agents/sac.ts';
import { createTd3 } from '../../agents/td3.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import type { Agent } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, greedyAction, makeScratch } from '../../src/policy/runtime.ts';
import { train } from '../../src/train/train.ts';
import { freeOfCost, onlineDiscrete } from './ladder-learners.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('simd');
const GAMMA = 0.5;
const NUM_ENVS = 16;

/** A trained agent and what it thinks of one-number observations. */
interface Trained {
  readonly value: (observation: number) => number;
  readonly action: (observation: number) => number;
}

type Trainer = (id: string, seed: number) => Trained;

function trained<A extends Agent>(id: string, seed: number, steps: number, create: (context: AgentContext) => A) {
  const env = freeOfCost(new ProbeEnv(id, NUM_ENVS));
  const { observationSpace, actionSpace, numEnvs } = env;
  const rng = new Rng(`probes/${seed}`);
  const agent = create({ engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: steps, rng });
  for (const _ of train({ env, agent, totalEnvSteps: steps, seed }));
  const network = agent.actorNetwork();
  const scratch = makeScratch(network);
  const outputs = (x: number) => forward(network, Float32Array.of(x), scratch);
  return { agent, outputs, action: (x: number) => greedyAction(outputs(x), network.head) };
}

function withCritic(create: (context: AgentContext) => CriticAgent, steps: number): Trainer {
  return (id, seed) => {
    const { agent, action } = trained(id, seed, steps, create);
    const values = new Float32Array(3);
    agent.stateValues(Float32Array.of(-1, 0, 1), values);
    agent.dispose();
    return { action, value: (x) => values[x + 1]! };
  };
}

/** A learner whose critic is not asked. */
function actorOnly(create: (context: AgentContext) => Agent): Trainer {
  return (id, seed) => {
    const { agent, action } = trained(id, seed, 8_000, create);
    agent.dispose();
    return { action, value: () => Number.NaN };
  };
}

const offPolicy = {
  ...{
    gamma: GAMMA,
    hidden: [32],
    activation: 'tanh',
    learningRate: 0.005,
    criticLearningRate: 0.01,
    learningRateSchedule: 'linear',
  },
  ...{ batchSize: 64, learningStarts: 512, gradientSteps: 4, tau: 0.05 },
};

const shared = { gamma: GAMMA, hidden: [16], learningRate: 0.01, learningRateSchedule: 'linear' };

/** A learner whose network puts out values of actions. */
function withValues(create: (context: AgentContext) => Agent, steps: number): Trainer {
  return (id, seed) => {
    const { agent, outputs, action } = trained(id, seed, steps, create);
    agent.dispose();
    return { action, value: (x) => Math.max(...outputs(x)) };
  };
}

const valued = { ...shared, batchSize: 32, learningStarts: 64, targetUpdateInterval: 20, nStep: 1 };

const learners: Readonly<Record<string, Trainer>> = {
  DQN: withValues((c) => createDqn(c, valued), 8_000),
  // An odd activation: noise through rectifiers raises outputs on average, which the network at rest then lacks.
  Rainbow: withValues((c) => createRainbow(c, { ...valued, numQuantiles: 4, activation: 'tanh' }), 8_000),
  A2C: withCritic((c) => createA2c(c, { ...shared, numSteps: 2, learningRate: 0.02 }), 16_000),
  PPO: withCritic((c) => createPpo(c, { ...shared, numSteps: 8, batchSize: 64, sharedNetwork: false }), 16_000),
  'PPO with one network': withCritic((c) => createPpo(c, { ...shared, numSteps: 8, batchSize: 64 }), 16_000),
  'PPO-Lagrangian': withCritic((c) => createPpoLagrangian(c, { ...shared, numSteps: 8, batchSize: 64 }), 16_000),
  REINFORCE: withCritic((c) => createReinforce(c, { ...shared, criticLearningRate: 0.01 }), 8_000),
};

it('climbs the probes with every learner that learns by acting with indices', () => {
  const words = Object.keys(learners).map((name) => name.toLowerCase());
  expect(onlineDiscrete.filter((id) => !words.includes(id))).toEqual([]);
});

const discreteCases = Object.entries(learners).flatMap(([name, learn]) =>
  seeds().map((seed) => [name, seed, learn] as const),
);

describe.each(discreteCases)('%s with seed %i', (_name, seed, learn) => {
  it('a: values a state that always pays 1 at 1', () => {
    expect(learn('probe-constant-v1', seed).value(0)).toBeCloseTo(1, 1);
  });

  it('b: values a state by what it shows', () => {
    const { value } = learn('probe-observed-v1', seed);
    expect(value(1)).toBeCloseTo(1, 1);
    expect(value(-1)).toBeCloseTo(-1, 1);
  });

  it('c: discounts a reward one step away by γ', () => {
    const { value } = learn('probe-delayed-v1', seed);
    expect(value(1)).toBeCloseTo(1, 1);
    expect(value(0)).toBeCloseTo(GAMMA, 1);
  });

  it('d: chooses the action that pays', () => {
    expect(learn('probe-choice-v1', seed).action(0)).toBe(1);
  });

  it('e: chooses the action that matches what it sees', () => {
    const { action } = learn('probe-matched-choice-v1', seed);
    expect([action(-1), action(1)]).toEqual([0, 1]);
  });
});

describe.each(seeds())('DRLB with seed %i', (seed) => {
  // A short memory: rewards are kept as they were handed out, and early ones know little.
  const options = { ...valued, rewardHidden: [16], rewardLearningRate: 0.01, bufferSize: 1_000 };
  const learn = withValues((c) => createDrlb(c, options), 8_000);

  it('b, d, e: values and chooses as any learner where an episode is one step', () => {
    const { value } = learn('probe-observed-v1', seed);
    expect([value(-1), value(1)].map(Math.round)).toEqual([-1, 1]);
    expect(learn('probe-choice-v1', seed).action(0)).toBe(1);
    const { action } = learn('probe-matched-choice-v1', seed);
    expect([action(-1), action(1)]).toEqual([0, 1]);
  });

  it('c: counts the best return at every step of the episode', () => {
    expect(learn('probe-delayed-v1', seed).value(0)).toBeCloseTo(1 + GAMMA, 1);
  });
});

/** Learners of box actions alone, whose critics judge actions instead of states. */
const boxLearners: Readonly<Record<string, Trainer>> = {
  SAC: actorOnly((c) => createSac(c, offPolicy)),
  TD3: actorOnly((c) => createTd3(c, { ...offPolicy, explorationNoise: 0.4, targetNoise: 0 })),
};

const boxCases = [
  ...discreteCases.filter(([name]) => !['DQN', 'Rainbow'].includes(name)),
  ...Object.entries(boxLearners).flatMap(([name, learn]) => seeds().map((seed) => [name, seed, learn] as const)),
];

/** Policy gradients that squash their Gaussians. */
const SQUASH = { ...shared, squash: true };
const squashedCases = Object.entries<Trainer>({
  'squashed A2C': withCritic((c) => createA2c(c, { ...SQUASH, numSteps: 2, learningRate: 0.02 }), 16_000),
  'squashed PPO': withCritic((c) => createPpo(c, { ...SQUASH, numSteps: 8, batchSize: 64 }), 16_000),
}).flatMap(([name, learn]) => seeds().map((seed) => [name, seed, learn] as const));

/** Learners that make several choices at once. */
const choosers: Readonly<Record<string, (context: AgentContext) => Agent>> = {
  A2C: (c) => createA2c(c, { ...shared, numSteps: 2, learningRate: 0.02 }),
  PPO: (c) => createPpo(c, { ...shared, numSteps: 8, batchSize: 64 }),
  REINFORCE: (c) => createReinforce(c, { ...shared, criticLearningRate: 0.01 }),
};

describe.each(seeds().flatMap((seed) => Object.keys(choosers).map((name) => [name, seed] as const)))(
  '%s with two choices and seed %i',
  (name, seed) => {
    it('makes each by what it depends on', () => {
      const { agent } = trained('probe-two-choices-v1', seed, 16_000, choosers[name]!);
      const actions = new Int32Array(8);
      agent.act(Float32Array.of(-1, -0.25, 0.25, 1), actions, 'greedy');
      expect([...actions]).toEqual([0, 2, 0, 0, 1, 0, 1, 2]);
      agent.dispose();
    });
  },
);

describe.each([...boxCases, ...squashedCases])('%s with continuous actions and seed %i', (_name, seed, learn) => {
  it('finds the best number', () => {
    expect(Math.abs(learn('probe-number-v1', seed).action(0) - 0.5)).toBeLessThan(0.1);
  });

  it('finds the best number for what it sees', () => {
    const { action } = learn('probe-matched-number-v1', seed);
    expect(Math.abs(action(-1) + 0.5)).toBeLessThan(0.1);
    expect(Math.abs(action(1) - 0.5)).toBeLessThan(0.1);
  });
});
