import { describe, expect, it } from 'vitest';
import { createOfflineAgent } from '../../agents/registry.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import { type EpisodeDataset, EpisodeDatasetBuilder, loggedReturns } from '../../src/core/episode-dataset.ts';
import { Rng } from '../../src/core/rng.ts';
import { box, discrete } from '../../src/core/space.ts';
import { mean } from '../../src/eval/statistics.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';
import { collectEpisodes } from '../../src/train/collect-episodes.ts';
import { learnOffline } from '../../src/train/learn-offline.ts';
import { meanGreedyReturn } from './play.ts';

const engine = await selectEngine('simd');

/** The acting network after learning from a log. */
function learn(id: string, log: EpisodeDataset, numRounds: number, options: object) {
  const { observationSpace, actionSpace } = log;
  const rng = new Rng(`offline/${id}`);
  const context = { engine, observationSpace, actionSpace, numEnvs: 1, totalEnvSteps: numRounds, rng };
  const agent = createOfflineAgent(id, context, options);
  agent.takeLog(log);
  for (const _ of learnOffline({ agent, numRounds, recordInterval: numRounds }));
  const network = agent.actorNetwork();
  agent.dispose();
  return network;
}

describe('learning from logs of CartPole', () => {
  // A fair hand rule that acts at random half of the time: mean return well below 475.
  const behaviour = {
    act(observations: Float32Array, actions: Int32Array | Float32Array) {
      for (let n = 0; n < actions.length; n++)
        actions[n] = observations[4 * n + 2]! + 0.5 * observations[4 * n + 3]! > 0 ? 1 : 0;
    },
  };
  const log = collectEpisodes({
    ...{
      env: new CartPole(8),
      behaviour,
      episodes: 80,
      epsilon: 0.5,
      noise: 0,
      seed: 5,
      rng: new Rng('cartpole-log'),
    },
  });
  const logged = mean([...loggedReturns(log)]);

  it.each([
    ['bc', 1500, { learningRate: 2e-3 }],
    ['cql-dqn', 4000, { learningRate: 1e-3, cqlAlpha: 0.5 }],
    ['iql', 3000, { learningRate: 1e-3 }],
  ])('%s plays far better than the log that it learnt from', (id, rounds, options) => {
    expect(logged).toBeLessThan(250);
    const score = meanGreedyReturn(learn(id, log, rounds, options), new CartPole(20), 77);
    expect(score).toBeGreaterThan(logged + 100);
    expect(score).toBeGreaterThan(350);
  });
});

describe('learning from logs of continuous actions', () => {
  const env = new ProbeEnv('probe-matched-number-v1', 8);
  const behaviour = { act: (_: Float32Array, actions: Int32Array | Float32Array) => void actions.fill(0) };
  const log = collectEpisodes({
    env,
    behaviour,
    episodes: 600,
    epsilon: 1,
    noise: 1,
    seed: 2,
    rng: new Rng('number-log'),
  });
  const logged = mean([...loggedReturns(log)]);

  it.each([
    ['cql-sac', 600, { cqlAlpha: 0.05, batchSize: 64, learningRate: 3e-3, criticLearningRate: 3e-3 }],
    ['iql', 1500, { inverseTemperature: 20, learningRate: 3e-3, criticLearningRate: 3e-3 }],
    ['td3-bc', 1500, { bcAlpha: 20, learningRate: 3e-3, criticLearningRate: 3e-3 }],
  ])('%s finds the matching number in a log of random ones', (id, rounds, options) => {
    const score = meanGreedyReturn(learn(id, log, rounds, options), env, 9);
    expect(logged).toBeLessThan(-0.2);
    expect(score).toBeGreaterThan(0.25 * logged);
  });
});

describe('what a log does not show', () => {
  const observationSpace = box([{ name: 'one', unit: '', low: 1, high: 1, description: 'Always 1.' }]);

  it('is distrusted by CQL the more, the larger α: its value falls below those of logged actions', () => {
    // Action 0 earns 1, action 1 earns 0, action 2 was never tried.
    const builder = new EpisodeDatasetBuilder(observationSpace, discrete(3));
    for (let e = 0; e < 64; e++) {
      builder.addStep([1], [e % 2], 0.5, 1 - (e % 2));
      builder.endEpisode(true);
    }
    const values = (cqlAlpha: number) => {
      const network = learn('cql-dqn', builder.build(), 600, { cqlAlpha, hidden: [16], batchSize: 64 });
      return [...forward(network, Float32Array.of(1), makeScratch(network))];
    };
    const [careless, careful] = [values(0), values(0.2)];
    expect(careless[0]).toBeCloseTo(1, 1);
    expect(careful[0]! - careful[2]!).toBeGreaterThan(careless[0]! - careless[2]! + 0.3);
    expect(careful[2]!).toBeLessThan(careful[1]!);
  });

  it('never tempts IQL, which learns nearly the best return that the log shows', () => {
    // One state, two logged actions of 0 and 1: the τ-expectile of the two, (τ·1 + (1 − τ)·0), is what V goes to.
    const builder = new EpisodeDatasetBuilder(observationSpace, discrete(3));
    for (let e = 0; e < 64; e++) {
      builder.addStep([1], [e % 2], 0.5, 1 - (e % 2));
      builder.endEpisode(true);
    }
    const network = learn('iql', builder.build(), 800, {
      hidden: [16],
      batchSize: 64,
      inverseTemperature: 3,
      tau: 0.05,
    });
    const logits = forward(network, Float32Array.of(1), makeScratch(network));
    // π ∝ the log's shares times exp(β · (Q − V)): log-odds of action 0 over 1 are β · 1 = 3; action 2 has no share.
    expect(logits[0]! - logits[1]!).toBeGreaterThan(2.2);
    expect(logits[0]! - logits[1]!).toBeLessThan(3.8);
    expect(logits[2]!).toBeLessThan(logits[1]!);
  });

  it('is cloned as often as it was done', () => {
    const builder = new EpisodeDatasetBuilder(observationSpace, discrete(3));
    for (let e = 0; e < 200; e++) {
      builder.addStep([1], [e % 10 < 7 ? 0 : 1], 0.5, 0);
      builder.endEpisode(true);
    }
    const network = learn('bc', builder.build(), 500, { hidden: [16], learningRate: 1e-2 });
    const logits = forward(network, Float32Array.of(1), makeScratch(network));
    expect(Math.abs(logits[0]! - logits[1]! - Math.log(7 / 3))).toBeLessThan(0.25);
  });
});
