import { describe, expect, it } from 'vitest';
import { agents, createOfflineAgent } from '../../agents/registry.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import type { AgentState } from '../../src/core/agent.ts';
import { configJsonSchema } from '../../src/core/config-schema.ts';
import type { EpisodeDataset } from '../../src/core/episode-dataset.ts';
import { Rng } from '../../src/core/rng.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import type { Engine } from '../../src/nn/network.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { collectEpisodes } from '../../src/train/collect-episodes.ts';
import { learnOffline } from '../../src/train/learn-offline.ts';
import { TRAINING_METRICS } from '../../src/train/metrics.ts';

const engines = [
  ['simd', await selectEngine('simd')],
  ['wasm', await selectEngine('wasm')],
  ['cpu', await selectEngine('cpu')],
] as const;
const simd = engines[0][1];
const ROUNDS = 12;

const logs = { discrete: logOf(new CartPole(4)), box: logOf(new ProbeEnv('probe-matched-number-v1', 4)) };

/** Sixteen episodes at random. */
function logOf(env: VectorEnv): EpisodeDataset {
  const behaviour = { act: (_: Float32Array, actions: Int32Array | Float32Array) => void actions.fill(0) };
  return collectEpisodes({ env, behaviour, episodes: 16, epsilon: 1, noise: 1, seed: 1, rng: new Rng('log') });
}

function make(id: string, { observationSpace, actionSpace }: EpisodeDataset, engine: Engine, options = {}) {
  const known = Object.keys(configJsonSchema(agents.get(id).schema)['properties'] as object);
  const small = Object.entries({ hidden: [8], batchSize: 8, bufferSize: 500, ...options });
  const rng = new Rng('offline');
  return createOfflineAgent(
    id,
    { engine, observationSpace, actionSpace, numEnvs: 1, totalEnvSteps: ROUNDS, rng },
    Object.fromEntries(small.filter(([key]) => known.includes(key))),
  );
}

function learnt(id: string, log: EpisodeDataset, engine: Engine): AgentState {
  const agent = make(id, log, engine);
  agent.takeLog(log);
  for (const record of learnOffline({ agent, numRounds: ROUNDS, recordInterval: 5 })) {
    for (const [metric, value] of Object.entries(record.metrics)) {
      expect(TRAINING_METRICS.map((known) => known.id)).toContain(metric);
      expect(value).toSatisfy(Number.isFinite);
    }
  }
  const state = agent.getState();
  agent.dispose();
  return state;
}

const offline = agents.ids.filter((id) => agents.get(id).offline);
const cases = offline.flatMap((id) =>
  (['discrete', 'box'] as const)
    .filter((kind) => agents.get(id).actionSpaces.includes(kind))
    .map((kind) => [id, kind] as const),
);

describe.each(cases)('offline learner %s with %s actions', (id, kind) => {
  const log = logs[kind];

  it.each(engines)('ends in the same state, bit by bit, when it learns twice on %s', (_, engine) => {
    const first = learnt(id, log, engine);
    expect(learnt(id, log, engine)).toEqual(first);
    const fresh = make(id, log, engine);
    expect(first.arrays['weights']).not.toEqual(fresh.getState().arrays['weights']);
    fresh.dispose();
  });

  it.each(engines.slice(0, 2))('goes on exactly after saving to JSON and loading into another, on %s', (_, engine) => {
    const half = make(id, log, engine);
    half.takeLog(log);
    const [record] = learnOffline({ agent: half, numRounds: ROUNDS, recordInterval: 5 });
    const { json, arrays } = half.getState();
    const rest = make(id, log, engine);
    rest.setState({ json: JSON.parse(JSON.stringify(json)), arrays });
    const from = record!.counters;
    expect(from.updates).toBe(5);
    const after = [...learnOffline({ agent: rest, numRounds: ROUNDS, recordInterval: 5, from })];
    expect(after.at(-1)!.updates).toBe(ROUNDS);
    expect(rest.getState()).toEqual(learnt(id, log, engine));
    for (const agent of [half, rest]) agent.dispose();
  });

  it('refuses a log that its buffer cannot hold', () => {
    const agent = make(id, log, simd, { bufferSize: 9 });
    expect(() => agent.takeLog(log)).toThrow(/CONFIG_INVALID: .*bufferSize: expected room for the \d+ steps/);
    agent.dispose();
  });
});

describe('createOfflineAgent', () => {
  it('refuses learners that only learn by acting, and names those for logs', () => {
    expect(() => make('ppo', logs.discrete, simd)).toThrow(/ppo: learns by acting.*choose one of bc, cql-dqn/);
  });
});
