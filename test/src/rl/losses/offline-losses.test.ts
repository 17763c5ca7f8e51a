import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { addConservativeGradient, addSampledConservativeGradient } from '../../../../src/rl/losses/conservative-q.ts';
import { expectileLoss } from '../../../../src/rl/losses/expectile.ts';
import { expectGradient } from './gradient-check.ts';

const rng = new Rng('offline-losses');
const normals = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * rng.normal());
const logSumExp = (values: readonly number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));

describe('addConservativeGradient', () => {
  it('is α log n where all values are equal, and pushes every action but the logged one down', () => {
    const dq = new Float32Array(4);
    expect(addConservativeGradient(new Float32Array(4).fill(3), Int32Array.of(2), 4, 1, 2, dq)).toBeCloseTo(
      2 * Math.log(4),
      6,
    );
    expect([...dq]).toEqual([0.5, 0.5, -1.5, 0.5]);
  });

  it.each([1, 3])('has the gradient of autodiff and of finite differences with %i quantiles', async (N) => {
    const [B, A, alpha] = [7, 4, 1.7];
    const q = normals(B * A * N, 2);
    const actions = Int32Array.from({ length: B }, () => rng.int(A));
    const dq = new Float32Array(q.length);
    addConservativeGradient(q, actions, A, N, alpha, dq);
    const loss = (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < B; i++) {
        const means = Array.from({ length: A }, (_, a) => {
          let mean = 0;
          for (let k = 0; k < N; k++) mean += x[(i * A + a) * N + k]! / N;
          return mean;
        });
        sum += logSumExp(means) - means[actions[i]!]!;
      }
      return (alpha * sum) / B;
    };
    await expectGradient(q, dq, loss, (tf, x) => {
      const means = x.reshape([B, A, N]).mean(2);
      const taken = means.mul(tf.oneHot(tf.tensor1d(actions), A)).sum(1);
      return (tf.logSumExp(means, 1) as Tensor).sub(taken).mean().mul(alpha) as never;
    });
  });
});

describe('addSampledConservativeGradient', () => {
  const [B, K, alpha] = [6, 5, 0.8];
  const densities = normals(B * K);

  it('is 0 where the drawn values equal the logged one and were drawn with density 1', () => {
    const [dLogged, dDrawn] = [new Float32Array(2), new Float32Array(6)];
    const flat = new Float32Array(6).fill(4);
    const penalty = addSampledConservativeGradient(
      Float32Array.of(4, 4),
      flat,
      new Float32Array(6),
      1,
      dLogged,
      dDrawn,
    );
    expect(penalty).toBeCloseTo(0, 12);
    expect([...dLogged]).toEqual([-0.5, -0.5]);
    expect(dDrawn[0]).toBeCloseTo(1 / 6, 6);
  });

  it('has the gradient of autodiff and of finite differences by logged and drawn values', async () => {
    const values = normals(B + B * K, 2);
    const gradient = new Float32Array(values.length);
    const part = (array: Float32Array) => [array.subarray(0, B), array.subarray(B)] as const;
    addSampledConservativeGradient(...part(values), densities, alpha, ...part(gradient));
    const loss = (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < B; i++) {
        const weighted = Array.from({ length: K }, (_, k) => x[B + i * K + k]! - densities[i * K + k]!);
        sum += logSumExp(weighted) - Math.log(K) - x[i]!;
      }
      return (alpha * sum) / B;
    };
    await expectGradient(values, gradient, loss, (tf, x) => {
      const drawn = x
        .slice([B])
        .reshape([B, K])
        .sub(tf.tensor2d(densities, [B, K]));
      return (tf.logSumExp(drawn, 1) as Tensor)
        .sub(x.slice([0], [B]))
        .mean()
        .mul(alpha) as never;
    });
  });
});

describe('expectileLoss', () => {
  it('weighs errors above by τ and below by 1 − τ', () => {
    const dValues = new Float32Array(2);
    expect(expectileLoss(Float32Array.of(0, 0), Float32Array.of(1, -1), 0.9, dValues)).toBeCloseTo((0.9 + 0.1) / 2, 12);
    expect(dValues[0]).toBeCloseTo(-0.9, 6);
    expect(dValues[1]).toBeCloseTo(0.1, 6);
  });

  it('has the gradient of autodiff and of finite differences', async () => {
    const [B, tau] = [20, 0.8];
    const [values, targets] = [normals(B), normals(B)];
    const dValues = new Float32Array(B);
    expectileLoss(values, targets, tau, dValues);
    const weigh = (error: number) => (error < 0 ? 1 - tau : tau) * error * error;
    const loss = (x: Float64Array) => x.reduce((sum, value, i) => sum + weigh(targets[i]! - value), 0) / B;
    await expectGradient(values, dValues, loss, (tf, x) => {
      const weights = values.map((value, i) => (targets[i]! < value ? 1 - tau : tau));
      return tf.tensor1d(weights).mul(tf.tensor1d(targets).sub(x).square()).mean() as never;
    });
  });
});
