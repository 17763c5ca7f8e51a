import { describe, expect, it } from 'vitest';
import type { AgentContext } from '../../agents/context.ts';
import { createDqn } from '../../agents/dqn.ts';
import { createPpo } from '../../agents/ppo.ts';
import { createReinforce } from '../../agents/reinforce.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import type { Agent } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, greedyAction, makeScratch } from '../../src/policy/runtime.ts';
import { type TrainRecord, train } from '../../src/train/train.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 8;

function contextFor(env: CartPole, totalEnvSteps: number): AgentContext {
  const { observationSpace, actionSpace, numEnvs } = env;
  return { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng: new Rng('learners') };
}

/** All records of a training on CartPole, one a vector step. */
function records(create: (context: AgentContext) => Agent, totalEnvSteps: number): TrainRecord[] {
  const env = new CartPole(NUM_ENVS);
  const agent = create(contextFor(env, totalEnvSteps));
  const all = [...train({ env, agent, totalEnvSteps, seed: 0 })];
  agent.dispose();
  return all;
}

function series(all: readonly TrainRecord[], metric: string): number[] {
  return all.flatMap((record) => record.metrics[metric] ?? []);
}

describe('dqn', () => {
  const small = { hidden: [8], batchSize: 16, learningStarts: 0 };

  it('begins to learn once it has seen learningStarts steps and a batch of transitions', () => {
    const options = { hidden: [8], batchSize: 16, learningStarts: 80, nStep: 1 };
    const all = records((context) => createDqn(context, options), 160);
    expect(all.find((record) => record.updates > 0)!.envSteps).toBe(80);
  });

  it('waits for a full batch of transitions where learningStarts is smaller', () => {
    const options = { ...small, batchSize: 64, nStep: 1 };
    const all = records((context) => createDqn(context, options), 160);
    expect(all.find((record) => record.updates > 0)!.envSteps).toBe(64);
  });

  it('explores less and less, then at a constant rate', () => {
    const options = { ...small, explorationInitial: 1, explorationFinal: 0.2, explorationFraction: 0.5 };
    const epsilons = series(
      records((context) => createDqn(context, options), 800),
      'train/epsilon',
    );
    expect(epsilons.every((epsilon, i) => i === 0 || epsilon <= epsilons[i - 1]!)).toBe(true);
    expect(epsilons.at(-1)).toBe(0.2);
    expect(epsilons[Math.floor(epsilons.length / 4)]).toBeGreaterThan(0.5);
  });

  it('acts uniformly at random while ε is 1, and by its network while it is 0', () => {
    const env = new CartPole(NUM_ENVS);
    env.reset(0);
    const actions = new Int32Array(NUM_ENVS);
    const greedy = new Int32Array(NUM_ENVS);
    const random = createDqn(contextFor(env, 1e6), { ...small, explorationFinal: 1 });
    let ones = 0;
    for (let t = 0; t < 250; t++) {
      random.act(env.observations, actions, 'explore');
      ones += actions.reduce((sum, action) => sum + action, 0);
    }
    expect(Math.abs(ones / (250 * NUM_ENVS) - 0.5)).toBeLessThan(0.05);
    const sure = createDqn(contextFor(env, 1e6), { ...small, explorationInitial: 0, explorationFinal: 0 });
    sure.act(env.observations, actions, 'explore');
    sure.act(env.observations, greedy, 'greedy');
    expect(actions).toEqual(greedy);
    for (const agent of [random, sure]) agent.dispose();
  });

  it('remembers the final observation of a truncated episode as the successor, with a value still to come', () => {
    const agent = createDqn(contextFor(new CartPole(1), 100), { ...small, nStep: 1, gamma: 0.5, learningStarts: 100 });
    const env: VectorEnv = {
      ...new CartPole(1),
      observations: Float32Array.of(9, 9, 9, 9),
      finalObservations: Float32Array.of(1, 2, 3, 4),
      rewards: Float64Array.of(1),
      terminated: Uint8Array.of(0),
      truncated: Uint8Array.of(1),
      reset: () => {},
      step: () => {},
    };
    agent.act(Float32Array.of(5, 6, 7, 8), new Int32Array(1), 'explore');
    agent.observe(env);
    const { arrays } = agent.getState();
    expect([...arrays['replayObservations']!]).toEqual([5, 6, 7, 8]);
    expect([...arrays['replayNextObservations']!]).toEqual([1, 2, 3, 4]);
    expect([...arrays['replayDiscounts']!]).toEqual([0.5]);
    agent.dispose();
  });

  it('copies the online network to the target network at its interval, or a share of it with tau', () => {
    const distance = (options: object): number => {
      const env = new CartPole(NUM_ENVS);
      const agent = createDqn(contextFor(env, 1e6), { ...small, ...options });
      for (const record of train({ env, agent, totalEnvSteps: 1e6, seed: 0 })) if (record.updates === 10) break;
      const { weights, targetWeights } = agent.getState().arrays;
      agent.dispose();
      return Math.hypot(...weights!.map((w, i) => w - targetWeights![i]!));
    };
    const never = distance({ targetUpdateInterval: 1_000 });
    expect(distance({ targetUpdateInterval: 10 })).toBe(0);
    const softly = distance({ targetUpdateInterval: 1, tau: 0.3 });
    expect(softly).toBeGreaterThan(0);
    expect(softly).toBeLessThan(never);
  });

  it('cuts returns before actions that its network would not have taken: all of them while ε is 1, none while it is 0', () => {
    const discounts = (options: object): number[] => {
      const env = new CartPole(NUM_ENVS);
      const agent = createDqn(contextFor(env, 1e6), {
        ...small,
        learningStarts: 1e6,
        gamma: 0.5,
        nStep: 3,
        ...options,
      });
      for (const _ of train({ env, agent, totalEnvSteps: 80, seed: 0 }));
      const seen = [...agent.getState().arrays['replayDiscounts']!];
      agent.dispose();
      return [...new Set(seen.filter((discount) => discount > 0))];
    };
    expect(discounts({ cutReturns: true })).toEqual([0.5]);
    expect(discounts({ cutReturns: false })).toEqual([0.125]);
    const sure = { learningStarts: 0, batchSize: 10_000, explorationInitial: 0, explorationFinal: 0 };
    expect(discounts({ ...sure, cutReturns: true })).toEqual([0.125]);
  });

  it('acts as its plain network does with dueling values, and continues exactly from a saved state', () => {
    const options = { ...small, dueling: true, cutReturns: true, actorWeights: 'online' };
    const env = new CartPole(NUM_ENVS);
    const agent = createDqn(contextFor(env, 1_600), options);
    for (const _ of train({ env, agent, totalEnvSteps: 800, seed: 0 }));
    const network = agent.actorNetwork();
    const greedy = new Int32Array(NUM_ENVS);
    agent.act(env.observations, greedy, 'greedy');
    const scratch = makeScratch(network);
    const played = Array.from(greedy, (_, n) =>
      greedyAction(forward(network, env.observations.subarray(4 * n, 4 * n + 4), scratch), network.head),
    );
    expect([...greedy]).toEqual(played);
    const { json, arrays } = agent.getState();
    const other = createDqn({ ...contextFor(env, 1_600), rng: new Rng('other') }, options);
    other.setState({ json: JSON.parse(JSON.stringify(json)), arrays });
    const onwards = (learner: Agent): unknown => {
      const fresh = new CartPole(NUM_ENVS);
      for (const _ of train({ env: fresh, agent: learner, totalEnvSteps: 400, seed: 3 }));
      return learner.getState();
    };
    expect(onwards(other)).toEqual(onwards(agent));
    for (const learner of [agent, other]) learner.dispose();
  });

  it('acts by an average of its weights in which step k weighs as k², and keeps it with its state', () => {
    const env = new CartPole(NUM_ENVS);
    const context = contextFor(env, 1e6);
    const agent = createDqn(context, {
      ...small,
      hidden: [],
      trainInterval: 8,
      gradientSteps: 8,
      actorWeights: 'average',
    });
    const seen: Float32Array[] = [];
    for (const record of train({ env, agent, totalEnvSteps: 1e6, seed: 0 })) {
      if (record.updates > 0) seen.push(agent.getState().arrays['weights']!);
      if (seen.length === 4) break;
    }
    // Σ k(k + 1) w_k / Σ k(k + 1): the exact weights of the recursion with η = 2, here of 4 updates.
    const expected = seen[0]!.map((_, i) => seen.reduce((sum, w, k) => sum + (k + 1) * (k + 2) * w[i]!, 0) / 40);
    const { averageWeights } = agent.getState().arrays;
    for (const [i, weight] of expected.entries()) expect(averageWeights![i]).toBeCloseTo(weight, 5);
    const { kernel } = agent.actorNetwork().layers[0]!;
    expect([...kernel]).toEqual([...averageWeights!.subarray(0, kernel.length)]);
    agent.dispose();
  });

  it('learns with dueling values which action pays for what it sees', () => {
    const env = new ProbeEnv('probe-matched-choice-v1', NUM_ENVS);
    const { observationSpace, actionSpace, numEnvs } = env;
    const rng = new Rng('dueling');
    const context = { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: 4_000, rng };
    const agent = createDqn(context, { ...small, dueling: true, nStep: 1, learningRate: 0.01 });
    for (const _ of train({ env, agent, totalEnvSteps: 4_000, seed: 0 }));
    const network = agent.actorNetwork();
    const scratch = makeScratch(network);
    const choices = [-1, 1].map((x) => greedyAction(forward(network, Float32Array.of(x), scratch), network.head));
    expect(choices).toEqual([0, 1]);
    agent.dispose();
  });
});

