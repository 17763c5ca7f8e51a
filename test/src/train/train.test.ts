import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import { box, discrete } from '../../../src/core/space.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import { TRAINING_METRICS } from '../../../src/train/metrics.ts';
import { type TrainRecord, train } from '../../../src/train/train.ts';

/** Two copies that pay 1 a step; copy 0 terminates every 2 steps, copy 1 is cut every 3. */
function makeEnv(): VectorEnv & { seeds: number[] } {
  let t = 0;
  const env = {
    id: 'scripted',
    numEnvs: 2,
    observationSpace: box([{ name: 'x', unit: '1', low: -1, high: 1, description: '' }]),
    actionSpace: discrete(2),
    observations: new Float32Array(2),
    finalObservations: new Float32Array(2),
    rewards: Float64Array.of(1, 1),
    terminated: new Uint8Array(2),
    truncated: new Uint8Array(2),
    seeds: [] as number[],
    reset: (seed: number) => {
      env.seeds.push(seed);
      t = 0;
    },
    step: () => {
      t++;
      env.terminated[0] = t % 2 === 0 ? 1 : 0;
      env.truncated[1] = t % 3 === 0 ? 1 : 0;
    },
  };
  return env;
}

/** Reports the given losses one by one, null where it does not learn; writes down what it is called for. */
function makeAgent(losses: readonly (number | null)[], weight = 1): Agent & { calls: string[] } {
  let next = 0;
  const calls: string[] = [];
  return {
    id: 'scripted',
    calls,
    act: () => void calls.push('act'),
    observe: () => void calls.push('observe'),
    update: () => {
      calls.push('update');
      const loss = losses[next++ % losses.length]!;
      return loss === null ? null : { 'train/loss': loss };
    },
    getState: () => ({ json: {}, arrays: {} }),
    setState: () => {},
    actorNetwork: () => ({
      head: 'argmax',
      layers: [
        { inputs: 1, outputs: 1, activation: 'linear', kernel: Float32Array.of(weight), bias: Float32Array.of(0) },
      ],
    }),
    dispose: () => {},
  };
}

describe('train', () => {
  it('acts, observes and updates once a vector step, and counts the steps of all copies', () => {
    const agent = makeAgent([null]);
    const records = [...train({ env: makeEnv(), agent, totalEnvSteps: 5 })];
    expect(records.map((record) => record.envSteps)).toEqual([2, 4, 6]);
    expect(agent.calls).toEqual(new Array(3).fill(['act', 'observe', 'update']).flat());
  });

  it('resets the environment when it is given a seed, and only then', () => {
    const env = makeEnv();
    for (const _ of train({ env, agent: makeAgent([null]), totalEnvSteps: 2 }));
    expect(env.seeds).toEqual([]);
    for (const _ of train({ env, agent: makeAgent([null]), totalEnvSteps: 2, seed: 9 }));
    expect(env.seeds).toEqual([9]);
  });

  it('gathers finished episodes and mean metrics between records, and gives the rest at the end', () => {
    const agent = makeAgent([1, null, 3]);
    const records: TrainRecord[] = [...train({ env: makeEnv(), agent, totalEnvSteps: 14, recordInterval: 6, seed: 0 })];
    expect(records.map((record) => [record.iteration, record.envSteps, record.updates])).toEqual([
      [1, 6, 2],
      [2, 12, 4],
      [3, 14, 5],
    ]);
    expect(records[0]!.metrics).toEqual({
      'rollout/episodeReturn': 2.5,
      'rollout/episodeLength': 2.5,
      'rollout/episodes': 2,
      'train/loss': 2,
    });
    expect(records[0]!.episodeReturns).toEqual([2, 3]);
    expect(records[1]!.episodeLengths).toEqual([2, 2, 3]);
    expect(records[2]!.metrics).toEqual({ 'train/loss': 1 });
  });

  it('stops with DIVERGED when a metric or a weight is not finite', () => {
    const run = (agent: Agent) => [...train({ env: makeEnv(), agent, totalEnvSteps: 100 })];
    expect(() => run(makeAgent([1, Number.NaN]))).toThrow(/DIVERGED: scripted: train\/loss is NaN after 4 env steps/);
    expect(() => run(makeAgent([1], Number.NaN))).toThrow(/DIVERGED: scripted: a weight of layer 0 is not finite/);
  });

  it('refuses a training of no steps', () => {
    expect(() => [...train({ env: makeEnv(), agent: makeAgent([null]), totalEnvSteps: 0 })]).toThrow(
      /totalEnvSteps > 0/,
    );
  });
});

describe('TRAINING_METRICS', () => {
  it('defines each id once, with a unit and a sentence', () => {
    const ids = TRAINING_METRICS.map((metric) => metric.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, unit, description } of TRAINING_METRICS) {
      expect(id).toMatch(/^(rollout|train|time)\/[a-z][A-Za-z]*$/);
      expect(unit).not.toBe('');
      expect(description).toMatch(/\.$/);
    }
  });
});
