import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { huberTdLoss } from '../../../../src/rl/losses/huber-td.ts';
import { mseValueLoss } from '../../../../src/rl/losses/mse-value.ts';
import { expectGradient } from './gradient-check.ts';

const B = 24;
const A = 5;
const rng = new Rng('value-losses');
const normals = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * rng.normal());

describe('huberTdLoss', () => {
  it('is quadratic inside δ, linear outside, and touches only the actions taken', () => {
    const dq = new Float32Array(4).fill(9);
    // Errors ½ and −3 at δ = 1: h = ⅛ and 1·(3 − ½).
    const loss = huberTdLoss(Float32Array.of(0.5, 7, 7, -3), Int32Array.of(0, 1), Float32Array.of(0, 0), 2, 1, dq);
    expect(loss).toBe((1 / 8 + 2.5) / 2);
    expect([...dq]).toEqual([0.25, 0, 0, -0.5]);
  });

  it('multiplies each row by its importance weight', () => {
    const dq = new Float32Array(2);
    const loss = huberTdLoss(
      Float32Array.of(0.5, 2),
      Int32Array.of(0, 0),
      Float32Array.of(0, 0),
      1,
      1,
      dq,
      Float32Array.of(2, 0),
    );
    expect(loss).toBe(0.125);
    expect([...dq]).toEqual([0.5, 0]);
  });

  it('has the gradient of autodiff and of finite differences', async () => {
    const q = normals(B * A, 2);
    const actions = Int32Array.from({ length: B }, () => rng.int(A));
    const targets = normals(B, 2);
    const weights = Float32Array.from({ length: B }, () => rng.next());
    const delta = 0.7;
    const dq = new Float32Array(B * A);
    const loss = huberTdLoss(q, actions, targets, A, delta, dq, weights);
    const inDoubles = (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < B; i++) {
        const e = Math.abs(x[i * A + actions[i]!]! - targets[i]!);
        sum += weights[i]! * (e <= delta ? (e * e) / 2 : delta * (e - delta / 2));
      }
      return sum / B;
    };
    expect(loss).toBeCloseTo(inDoubles(Float64Array.from(q)), 6);
    await expectGradient(q, dq, inDoubles, (tf, x) => {
      const taken = tf.sum(tf.mul(tf.reshape(x, [B, A]), tf.oneHot(tf.tensor1d(actions, 'int32'), A)), 1);
      const size = tf.abs(tf.sub(taken, tf.tensor1d(targets)));
      const quadratic = tf.minimum(size, delta);
      const h: Tensor = tf.add(tf.mul(0.5, tf.square(quadratic)), tf.mul(delta, tf.sub(size, quadratic)));
      return tf.mean(tf.mul(h, tf.tensor1d(weights)));
    });
  });

  it('refuses targets of another batch', () => {
    expect(() =>
      huberTdLoss(new Float32Array(4), new Int32Array(2), new Float32Array(3), 2, 1, new Float32Array(4)),
    ).toThrow('SHAPE_MISMATCH: targets: expected length 2, received 3');
  });
});

describe('mseValueLoss', () => {
  it('is the coefficient times the mean squared error', () => {
    const d = new Float32Array(2);
    expect(mseValueLoss(Float32Array.of(1, 3), Float64Array.of(0, 1), 0.5, d)).toBe(1.25);
    expect([...d]).toEqual([0.5, 1]);
  });

  it('has the gradient of autodiff and of finite differences', async () => {
    const values = normals(B);
    const targets = normals(B);
    const d = new Float32Array(B);
    mseValueLoss(values, targets, 0.5, d);
    const inDoubles = (x: Float64Array) => x.reduce((s, v, i) => s + (0.5 * (v - targets[i]!) ** 2) / B, 0);
    await expectGradient(values, d, inDoubles, (tf, x) =>
      tf.mul(0.5, tf.mean(tf.square(tf.sub(x, tf.tensor1d(targets))))).asScalar(),
    );
  });
});
