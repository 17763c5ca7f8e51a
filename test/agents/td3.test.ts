import { describe, expect, it } from 'vitest';
import { ActionScale } from '../../agents/action-scale.ts';
import type { AgentContext } from '../../agents/context.ts';
import { createTd3 } from '../../agents/td3.ts';
import { TwinCritic } from '../../agents/twin-critic.ts';
import type { PlainNetwork } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { box, discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';

const engine = await selectEngine('wasm');
const observationSpace = box([{ name: 'x', unit: '1', low: -1, high: 1, description: 'A number.' }]);
const actionSpace = box([
  { name: 'a', unit: '1', low: 0, high: 10, description: 'A number.' },
  { name: 'b', unit: '1', low: -3, high: -1, description: 'A number.' },
]);
const context: AgentContext = {
  engine,
  observationSpace,
  actionSpace,
  numEnvs: 1,
  totalEnvSteps: 100,
  rng: new Rng('td3'),
};

describe('ActionScale', () => {
  const scale = new ActionScale('td3', actionSpace);

  it('carries [−1, 1] to the sides of the box, without leaving it', () => {
    const actions = new Float32Array(4);
    scale.toEnvironment(Float32Array.of(-1, -1, 0.5, 1), actions);
    expect([...actions]).toEqual([0, -3, 7.5, -1]);
  });

  it('makes a network whose outputs are actions of the first outputs, squashed', () => {
    const plain: PlainNetwork = {
      layers: [
        { inputs: 1, outputs: 4, activation: 'linear', kernel: Float32Array.of(1, 2, 7, 7), bias: new Float32Array(4) },
      ],
      head: 'mean',
    };
    const squashed = scale.squash(plain);
    const outputs = forward(squashed, Float32Array.of(0.3), makeScratch(squashed));
    expect(outputs).toHaveLength(2);
    expect(outputs[0]).toBeCloseTo(5 + 5 * Math.tanh(0.3), 5);
    expect(outputs[1]).toBeCloseTo(-2 + Math.tanh(0.6), 5);
  });

  it('refuses discrete actions and sides without an end', () => {
    expect(() => new ActionScale('td3', discrete(2))).toThrow(/td3: expected a box action space, received discrete/);
    const open = box([{ name: 'bid', unit: '1', low: 0, high: Infinity, description: 'A bid.' }]);
    expect(() => new ActionScale('td3', open)).toThrow(
      /action 'bid': expected finite bounds.*received \[0, Infinity\]/,
    );
  });
});

describe('TwinCritic', () => {
  const B = 256;
  const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const spec = { obsDim: 2, actionDim: 1, hidden: [32], activation: 'tanh', batchSize: B } as const;
  const rng = new Rng('critic');
  const observations = Float32Array.from({ length: 2 * B }, () => rng.uniform(-1, 1));
  const actions = Float32Array.from({ length: B }, () => rng.uniform(-1, 1));

  it('learns Q(s, a) = s₁ − a² and gives the slope of −mean Q by the action, 2a/B, by either rule', () => {
    const critics = new TwinCritic(engine, spec, adam, new Rng('twin'));
    const targets = actions.map((a, i) => observations[2 * i]! - a * a);
    let loss = 1;
    for (let k = 0; k < 600; k++) loss = critics.fit(observations, actions, targets, 0.01, 1e9).loss;
    expect(loss).toBeLessThan(1e-3);
    const d = new Float32Array(B);
    const meanTarget = targets.reduce((sum, y) => sum + y / B, 0);
    for (const gradient of ['firstGradient', 'minGradient'] as const) {
      expect(critics[gradient](observations, actions, d)).toBeCloseTo(-meanTarget, 1);
      const errors = d.map((x, i) => Math.abs(B * x - 2 * actions[i]!));
      expect(errors.reduce((sum, e) => sum + e / B, 0)).toBeLessThan(0.2);
    }
    critics.dispose();
  });

  it('has the slope of finite differences of its own values, and leaves no gradient behind', () => {
    const critics = new TwinCritic(engine, spec, adam, new Rng('twin'));
    const before = critics.getArrays();
    for (const gradient of ['firstGradient', 'minGradient'] as const) {
      const d = new Float32Array(B);
      critics[gradient](observations, actions, d);
      const none = new Float32Array(B);
      for (const i of [0, 7, 200]) {
        const moved = (by: number) => actions.map((a, j) => (j === i ? a + by : a));
        const h = 0.02;
        const up = critics[gradient](observations, moved(h), none);
        const down = critics[gradient](observations, moved(-h), none);
        expect(d[i]! * B).toBeCloseTo(((up - down) / (2 * h)) * B, 1);
      }
    }
    expect(critics.getArrays()).toEqual(before);
    critics.dispose();
  });

  it('believes the smaller of its targets, which follow by τ', () => {
    const critics = new TwinCritic(engine, spec, adam, new Rng('twin'));
    const low = new Float32Array(B);
    critics.targetMin(observations, actions, low);
    const { critic1Weights, critic1TargetWeights } = critics.getArrays();
    expect(critic1TargetWeights).toEqual(critic1Weights);
    const loss = critics.minGradient(observations, actions, new Float32Array(B));
    expect(-loss).toBeCloseTo(
      low.reduce((sum, v) => sum + v / B, 0),
      5,
    );
    critics.fit(observations, actions, new Float32Array(B), 0.01, 1e9);
    const target = critics.getArrays()['critic1TargetWeights']!;
    const online = critics.getArrays()['critic1Weights']!;
    critics.follow(0.25);
    const followed = critics.getArrays()['critic1TargetWeights']!;
    for (const i of [0, 5]) expect(followed[i]).toBeCloseTo(0.75 * target[i]! + 0.25 * online[i]!, 6);
    critics.dispose();
  });
});

describe('td3', () => {
  it('acts at random within the box first, then by its policy with noise', () => {
    const agent = createTd3(context, { hidden: [4], learningStarts: 1, explorationNoise: 0 });
    const first = new Float32Array(2);
    agent.act(Float32Array.of(0.5), first, 'explore');
    const greedy = new Float32Array(2);
    agent.act(Float32Array.of(0.5), greedy, 'greedy');
    expect(first).not.toEqual(greedy);
    expect(first[0]).toBeGreaterThanOrEqual(0);
    expect(first[1]).toBeLessThanOrEqual(-1);
    agent.observe(transition(0, 1));
    agent.act(Float32Array.of(0.5), first, 'explore');
    expect(first).toEqual(greedy);
    agent.dispose();
  });

  it('remembers actions in [−1, 1], the final observation of an episode cut short and a value still to come', () => {
    const agent = createTd3(context, { hidden: [4], gamma: 0.5, learningStarts: 100 });
    const actions = new Float32Array(2);
    agent.act(Float32Array.of(0.5), actions, 'explore');
    agent.observe(transition(0, 1));
    agent.act(Float32Array.of(0.6), actions, 'explore');
    agent.observe(transition(1, 0));
    const { arrays } = agent.getState();
    expect(arrays['replayNextObservations']).toEqual(Float32Array.of(1, 1));
    expect([...arrays['replayDiscounts']!]).toEqual([0.5, 0]);
    expect(arrays['replayActions']![2]).toBeCloseTo((actions[0]! - 5) / 5, 5);
    expect(arrays['replayActions']![3]).toBeCloseTo(actions[1]! + 2, 5);
    agent.dispose();
  });

  it('moves its policy and targets every policyDelay steps of the critics', () => {
    const agent = createTd3(context, { hidden: [4], batchSize: 1, learningStarts: 0, policyDelay: 3 });
    const moved: boolean[] = [];
    for (let t = 0; t < 6; t++) {
      const { weights, critic1Weights } = agent.getState().arrays;
      agent.act(Float32Array.of(0.5), new Float32Array(2), 'explore');
      agent.observe(transition(0, 0));
      agent.update();
      const after = agent.getState().arrays;
      expect(after['critic1Weights']).not.toEqual(critic1Weights);
      moved.push(after['weights']!.some((w, i) => w !== weights![i]));
    }
    expect(moved).toEqual([false, false, true, false, false, true]);
    agent.dispose();
  });
});

/** What one step of one copy left, whose episode ended in the observation 1 or goes on at 9. */
function transition(terminated: number, truncated: number): VectorEnv {
  return {
    ...{ id: 'stub', numEnvs: 1, observationSpace, actionSpace, reset: () => {}, step: () => {} },
    observations: Float32Array.of(9),
    finalObservations: Float32Array.of(1),
    rewards: Float64Array.of(1),
    terminated: Uint8Array.of(terminated),
    truncated: Uint8Array.of(truncated),
  };
}
