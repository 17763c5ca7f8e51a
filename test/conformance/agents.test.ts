import { describe, expect, it } from 'vitest';
import { agents } from '../../agents/registry.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import { PlainActor } from '../../experiments/plain-actor.ts';
import type { Agent, AgentState } from '../../src/core/agent.ts';
import { configJsonSchema } from '../../src/core/config-schema.ts';
import { Rng } from '../../src/core/rng.ts';
import { makeActions, type Space } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import type { Engine } from '../../src/nn/network.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { TRAINING_METRICS } from '../../src/train/metrics.ts';
import { train } from '../../src/train/train.ts';

/** `BIDLAB_CONFORMANCE_BACKEND` puts all agents on one other backend: `tensorflow`, `cuda`. */
const asked = process.env['BIDLAB_CONFORMANCE_BACKEND'] as Engine['backend'] | undefined;
const backends: readonly Engine['backend'][] = asked === undefined ? ['simd', 'wasm', 'cpu'] : [asked];
const engines = new Map<string, Engine>();
for (const backend of backends) engines.set(backend, await selectEngine(backend));
/** The engine of what need not be tried on all of them. */
const engine = engines.get(asked ?? 'wasm')!;
const NUM_ENVS = 4;

/** Environments to act in, by the kind of action. */
const environments: Readonly<Record<Space['kind'], () => VectorEnv>> = {
  discrete: () => constrained(new CartPole(NUM_ENVS)),
  'multi-discrete': () => constrained(new ProbeEnv('probe-two-choices-v1', NUM_ENVS)),
  box: () => constrained(new ProbeEnv('probe-matched-number-v1', NUM_ENVS)),
};

/** With a cost of 1 a step, for learners that keep a constraint. */
function constrained(env: VectorEnv): VectorEnv {
  const costs = new Float64Array(NUM_ENVS).fill(1);
  return Object.assign(env, { constraint: { name: 'steps', unit: 'steps', limit: 8, costs } });
}

/** Settings that make learning begin soon, where the agent has them. */
const SMALL = { hidden: [8], numSteps: 6, batchSize: 16, learningStarts: 32, bufferSize: 300, targetUpdateInterval: 7 };

function smallOptions(id: string): Record<string, unknown> {
  const known = Object.keys(configJsonSchema(agents.get(id).schema)['properties'] as object);
  return Object.fromEntries(Object.entries(SMALL).filter(([key]) => known.includes(key)));
}

function make(id: string, env: VectorEnv, on: Engine, seed: number, options = smallOptions(id)): Agent {
  const { observationSpace, actionSpace, numEnvs } = env;
  const rng = new Rng(`conformance/${seed}`);
  return agents
    .get(id)
    .create({ engine: on, observationSpace, actionSpace, numEnvs, totalEnvSteps: 1_600, rng }, options);
}

/** Trains on where the environment stands, or from the start with a seed. */
function run(agent: Agent, env: VectorEnv, vectorSteps: number, seed?: number): void {
  for (const _ of train({
    env,
    agent,
    totalEnvSteps: vectorSteps * NUM_ENVS,
    ...(seed === undefined ? {} : { seed }),
  }));
}

function stateAfterTraining(id: string, kind: Space['kind'], on: Engine): AgentState {
  const env = environments[kind]();
  const agent = make(id, env, on, 1);
  run(agent, env, 150, 1);
  const state = agent.getState();
  agent.dispose();
  return state;
}

const cases = agents.ids
  .filter((id) => agents.get(id).policy !== 'logged')
  .flatMap((id) => agents.get(id).actionSpaces.map((kind) => [id, kind] as const));

