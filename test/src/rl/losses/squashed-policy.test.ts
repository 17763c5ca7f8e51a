import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { logTanhSlope } from '../../../../src/rl/losses/squashed-gaussian.ts';
import { addSquashedEntropyGradient, addSquashing } from '../../../../src/rl/losses/squashed-policy.ts';
import { expectGradient } from './gradient-check.ts';

const B = 6;
const A = 2;
const rng = new Rng('squashed-policy');
const means = Float32Array.from({ length: B * A }, () => rng.normal());
const LOG_STD = Float32Array.of(-0.4, 0.2);

/** E f(ε) for ε ~ N(0, 1) by fine summation. */
function meanOverNormal(f: (epsilon: number) => number): number {
  const step = 1e-3;
  let sum = 0;
  for (let e = -9; e <= 9; e += step) sum += step * f(e) * Math.exp(-0.5 * e * e);
  return sum / Math.sqrt(2 * Math.PI);
}

const gaussianEntropy = (s: number) => s + 0.5 * Math.log(2 * Math.PI * Math.E);
const entropyOf = (mean: number, s: number) =>
  gaussianEntropy(s) + meanOverNormal((e) => logTanhSlope(mean + Math.exp(s) * e));

describe('squashed Gaussian policies that keep what they drew', () => {
  it('take the slope of tanh off the density, also where float32 rounds tanh to 1', () => {
    const logProbs = Float64Array.of(1, 1);
    addSquashing(Float32Array.of(0, 0.5, 30, -30), 2, logProbs);
    expect(logProbs[0]).toBeCloseTo(1 - Math.log(1 - Math.tanh(0.5) ** 2), 6);
    expect(logProbs[1]).toBeCloseTo(1 + 2 * (60 - Math.log(4)), 6);
  });

  it('measure entropy by quadrature as fine summation does', () => {
    for (const [mean, s] of [
      [0, -1],
      [0.5, -0.5],
      [-1.5, 0],
      [3, -2],
    ] as const) {
      const entropy = addSquashedEntropyGradient(
        Float32Array.of(mean),
        Float32Array.of(s),
        0,
        new Float32Array(1),
        new Float32Array(1),
      );
      expect(Math.abs(entropy - entropyOf(mean, s))).toBeLessThan(3e-3);
    }
  });

  it('have most entropy where σ spreads them evenly over the interval, and less on either side', () => {
    const entropies = [-2, -0.1, 1.5].map((s) =>
      addSquashedEntropyGradient(Float32Array.of(0), Float32Array.of(s), 0, new Float32Array(1), new Float32Array(1)),
    );
    // The uniform distribution on [−1, 1] has log 2, more than any other.
    expect(entropies[1]).toBeLessThan(Math.log(2));
    expect(entropies[1]).toBeGreaterThan(Math.max(entropies[0]!, entropies[2]!));
  });

  it('carry the entropy bonus back as autodiff and finite differences do', async () => {
    const c = 0.7;
    const [dMeans, dLogStd] = [new Float32Array(B * A), new Float32Array(A)];
    addSquashedEntropyGradient(means, LOG_STD, c, dMeans, dLogStd);
    const x = Float32Array.of(...means, ...LOG_STD);
    await expectGradient(x, [...dMeans, ...dLogStd], quadratureLoss(c), (tf, t) => {
      const mean = tf.reshape(tf.slice(t, [0], [B * A]), [B, A]) as Tensor2D;
      const s = tf.slice(t, [B * A], [A]);
      let slope: Tensor = tf.zeros([B, A]);
      for (const { node, weight } of RULE) {
        const size = tf.abs(tf.add(mean, tf.mul(tf.exp(s), node)));
        const inner = tf.sub(tf.sub(Math.LN2, size), tf.log1p(tf.exp(tf.mul(-2, size))));
        slope = tf.add(slope, tf.mul(2 * weight, inner));
      }
      return tf.mul(-c / B, tf.sum(tf.add(slope, s))) as Scalar;
    });
  });
});

/** Gauss–Hermite rule of nine points, from the roots of He₉ by Newton's method. */
const RULE = [-4.51, -3.2, -2.07, -1.02, 0, 1.02, 2.07, 3.2, 4.51].map((guess) => {
  let node = guess;
  for (let i = 0; i < 40; i++) node -= hermite(9, node) / (9 * hermite(8, node));
  return { node, weight: 362_880 / (81 * hermite(8, node) ** 2) };
});

function hermite(n: number, x: number): number {
  let [before, value] = [1, x];
  for (let k = 1; k < n; k++) [before, value] = [value, x * value - k * before];
  return value;
}

function quadratureLoss(c: number) {
  return (x: Float64Array): number => {
    let sum = 0;
    for (let at = 0; at < B * A; at++) {
      const s = x[B * A + (at % A)]!;
      sum += s;
      for (const { node, weight } of RULE) sum += weight * logTanhSlope(x[at]! + Math.exp(s) * node);
    }
    return (-c * sum) / B;
  };
}
