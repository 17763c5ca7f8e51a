import { describe, expect, it } from 'vitest';
import { agents, createOfflineAgent } from '../../agents/registry.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { Pendulum } from '../../envs/classic/pendulum.ts';
import { Rng } from '../../src/core/rng.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, greedyAction, makeScratch } from '../../src/policy/runtime.ts';
import { RunningMoments } from '../../src/rl/running-moments.ts';
import { collectEpisodes } from '../../src/train/collect-episodes.ts';
import { learnOffline } from '../../src/train/learn-offline.ts';
import { train } from '../../src/train/train.ts';
import { meanGreedyReturn } from '../learning/play.ts';

const engine = await selectEngine('simd');
const NORMALIZED = { normalizeObservations: true, normalizeRewards: true };

function make(id: string, env: VectorEnv, options: object, totalEnvSteps = 4_000) {
  const { observationSpace, actionSpace, numEnvs } = env;
  const rng = new Rng('normalized');
  return agents.get(id).create({ engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng }, options);
}

/** CartPole told in other units: metres in thousands, with a far origin. */
class OddUnits extends CartPole {
  override reset(seed: number): void {
    super.reset(seed);
    this.#change(this.observations);
  }

  override step(actions: Int32Array): void {
    this.#undo(this.observations);
    super.step(actions);
    this.#change(this.observations);
    this.#change(this.finalObservations);
  }

  #change(rows: Float32Array): void {
    for (let i = 0; i < rows.length; i += 4) rows[i] = 300 + 1000 * rows[i]!;
    for (let i = 2; i < rows.length; i += 4) rows[i] = rows[i]! / 50;
  }

  #undo(rows: Float32Array): void {
    for (let i = 0; i < rows.length; i += 4) rows[i] = (rows[i]! - 300) / 1000;
    for (let i = 2; i < rows.length; i += 4) rows[i] = rows[i]! * 50;
  }
}

describe('RunningMoments', () => {
  it('has the mean and deviation of everything added, however it came', () => {
    const rng = new Rng('moments');
    const rows = Float32Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 1e6 : 5) + rng.normal() * ((i % 3) + 1));
    const moments = new RunningMoments(3);
    moments.add(rows.subarray(0, 90));
    moments.add(rows.subarray(90));
    for (const d of [0, 1, 2]) {
      const column = [...rows].filter((_, i) => i % 3 === d);
      const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
      const std = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
      expect(moments.mean(d)).toBeCloseTo(mean, 6);
      expect(moments.std(d)).toBeCloseTo(std, 9);
    }
  });

  it('leaves numbers as they are before the first row, and does not blow up what hardly moves', () => {
    const moments = new RunningMoments(1);
    const out = new Float32Array(1);
    moments.normalize(Float32Array.of(7), out);
    expect(out[0]).toBe(7);
    moments.add(Float32Array.of(2, 2, 2));
    moments.normalize(Float32Array.of(2.5), out);
    expect(out[0]).toBe(5000);
  });
});

describe.each(['dqn', 'ppo', 'a2c'])('%s with normalised observations and rewards', (id) => {
  const small = {
    hidden: [8],
    ...(id === 'dqn' ? { batchSize: 16, learningStarts: 32, bufferSize: 500 } : { numSteps: 8 }),
  };

  it('hands out a network of plain observations that decides as it does', () => {
    const env = new OddUnits(4);
    const agent = make(id, env, { ...small, ...NORMALIZED });
    for (const _ of train({ env, agent, totalEnvSteps: 800, seed: 1 }));
    const network = agent.actorNetwork();
    const actions = new Int32Array(4);
    agent.act(env.observations, actions, 'greedy');
    const scratch = makeScratch(network);
    for (let n = 0; n < 4; n++) {
      const outputs = forward(network, env.observations.slice(4 * n, 4 * n + 4), scratch);
      expect(greedyAction(outputs, network.head)).toBe(actions[n]);
    }
    agent.dispose();
  });

  it('continues bit for bit from its saved state, moments included', () => {
    const whole = make(id, new CartPole(4), { ...small, ...NORMALIZED });
    for (const _ of train({ env: new CartPole(4), agent: whole, totalEnvSteps: 800, seed: 1 }));
    const env = new CartPole(4);
    const half = make(id, env, { ...small, ...NORMALIZED });
    for (const _ of train({ env, agent: half, totalEnvSteps: 372, seed: 1 }));
    const { json, arrays } = half.getState();
    const rest = make(id, env, { ...small, ...NORMALIZED });
    rest.setState({ json: JSON.parse(JSON.stringify(json)), arrays });
    for (const _ of train({ env, agent: rest, totalEnvSteps: 428 }));
    expect(rest.getState()).toEqual(whole.getState());
    for (const agent of [whole, half, rest]) agent.dispose();
  });
});

