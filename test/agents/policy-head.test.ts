import { describe, expect, it } from 'vitest';
import { makePolicyHead } from '../../agents/policy-head.ts';
import { Rng } from '../../src/core/rng.ts';
import { box, discrete } from '../../src/core/space.ts';

const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const unitBox = box([
  { name: 'a', unit: '1', low: -1, high: 1, description: '' },
  { name: 'b', unit: '1', low: 0, high: 1, description: '' },
]);

describe('the head for discrete actions', () => {
  it('draws each action as often as its softmax probability says', () => {
    const head = makePolicyHead(discrete(3), 0, adam);
    const size = 3_000;
    const logits = Float32Array.from({ length: 3 * size }, (_, i) => Math.log([0.5, 0.3, 0.2][i % 3]!));
    const raw = new Float32Array(size);
    const logProbs = new Float32Array(size);
    head.sample(logits, new Rng('draw'), raw, logProbs);
    for (const [action, p] of [0.5, 0.3, 0.2].entries()) {
      expect(Math.abs(raw.filter((a) => a === action).length / size - p)).toBeLessThan(0.03);
    }
    expect(logProbs[0]).toBeCloseTo(Math.log([0.5, 0.3, 0.2][raw[0]!]!), 5);
  });

  it('pulls the logits of a good action up and of the others down, by its probabilities', () => {
    const head = makePolicyHead(discrete(2), 0, adam);
    const logits = new Float32Array(2);
    const dOutputs = new Float32Array(2);
    head.logProbs(logits, Float32Array.of(1), new Float32Array(1));
    expect(head.backward(logits, Float32Array.of(1), Float32Array.of(-1), 0, dOutputs)).toBeCloseTo(Math.log(2), 6);
    expect([...dOutputs]).toEqual([0.5, -0.5]);
  });
});

describe('the head for a box', () => {
  it('clips to the box only what the environment gets', () => {
    const head = makePolicyHead(unitBox, 0, adam);
    const raw = Float32Array.of(-3, -3, 0.5, 0.5, 3, 3);
    const actions = new Float32Array(6);
    head.toEnvironment(raw, actions);
    expect([...actions]).toEqual([-1, 0, 0.5, 0.5, 1, 1]);
    head.best(raw, actions);
    expect(actions).toEqual(raw);
  });

  it('widens where actions far from the mean were good, and remembers its step when saved', () => {
    const head = makePolicyHead(unitBox, 0, adam);
    const means = new Float32Array(2);
    const far = Float32Array.of(3, 3);
    const pull = (h: typeof head) => {
      h.logProbs(means, far, new Float32Array(1));
      h.backward(means, far, Float32Array.of(-1), 0, new Float32Array(2));
      h.applyGradients(0.1, Number.POSITIVE_INFINITY);
    };
    pull(head);
    // Adam's first step is the learning rate, whatever the gradient.
    expect(head.meanStd()).toBeCloseTo(Math.exp(0.1), 5);
    const copy = makePolicyHead(unitBox, 0, adam);
    copy.setArrays(head.getArrays());
    pull(head);
    pull(copy);
    expect(copy.getArrays()).toEqual(head.getArrays());
    expect(() => makePolicyHead(unitBox, 0, adam).setArrays({})).toThrow(/expected an array 'logStd', received none/);
  });
});