describe.each(cases)('agent %s with %s actions', (id, kind) => {
  it.each([...engines])('ends in the same state, bit by bit, when trained twice on %s', (_, on) => {
    const first = stateAfterTraining(id, kind, on);
    expect(stateAfterTraining(id, kind, on)).toEqual(first);
    const fresh = make(id, environments[kind](), on, 1);
    expect(first.arrays['weights']).not.toEqual(fresh.getState().arrays['weights']);
    fresh.dispose();
  });

  it.each([...engines].filter(([backend]) => backend !== 'cpu'))(
    'continues exactly after saving to JSON and loading into another instance, wherever cut, on %s',
    (_, on) => {
      for (const cut of [7, 90, 131]) {
        const env = environments[kind]();
        const half = make(id, env, on, 1);
        run(half, env, cut, 1);
        const { json, arrays } = half.getState();
        const rest = make(id, env, on, 2);
        rest.setState({ json: JSON.parse(JSON.stringify(json)), arrays });
        run(rest, env, 150 - cut);
        expect(rest.getState()).toEqual(stateAfterTraining(id, kind, on));
        for (const agent of [half, rest]) agent.dispose();
      }
    },
  );

  it('is not changed by acting greedily in between', () => {
    const env = environments[kind]();
    const agent = make(id, env, engine, 1);
    const actions = makeActions(env.actionSpace, 2);
    run(agent, env, 5, 1);
    const state = agent.getState();
    agent.act(env.observations.subarray(0, 2 * env.observationSpace.features.length), actions, 'greedy');
    expect(agent.getState()).toEqual(state);
    agent.dispose();
  });

  it('hands out the network that it acts greedily by', () => {
    const env = environments[kind]();
    const agent = make(id, env, engine, 1);
    run(agent, env, 60, 1);
    const network = agent.actorNetwork();
    const actions = makeActions(env.actionSpace, NUM_ENVS);
    const byNetwork = makeActions(env.actionSpace, NUM_ENVS);
    agent.act(env.observations, actions, 'greedy');
    new PlainActor(network, env.actionSpace).act(env.observations, byNetwork);
    for (let i = 0; i < actions.length; i++) expect(actions[i]).toBeCloseTo(byNetwork[i]!, 5);
    agent.dispose();
  });

  it('keeps the number of tensors flat over 500 updates and frees them all', () => {
    const before = engine.numTensors();
    const env = environments[kind]();
    const agent = make(id, env, engine, 1);
    // Updates may differ in kind (TD3's policy moves every other time), so a few of them show every count there is.
    const early = new Set<number>();
    const counts = new Set<number>();
    let updates = 0;
    for (const record of train({ env, agent, totalEnvSteps: 1e9, seed: 3 })) {
      if (record.updates === updates) continue;
      updates = record.updates;
      counts.add(engine.numTensors());
      if (updates <= 8) early.add(engine.numTensors());
      if (updates === 500) break;
    }
    expect(counts).toEqual(early);
    expect(counts.size).toBeLessThanOrEqual(2);
    agent.dispose();
    expect(engine.numTensors()).toBe(before);
  });

  it('reports only metrics that the table defines', () => {
    const env = environments[kind]();
    const agent = make(id, env, engine, 1);
    const known = new Set(TRAINING_METRICS.map((metric) => metric.id));
    const seen = new Set<string>();
    for (const record of train({ env, agent, totalEnvSteps: 400, seed: 1 })) {
      for (const metric of Object.keys(record.metrics)) seen.add(metric);
    }
    expect([...seen].filter((metric) => !known.has(metric))).toEqual([]);
    expect([...seen].some((metric) => metric.startsWith('train/'))).toBe(true);
    agent.dispose();
  });

  it('refuses the state of a network of another size', () => {
    const env = environments[kind]();
    const agent = make(id, env, engine, 1);
    const larger = make(id, env, engine, 1, { ...smallOptions(id), hidden: [16] });
    expect(() => agent.setState(larger.getState())).toThrow(/SHAPE_MISMATCH/);
    expect(() => agent.setState({ json: {}, arrays: {} })).toThrow(/SHAPE_MISMATCH/);
    for (const made of [agent, larger]) made.dispose();
  });
});

describe.each(agents.ids)('agent %s', (id) => {
  it('refuses action spaces that it does not list, by name and with a way out', () => {
    const { actionSpaces } = agents.get(id);
    for (const kind of Object.keys(environments) as Space['kind'][]) {
      if (actionSpaces.includes(kind)) continue;
      expect(() => make(id, environments[kind](), engine, 1)).toThrow(
        new RegExp(`CONFIG_INVALID: ${id}: expected a ${actionSpaces[0]} action space, received .*; choose`),
      );
    }
  });

  it('refuses an unknown setting with the one that was meant, and a value out of bounds', () => {
    const env = environments[agents.get(id).actionSpaces[0]!]();
    expect(() => make(id, env, engine, 1, { learningRat: 1 })).toThrow(/did you mean 'learningRate'/);
    expect(() => make(id, env, engine, 1, { learningRate: 3 })).toThrow(
      /learningRate: expected <= 1 \[1\/step\], received 3/,
    );
  });

  it('describes every setting', () => {
    const { properties } = configJsonSchema(agents.get(id).schema) as {
      properties: Record<string, { description?: string; unit?: string; default?: unknown }>;
    };
    for (const [name, setting] of Object.entries(properties)) {
      expect(setting.description, name).toMatch(/\.$/);
      expect(setting.unit, name).toBeDefined();
      expect(setting.default, name).toBeDefined();
    }
  });
});
