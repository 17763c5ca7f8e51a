import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import type { Tfjs } from '../../../../src/nn/load-tfjs.ts';
import {
  logTanhSlope,
  sampleSquashedGaussian,
  squashedGaussianGradient,
  tanhGradient,
} from '../../../../src/rl/losses/squashed-gaussian.ts';
import { temperatureLoss } from '../../../../src/rl/losses/temperature.ts';
import { expectGradient } from './gradient-check.ts';

const B = 16;
const A = 3;
const rng = new Rng('squashed-gaussian');
const normals = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * rng.normal());
const outputs = normals(B * 2 * A, 0.7);
const noise = new Float32Array(B * A);
const actions = new Float32Array(B * A);
const logProbs = new Float64Array(B);
sampleSquashedGaussian(outputs, A, new Rng('draws'), noise, actions, logProbs);

/** Bounds of log σ that the module documents. */
const logStdOf = (o: number): number => -5 + 3.5 * (Math.tanh(o) + 1);

describe('squashed Gaussian policies', () => {
  it('keep the slope of tanh to full precision where it vanishes', () => {
    expect(logTanhSlope(0)).toBe(0);
    expect(logTanhSlope(0.3)).toBeCloseTo(Math.log(1 - Math.tanh(0.3) ** 2), 12);
    // 1 − tanh² z → 4 e^(−2|z|).
    expect(logTanhSlope(-40)).toBeCloseTo(Math.log(4) - 80, 12);
  });

  it('give densities over actions that integrate to 1', () => {
    // One number: draw ε, and read the density back on a grid of u by the same formula.
    const mean = 0.4;
    const o = 0.5;
    const s = logStdOf(o);
    let mass = 0;
    const step = 1e-4;
    for (let u = -1 + step / 2; u < 1; u += step) {
      const z = Math.atanh(u);
      const epsilon = (z - mean) / Math.exp(s);
      mass += step * Math.exp(-0.5 * epsilon ** 2 - s - 0.5 * Math.log(2 * Math.PI) - logTanhSlope(z));
    }
    expect(mass).toBeCloseTo(1, 3);
    const e = new Float32Array(1);
    const u = new Float32Array(1);
    const logP = new Float64Array(1);
    sampleSquashedGaussian(Float32Array.of(mean, o), 1, new Rng('one'), e, u, logP);
    const z = mean + Math.exp(s) * e[0]!;
    expect(u[0]).toBeCloseTo(Math.tanh(z), 6);
    expect(logP[0]).toBeCloseTo(
      -0.5 * e[0]! ** 2 - s - 0.5 * Math.log(2 * Math.PI) - Math.log(1 - Math.tanh(z) ** 2),
      5,
    );
  });

  it('carry α log π − c · u back through the draw as autodiff and finite differences do', async () => {
    const alpha = 0.3;
    const c = normals(B * A);
    const dActions = c.map((x) => -x / B);
    const dOutputs = new Float32Array(outputs.length);
    squashedGaussianGradient(outputs, noise, A, dActions, alpha / B, dOutputs);
    const inDoubles = (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < B; i++) {
        for (let d = 0; d < A; d++) {
          const epsilon = noise[i * A + d]!;
          const s = logStdOf(x[(2 * i + 1) * A + d]!);
          const z = x[2 * i * A + d]! + Math.exp(s) * epsilon;
          const logP = -0.5 * epsilon ** 2 - s - 0.5 * Math.log(2 * Math.PI) - logTanhSlope(z);
          sum += alpha * logP - c[i * A + d]! * Math.tanh(z);
        }
      }
      return sum / B;
    };
    await expectGradient(outputs, dOutputs, inDoubles, (tf, x) => {
      const rows = tf.reshape(x, [B, 2 * A]) as Tensor2D;
      const mean = tf.slice2d(rows, [0, 0], [B, A]);
      const s = tf.add(-5, tf.mul(3.5, tf.add(tf.tanh(tf.slice2d(rows, [0, A], [B, A])), 1)));
      const z = tf.add(mean, tf.mul(tf.exp(s), tf.tensor2d(noise, [B, A])));
      const logP = tf.neg(tf.add(s, slope(tf, z)));
      const pull = tf.mul(tf.tensor2d(c, [B, A]), tf.tanh(z));
      return tf.div(tf.sum(tf.sub(tf.mul(alpha, logP), pull)), B) as Scalar;
    });
  });

  it('carry −mean c · tanh z back as autodiff and finite differences do', async () => {
    const z = normals(B);
    const c = normals(B);
    const d = new Float32Array(B);
    tanhGradient(
      z.map((x) => Math.tanh(x)),
      c.map((x) => -x / B),
      d,
    );
    const inDoubles = (x: Float64Array) => x.reduce((sum, v, i) => sum - (c[i]! * Math.tanh(v)) / B, 0);
    await expectGradient(z, d, inDoubles, (tf, x) => tf.neg(tf.mean(tf.mul(tf.tensor1d(c), tf.tanh(x)))) as Scalar);
  });
});

/** log(1 − tanh² z) in tensor operations. */
function slope(tf: Tfjs, z: Tensor): Tensor {
  return tf.mul(2, tf.sub(tf.sub(Math.LN2, z), tf.softplus(tf.mul(-2, z))));
}

describe('temperatureLoss', () => {
  it('has the gradient of autodiff and of finite differences', async () => {
    const d = new Float32Array(1);
    const at = Float32Array.of(-0.7);
    const loss = temperatureLoss(logProbs, -A, at[0]!, d);
    const gap = logProbs.reduce((sum, l) => sum + l - A, 0) / B;
    expect(loss).toBeCloseTo(-at[0]! * gap, 10);
    await expectGradient(
      at,
      d,
      (x) => -x[0]! * gap,
      (tf, x) => tf.mul(-gap, tf.sum(x)) as Scalar,
    );
  });

  it('raises α where the policy is less random than wanted', () => {
    const d = new Float32Array(1);
    temperatureLoss(Float64Array.of(2), -1, 0, d);
    expect(d[0]).toBe(-1);
  });
});
