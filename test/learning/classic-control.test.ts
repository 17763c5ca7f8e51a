import { describe, expect, it } from 'vitest';
import { agents } from '../../agents/registry.ts';
import { Acrobot } from '../../envs/classic/acrobot.ts';
import { Pendulum } from '../../envs/classic/pendulum.ts';
import type { PlainNetwork } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';
import { meanGreedyReturn } from './play.ts';
import { seeds } from './seeds.ts';

interface Setup {
  readonly agent: string;
  readonly make: (numEnvs: number) => VectorEnv;
  /** Mean return over 100 episodes that counts as solved. */
  readonly solved: number;
  /** Training stops once 50 other episodes score this. */
  readonly stopAt: number;
  readonly numEnvs: number;
  readonly totalEnvSteps: number;
  readonly options: Readonly<Record<string, unknown>>;
}

const pendulum = { make: (numEnvs: number) => new Pendulum(numEnvs), solved: -200, stopAt: -170 };
const acrobot = { make: (numEnvs: number) => new Acrobot(numEnvs), solved: -100, stopAt: -88 };
const offPolicy = {
  ...{ batchSize: 128, learningStarts: 800, gamma: 0.95, tau: 0.02, rewardScale: 0.1 },
  ...{ learningRate: 0.004, criticLearningRate: 0.004, learningRateSchedule: 'linear' },
};

// Discounts and rates after rl-baselines3-zoo (hyperparams/*.yml), with smaller networks and several copies.
const setups: Readonly<Record<string, Setup>> = {
  'SAC on Pendulum-v1': {
    agent: 'sac',
    ...pendulum,
    ...{ numEnvs: 8, totalEnvSteps: 30_000 },
    options: { ...offPolicy, temperatureLearningRate: 0.004 },
  },
  'TD3 on Pendulum-v1': {
    agent: 'td3',
    ...pendulum,
    ...{ numEnvs: 8, totalEnvSteps: 40_000 },
    options: { ...offPolicy, explorationNoise: 0.2, tau: 0.04 },
  },
  'PPO on Pendulum-v1': {
    agent: 'ppo',
    ...pendulum,
    ...{ numEnvs: 16, totalEnvSteps: 150_000 },
    options: {
      ...{ numSteps: 128, batchSize: 256, numEpochs: 10, gamma: 0.9, targetKl: null, entCoef: 0 },
      ...{ rewardScale: 0.1, sharedNetwork: false, initialLogStd: 0 },
    },
  },
  'PPO on Acrobot-v1': {
    agent: 'ppo',
    ...acrobot,
    ...{ numEnvs: 16, totalEnvSteps: 200_000 },
    options: {
      numSteps: 128,
      batchSize: 256,
      numEpochs: 5,
      gaeLambda: 0.94,
      targetKl: null,
      entCoef: 0.02,
      rewardScale: 0.1,
    },
  },
};

const engine = await selectEngine('wasm');

/** Trains until 50 episodes of its own score well enough, or to the end of the budget; the best checkpoint by those. */
function bestCheckpoint(setup: Setup, seed: number): PlainNetwork {
  const { make, totalEnvSteps, options, numEnvs, stopAt } = setup;
  const env = make(numEnvs);
  const { observationSpace, actionSpace } = env;
  const rng = new Rng(`classic-control/${seed}`);
  const context = { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng };
  const agent = agents.get(setup.agent).create(context, options);
  let best = agent.actorNetwork();
  let bestReturn = Number.NEGATIVE_INFINITY;
  for (const _ of train({ env, agent, totalEnvSteps, seed, recordInterval: totalEnvSteps / 20 })) {
    const network = agent.actorNetwork();
    const score = meanGreedyReturn(network, make(50), 1_000_000 + seed);
    if (score <= bestReturn) continue;
    best = network;
    bestReturn = score;
    if (score >= stopAt) break;
  }
  agent.dispose();
  return best;
}

const cases = Object.keys(setups).flatMap((name) => seeds().map((seed) => [name, seed] as const));

describe.each(cases)('%s with seed %i', (name, seed) => {
  it('solves it on episodes that it was neither trained nor chosen on', () => {
    const setup = setups[name]!;
    const network = bestCheckpoint(setup, seed);
    expect(meanGreedyReturn(network, setup.make(100), 3_000_000 + seed)).toBeGreaterThanOrEqual(setup.solved);
  });
});
