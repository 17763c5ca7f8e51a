import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { makePolicyHead } from '../../agents/policy-head.ts';
import { Rng } from '../../src/core/rng.ts';
import { box, discrete, multiDiscrete } from '../../src/core/space.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';
import { expectGradient, logSoftmax } from '../src/rl/losses/gradient-check.ts';

const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const GAUSSIAN = { initialLogStd: 0, squash: false };
const unitBox = box([
  { name: 'a', unit: '1', low: -1, high: 1, description: '' },
  { name: 'b', unit: '1', low: 0, high: 1, description: '' },
]);

describe('the head for discrete actions', () => {
  it('draws each action as often as its softmax probability says', () => {
    const head = makePolicyHead('a', discrete(3), GAUSSIAN, adam);
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
    const head = makePolicyHead('a', discrete(2), GAUSSIAN, adam);
    const logits = new Float32Array(2);
    const dOutputs = new Float32Array(2);
    head.logProbs(logits, Float32Array.of(1), new Float32Array(1));
    expect(head.backward(logits, Float32Array.of(1), Float32Array.of(-1), 0, dOutputs)).toBeCloseTo(Math.log(2), 6);
    expect([...dOutputs]).toEqual([0.5, -0.5]);
  });
});

describe('the head for a box', () => {
  it('clips to the box only what the environment gets', () => {
    const head = makePolicyHead('a', unitBox, GAUSSIAN, adam);
    const raw = Float32Array.of(-3, -3, 0.5, 0.5, 3, 3);
    const actions = new Float32Array(6);
    head.toEnvironment(raw, actions);
    expect([...actions]).toEqual([-1, 0, 0.5, 0.5, 1, 1]);
    head.best(raw, actions);
    expect(actions).toEqual(raw);
  });

  it('widens where actions far from the mean were good, and remembers its step when saved', () => {
    const head = makePolicyHead('a', unitBox, GAUSSIAN, adam);
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
    const copy = makePolicyHead('a', unitBox, GAUSSIAN, adam);
    copy.setArrays(head.getArrays());
    pull(head);
    pull(copy);
    expect(copy.getArrays()).toEqual(head.getArrays());
    expect(() => makePolicyHead('a', unitBox, GAUSSIAN, adam).setArrays({})).toThrow(
      /expected an array 'logStd', received none/,
    );
  });
});