describe('ppo', () => {
  const small = { hidden: [8], numSteps: 16, batchSize: 32, numEpochs: 5 };

  it('learns once a rollout, in all its epochs where no KL limit is set', () => {
    const all = records((context) => createPpo(context, { ...small, targetKl: null }), 512);
    expect(all.filter((record) => record.metrics['train/epochs'] !== undefined).map((r) => r.envSteps)).toEqual([
      128, 256, 384, 512,
    ]);
    expect(series(all, 'train/epochs')).toEqual([5, 5, 5, 5]);
  });

  it('stops its epochs where the policy has moved too far', () => {
    const options = { ...small, targetKl: 1e-4, learningRate: 0.05 };
    const epochs = series(
      records((context) => createPpo(context, options), 256),
      'train/epochs',
    );
    expect(epochs.every((count) => count < 5)).toBe(true);
  });

  it('lowers its learning rate along a line that ends at 0 after the last update', () => {
    const rates = series(
      records((context) => createPpo(context, { ...small, learningRate: 0.01 }), 512),
      'train/learningRate',
    );
    expect(rates).toHaveLength(4);
    for (const [k, rate] of rates.entries()) expect(rate).toBeCloseTo(0.01 * (1 - k / 4), 12);
  });

  it('learns from a rollout that is smaller than batchSize', () => {
    const all = records((context) => createPpo(context, { ...small, batchSize: 100_000 }), 128);
    expect(series(all, 'train/epochs')).toEqual([5]);
  });

  it('starts from a ratio of 1 and an even policy', () => {
    const options = { ...small, batchSize: 128, numEpochs: 1 };
    const all = records((context) => createPpo(context, options), 128);
    expect(series(all, 'train/approxKl')[0]).toBeCloseTo(0, 6);
    expect(series(all, 'train/clipFraction')[0]).toBe(0);
    expect(series(all, 'train/entropy')[0]).toBeCloseTo(Math.log(2), 2);
  });

  it('acts where there is only one action', () => {
    const env = new CartPole(2);
    const { observationSpace, numEnvs } = env;
    const rng = new Rng('one');
    const agent = createPpo(
      { engine, observationSpace, actionSpace: discrete(1), numEnvs, totalEnvSteps: 10, rng },
      { hidden: [4] },
    );
    const actions = Int32Array.of(7, 7);
    env.reset(0);
    agent.act(env.observations, actions, 'explore');
    expect([...actions]).toEqual([0, 0]);
    agent.dispose();
  });
});

describe('reinforce', () => {
  it('learns when every copy has finished its episodes, and not from the rest of those under way', () => {
    const all = records((context) => createReinforce(context, { hidden: [8], criticSteps: 1 }), 1_600);
    const first = all.findIndex((record) => record.updates === 1);
    const ended = all.slice(0, first + 1).flatMap((record) => record.episodeLengths);
    expect(ended.length).toBeGreaterThanOrEqual(NUM_ENVS);
    const updates = all.at(-1)!.updates;
    const episodes = all.flatMap((record) => record.episodeLengths).length;
    expect(updates).toBeGreaterThan(1);
    expect(updates * NUM_ENVS).toBeLessThan(episodes);
  });

  it('leaves the baseline alone with criticSteps 0', () => {
    const env = new CartPole(NUM_ENVS);
    const agent = createReinforce(contextFor(env, 800), { hidden: [8], criticSteps: 0 });
    const before = agent.getState().arrays;
    for (const _ of train({ env, agent, totalEnvSteps: 800, seed: 0 }));
    const after = agent.getState().arrays;
    expect(after['criticWeights']).toEqual(before['criticWeights']);
    expect(after['weights']).not.toEqual(before['weights']);
    agent.dispose();
  });
});