describe('normalised observations', () => {
  it('make odd units learnable: CartPole in millimetres from afar', () => {
    const options = {
      ...{ numSteps: 32, learningRate: 3e-3, gamma: 0.98, gaeLambda: 0.8, normalizeObservations: true },
    };
    const env = new OddUnits(8);
    const agent = make('ppo', env, options, 60_000);
    for (const _ of train({ env, agent, totalEnvSteps: 60_000, seed: 1 }));
    expect(meanGreedyReturn(agent.actorNetwork(), new OddUnits(20), 5)).toBeGreaterThan(400);
    agent.dispose();
  });

  it('are those of the whole log where a log is learnt from', () => {
    const behaviour = { act: (_: Float32Array, actions: Int32Array | Float32Array) => void actions.fill(0) };
    const env = new Pendulum(2);
    const log = collectEpisodes({ env, behaviour, episodes: 2, epsilon: 1, noise: 1, seed: 1, rng: new Rng('log') });
    const { observationSpace, actionSpace } = env;
    const context = { engine, observationSpace, actionSpace, numEnvs: 1, totalEnvSteps: 20, rng: new Rng('log') };
    const agent = createOfflineAgent('td3-bc', context, { hidden: [8], normalizeObservations: true });
    agent.takeLog(log);
    for (const _ of learnOffline({ agent, numRounds: 20, recordInterval: 20 }));
    const network = agent.actorNetwork();
    const actions = new Float32Array(2);
    agent.act(log.observations.slice(0, 6), actions, 'greedy');
    const scratch = makeScratch(network);
    for (const n of [0, 1])
      expect(forward(network, log.observations.slice(3 * n, 3 * n + 3), scratch)[0]).toBeCloseTo(actions[n]!, 4);
    const held = agent.getState().arrays['replayObservations']!;
    const speeds = [...held].filter((_, i) => i % 3 === 2);
    const mean = speeds.reduce((sum, x) => sum + x, 0) / speeds.length;
    expect(mean).toBeCloseTo(0, 4);
    expect(speeds.reduce((sum, x) => sum + x * x, 0) / speeds.length).toBeCloseTo(1, 4);
    agent.dispose();
  });
});

describe('a learnt price of a constraint, as an option of any learner', () => {
  it('logs its trace, and is refused where the environment reports no cost', () => {
    const env = new CartPole(4);
    const costs = new Float64Array(4).fill(1);
    const options = { numSteps: 8, hidden: [8], constraint: { multiplierLearningRate: 0.1 } };
    const agent = make('ppo', env, options);
    expect(() => [...train({ env, agent, totalEnvSteps: 200, seed: 1 })]).toThrow(/expected a constraint with a cost/);
    agent.dispose();
    const priced = Object.assign(new CartPole(4), { constraint: { name: 'steps', unit: 'steps', limit: 5, costs } });
    const careful = make('ppo', priced, options);
    const records = [...train({ env: priced, agent: careful, totalEnvSteps: 800, seed: 1 })];
    const trace = records.map(({ metrics }) => metrics['train/lagrangeMultiplier']).filter((x) => x !== undefined);
    expect(trace.at(-1)!).toBeGreaterThan(trace[0]!);
    careful.dispose();
  });
});
