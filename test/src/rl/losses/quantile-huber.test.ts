import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { quantileHuberLoss } from '../../../../src/rl/losses/quantile-huber.ts';
import { expectGradient } from './gradient-check.ts';

const B = 6;
const A = 3;
const N = 5;
const rng = new Rng('quantile-huber');
const normals = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * rng.normal());

describe('quantileHuberLoss', () => {
  it('pulls a quantile by τ from above and by 1 − τ from below', () => {
    const dq = new Float32Array(2);
    const errors = new Float32Array(1);
    // τ = ¼ and ¾ at θ = 0, 0; targets 2 and −2, κ = 1: pulls τ · 1 − (1 − τ) · 1, halved.
    const loss = quantileHuberLoss(
      new Float32Array(2),
      Int32Array.of(0),
      Float32Array.of(2, -2),
      ...([1, 1, dq, errors, null] as const),
    );
    expect([...dq]).toEqual([0.25, -0.25]);
    // Each pair of sides sums to 1: ½ Σ_i 1.5.
    expect(loss).toBeCloseTo(1.5, 12);
    expect(errors[0]).toBe(0);
  });

  it('has the gradient of autodiff and of finite differences', async () => {
    const z = normals(B * A * N, 2);
    const actions = Int32Array.from({ length: B }, () => rng.int(A));
    const targets = normals(B * N, 2);
    const weights = Float32Array.from({ length: B }, () => rng.next());
    const kappa = 0.7;
    const dz = new Float32Array(z.length);
    const loss = quantileHuberLoss(z, actions, targets, A, kappa, dz, new Float32Array(B), weights);
    const inDoubles = (x: Float64Array) => {
      let sum = 0;
      for (let b = 0; b < B; b++) {
        for (let i = 0; i < N; i++) {
          for (let j = 0; j < N; j++) {
            const u = targets[b * N + j]! - x[(b * A + actions[b]!) * N + i]!;
            const h = Math.abs(u) <= kappa ? (u * u) / 2 : kappa * (Math.abs(u) - kappa / 2);
            sum += (weights[b]! * Math.abs((i + 0.5) / N - (u < 0 ? 1 : 0)) * h) / kappa;
          }
        }
      }
      return sum / (B * N);
    };
    expect(loss).toBeCloseTo(inDoubles(Float64Array.from(z)), 5);
    await expectGradient(z, dz, inDoubles, (tf, x) => {
      const mask = tf.reshape(tf.oneHot(tf.tensor1d(actions, 'int32'), A), [B, A, 1]);
      const theta = tf.sum(tf.mul(tf.reshape(x, [B, A, N]), mask), 1);
      const u = tf.sub(tf.reshape(tf.tensor1d(targets), [B, 1, N]), tf.reshape(theta, [B, N, 1]));
      const huber = (size: typeof u) => {
        const quadratic = tf.minimum(size, kappa);
        return tf.add(tf.mul(0.5, tf.square(quadratic)), tf.mul(kappa, tf.sub(size, quadratic)));
      };
      const tau = tf.reshape(tf.tensor1d(Array.from({ length: N }, (_, i) => (i + 0.5) / N)), [1, N, 1]);
      // Either side by itself: the other is 0 there.
      const above = tf.mul(tau, huber(tf.relu(u)));
      const below = tf.mul(tf.sub(1, tau), huber(tf.relu(tf.neg(u))));
      const rows = tf.div(tf.sum(tf.add(above, below), [1, 2]), N * kappa);
      return tf.mean(tf.mul(rows, tf.tensor1d(weights)));
    });
  });

  it('has its minimum at the quantiles of the targets', () => {
    // Gradient descent on 3 quantiles of targets 0 … 99: τ = 1/6, ½, 5/6.
    const z = new Float32Array(3).fill(50);
    const dz = new Float32Array(3);
    const targets = new Float32Array(3);
    const draw = new Rng('targets');
    for (let step = 0; step < 60_000; step++) {
      for (let j = 0; j < 3; j++) targets[j] = 100 * draw.next();
      quantileHuberLoss(z, Int32Array.of(0), targets, 1, 0.5, dz, new Float32Array(1), null);
      for (let i = 0; i < 3; i++) z[i] = z[i]! - (step < 40_000 ? 1 : 0.1) * dz[i]!;
    }
    [100 / 6, 50, 500 / 6].forEach((quantile, i) => void expect(Math.abs(z[i]! - quantile)).toBeLessThan(4));
  });

  it('has the mean of a rare reward as the mean of its quantiles while κ is small against it, and overrates it where κ is large', () => {
    const meanLearnt = (kappa: number) => {
      const n = 32;
      const z = new Float32Array(n);
      const dz = new Float32Array(n);
      const draw = new Rng('rare');
      const target = new Float32Array(n);
      let kept = 0;
      for (let step = 0; step < 40_000; step++) {
        target.fill(draw.next() < 0.1 ? 1 : 0);
        quantileHuberLoss(z, Int32Array.of(0), target, 1, kappa, dz, new Float32Array(1), null);
        const rate = step < 20_000 ? 1 : 0.1;
        for (let i = 0; i < n; i++) z[i] = z[i]! - rate * Math.min(1, kappa) * n * dz[i]!;
        if (step >= 30_000) kept += z.reduce((sum, x) => sum + x, 0) / n / 10_000;
      }
      return kept;
    };
    expect(Math.abs(meanLearnt(0.05) - 0.1)).toBeLessThan(0.025);
    expect(meanLearnt(10)).toBeGreaterThan(0.15);
  });
});