describe('the head for several choices', () => {
  const CHOICES = multiDiscrete([
    { name: 'a', n: 2 },
    { name: 'b', n: 3 },
  ]);
  const BATCH = 4;
  const rng = new Rng('several choices');
  const logits = Float32Array.from({ length: BATCH * 5 }, () => rng.normal());
  const raw = Float32Array.of(0, 2, 1, 1, 1, 0, 0, 1);

  /** Log-softmax of the rows of one choice. */
  const own = (x: ArrayLike<number>, from: number, n: number) =>
    logSoftmax(
      Float64Array.from({ length: BATCH * n }, (_, i) => x[Math.floor(i / n) * 5 + from + (i % n)]!),
      n,
    );

  it('gives an action the product of the probabilities of its choices', () => {
    const head = makePolicyHead('a', CHOICES, GAUSSIAN, adam);
    expect([head.numOutputs, head.actionDim]).toEqual([5, 2]);
    const logProbs = new Float32Array(BATCH);
    head.logProbs(logits, raw, logProbs);
    const [a, b] = [own(logits, 0, 2), own(logits, 2, 3)];
    for (let i = 0; i < BATCH; i++) {
      expect(logProbs[i]).toBeCloseTo(a[2 * i + raw[2 * i]!]! + b[3 * i + raw[2 * i + 1]!]!, 5);
    }
  });

  it('draws and greets legal indices, with the log-probabilities that it would give them', () => {
    const head = makePolicyHead('a', CHOICES, GAUSSIAN, adam);
    const [drawn, best] = [new Float32Array(2 * BATCH), new Float32Array(2 * BATCH)];
    const [told, again] = [new Float32Array(BATCH), new Float32Array(BATCH)];
    head.sample(logits, new Rng('draw'), drawn, told);
    head.logProbs(logits, drawn, again);
    for (let i = 0; i < BATCH; i++) expect(told[i]).toBeCloseTo(again[i]!, 5);
    head.best(logits, best);
    const [a, b] = [own(logits, 0, 2), own(logits, 2, 3)];
    for (let i = 0; i < BATCH; i++) {
      const [x, y] = [a.subarray(2 * i, 2 * i + 2), b.subarray(3 * i, 3 * i + 3)];
      expect([best[2 * i], best[2 * i + 1]]).toEqual([x.indexOf(Math.max(...x)), y.indexOf(Math.max(...y))]);
    }
  });

  it('carries −Σ w log p − c H̄ back as autodiff and finite differences do', async () => {
    const head = makePolicyHead('a', CHOICES, GAUSSIAN, adam);
    const weights = Float32Array.of(0.5, -1, 2, 0.25);
    const entCoef = 0.3;
    const dOutputs = new Float32Array(logits.length);
    head.logProbs(logits, raw, new Float32Array(BATCH));
    const entropy = head.backward(
      logits,
      raw,
      weights.map((w) => -w),
      entCoef,
      dOutputs,
    );
    const entropyOf = (x: ArrayLike<number>) =>
      -[...own(x, 0, 2), ...own(x, 2, 3)].reduce((sum, l) => sum + Math.exp(l) * l, 0) / BATCH;
    expect(entropy).toBeCloseTo(entropyOf(logits), 5);
    const inDoubles = (x: Float64Array) => {
      const [a, b] = [own(x, 0, 2), own(x, 2, 3)];
      const taken = [...weights].reduce(
        (sum, w, i) => sum + w * (a[2 * i + raw[2 * i]!]! + b[3 * i + raw[2 * i + 1]!]!),
        0,
      );
      return -taken - entCoef * entropyOf(x);
    };
    await expectGradient(logits, dOutputs, inDoubles, (tf, x) => {
      const rows = tf.reshape(x, [BATCH, 5]) as Tensor2D;
      let loss = tf.scalar(0);
      for (const [d, [from, n]] of [
        [0, 2],
        [2, 3],
      ].entries()) {
        const logP = tf.logSoftmax(tf.slice2d(rows, [0, from!], [BATCH, n!]));
        const indices = Array.from({ length: BATCH }, (_, i) => raw[2 * i + d]!);
        const taken = tf.sum(tf.mul(logP, tf.oneHot(tf.tensor1d(indices, 'int32'), n!)), 1);
        const minusEntropy = tf.div(tf.sum(tf.mul(tf.exp(logP), logP)), BATCH);
        loss = tf.add(loss, tf.sub(tf.mul(entCoef, minusEntropy), tf.sum(tf.mul(taken, tf.tensor1d(weights)))));
      }
      return loss as Scalar;
    });
  });
});

describe('the head for a box that it squashes into', () => {
  const SQUASHED = { initialLogStd: -0.3, squash: true };

  it('keeps to the box, and gives densities that integrate to 1 over it', () => {
    const head = makePolicyHead('a', unitBox, SQUASHED, adam);
    const actions = new Float32Array(4);
    head.toEnvironment(Float32Array.of(-50, 50, 0, 0), actions);
    expect([...actions]).toEqual([-1, 1, 0, 0.5]);
    const line = box([{ name: 'a', unit: '1', low: -1, high: 1, description: '' }]);
    const single = makePolicyHead('a', line, SQUASHED, adam);
    const step = 1e-3;
    const points = Float32Array.from({ length: 2 / step }, (_, i) => Math.atanh(-1 + step * (i + 0.5)));
    const logProbs = new Float32Array(points.length);
    single.logProbs(new Float32Array(points.length).fill(0.4), points, logProbs);
    expect(logProbs.reduce((sum, l) => sum + step * Math.exp(l), 0)).toBeCloseTo(1, 3);
  });

  it('hands out a network that ends in the squashed mean', () => {
    const head = makePolicyHead('a', unitBox, SQUASHED, adam);
    const last = { inputs: 1, outputs: 2, activation: 'linear' as const, kernel: Float32Array.of(1, 2) };
    const plain = head.handOut({ layers: [{ ...last, bias: new Float32Array(2) }], head: 'mean' });
    const outputs = forward(plain, Float32Array.of(0.5), makeScratch(plain));
    expect(outputs[0]).toBeCloseTo(Math.tanh(0.5), 6);
    expect(outputs[1]).toBeCloseTo(0.5 + 0.5 * Math.tanh(1), 6);
  });

  it('refuses a box without bounds, by name and with a way out', () => {
    const open = box([{ name: 'a', unit: '1', low: 0, high: Number.POSITIVE_INFINITY, description: '' }]);
    expect(() => makePolicyHead('ppo', open, SQUASHED, adam)).toThrow(/CONFIG_INVALID: ppo: action 'a'.*finite bounds/);
  });
});
