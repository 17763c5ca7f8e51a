import { describe, expect, it } from 'vitest';
import { type ActorCritic, makeActorCritic } from '../../agents/actor-critic.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';

const engine = await selectEngine('wasm');
const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const spec = { inputs: 2, hidden: [16], activation: 'tanh', policyOutputs: 3 } as const;
const observations = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));

/** Fits policy outputs (1, 2, 3) and value 4 everywhere by squared error; returns outputs and values after it. */
function trainToTargets(networks: ActorCritic): { outputs: Float32Array; values: Float32Array } {
  const batch = observations.length / 2;
  const outputs = new Float32Array(batch * 3);
  const values = new Float32Array(batch);
  const wanted = outputs.map((_, i) => 1 + (i % 3));
  for (let step = 0; step < 600; step++) {
    networks.forward(observations, outputs, values);
    networks.backward(
      outputs.map((y, i) => (y - wanted[i]!) / batch),
      values.map((v) => (v - 4) / batch),
    );
    networks.applyGradients(adam.learningRate, Number.POSITIVE_INFINITY);
  }
  networks.policy(observations, outputs);
  networks.values(observations, values);
  return { outputs, values };
}

describe.each([
  ['in one network', true],
  ['in two networks', false],
])('an actor and a critic %s', (_, shared) => {
  it('learn their own targets side by side', () => {
    const networks = makeActorCritic(engine, { ...spec, shared }, adam, new Rng('fit'));
    const { outputs, values } = trainToTargets(networks);
    expect(values.every((v) => Math.abs(v - 4) < 0.1)).toBe(true);
    expect(outputs.every((y, i) => Math.abs(y - 1 - (i % 3)) < 0.1)).toBe(true);
    networks.dispose();
  });

  it('begin with a policy that hardly prefers any action, and a value that varies', () => {
    const networks = makeActorCritic(engine, { ...spec, shared }, adam, new Rng('first'));
    const outputs = new Float32Array(96);
    const values = new Float32Array(32);
    networks.forward(observations, outputs, values);
    expect(outputs.every((y) => Math.abs(y) < 0.05)).toBe(true);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.2);
    networks.dispose();
  });

  it('hand out the policy alone as plain arrays', () => {
    const networks = makeActorCritic(engine, { ...spec, shared }, adam, new Rng('plain'));
    const plain = networks.actor('argmax');
    expect(plain.layers.map((layer) => [layer.inputs, layer.outputs])).toEqual([
      [2, 16],
      [16, 3],
    ]);
    const outputs = new Float32Array(96);
    networks.policy(observations, outputs);
    const scratch = makeScratch(plain);
    for (let b = 0; b < 32; b++) {
      const alone = forward(plain, observations.slice(2 * b, 2 * b + 2), scratch);
      for (let k = 0; k < 3; k++) expect(alone[k]).toBeCloseTo(outputs[3 * b + k]!, 5);
    }
    networks.dispose();
  });
});
