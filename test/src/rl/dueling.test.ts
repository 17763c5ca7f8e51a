import type { Tensor2D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { forward, makeScratch } from '../../../src/policy/runtime.ts';
import { duelingGradient, duelingValues, foldDueling, foldQuantiles, quantileMeans } from '../../../src/rl/dueling.ts';
import { expectGradient } from './losses/gradient-check.ts';

const B = 7;
const N = 4;
const rng = new Rng('dueling');
const normals = (n: number) => Float32Array.from({ length: n }, () => rng.normal());

describe('duelingValues', () => {
  it('adds to the value what an action is better than the mean action', () => {
    const q = new Float32Array(4);
    // A = (1, 3), V = 10: Q = 10 + A − 2; then A = (0, 0), V = −1.
    duelingValues(Float32Array.of(1, 3, 10, 0, 0, -1), 2, q);
    expect([...q]).toEqual([9, 11, -1, -1]);
  });

  it('gives action values whose mean is the value, and which a constant added to all advantages leaves alone', () => {
    const outputs = normals(N + 1);
    const q = new Float32Array(N);
    const shifted = new Float32Array(N);
    duelingValues(outputs, N, q);
    duelingValues(
      outputs.map((x, i) => (i < N ? x + 5 : x)),
      N,
      shifted,
    );
    expect(q.reduce((sum, x) => sum + x / N, 0)).toBeCloseTo(outputs[N]!, 6);
    for (let a = 0; a < N; a++) expect(shifted[a]).toBeCloseTo(q[a]!, 5);
  });

  it('refuses outputs of another shape', () => {
    expect(() => duelingValues(new Float32Array(6), 3, new Float32Array(6))).toThrow(
      'SHAPE_MISMATCH: outputs: expected length 8, received 6',
    );
  });
});

describe('duelingGradient', () => {
  it('has the gradient of autodiff and of finite differences', async () => {
    const outputs = normals(B * (N + 1));
    const dq = normals(B * N);
    const gradient = new Float32Array(B * (N + 1));
    duelingGradient(dq, N, gradient);
    // Σ dq · Q has dLoss/dQ = dq.
    const inDoubles = (x: Float64Array) => {
      let loss = 0;
      for (let i = 0; i < B; i++) {
        const row = x.subarray(i * (N + 1), (i + 1) * (N + 1));
        const mean = row.subarray(0, N).reduce((sum, a) => sum + a / N, 0);
        for (let a = 0; a < N; a++) loss += dq[i * N + a]! * (row[N]! + row[a]! - mean);
      }
      return loss;
    };
    await expectGradient(outputs, gradient, inDoubles, (tf, x) => {
      const rows = tf.reshape(x, [B, N + 1]) as Tensor2D;
      const advantages = tf.slice2d(rows, [0, 0], [B, N]);
      const values = tf.slice2d(rows, [0, N], [B, 1]);
      const q = tf.add(values, tf.sub(advantages, tf.mean(advantages, 1, true)));
      return tf.sum(tf.mul(q, tf.tensor2d(dq, [B, N]))).asScalar();
    });
  });
});

describe('foldDueling', () => {
  it('makes a network whose outputs are the action values', () => {
    const hidden = { inputs: 3, outputs: 5, activation: 'relu', kernel: normals(15), bias: normals(5) } as const;
    const head = {
      inputs: 5,
      outputs: N + 1,
      activation: 'linear',
      kernel: normals(5 * (N + 1)),
      bias: normals(N + 1),
    } as const;
    const network = { layers: [hidden, head], head: 'argmax' } as const;
    const folded = foldDueling(network);
    const observation = normals(3);
    const q = new Float32Array(N);
    duelingValues(forward(network, observation, makeScratch(network)), N, q);
    expect(folded.layers.at(-1)!.outputs).toBe(N);
    const outputs = forward(folded, observation, makeScratch(folded));
    for (let a = 0; a < N; a++) expect(outputs[a]).toBeCloseTo(q[a]!, 5);
  });
});

describe('foldQuantiles', () => {
  it('makes a network whose outputs are the means over the quantiles', () => {
    // One input: quantiles (1, 3) and (2, 8) at x = 1, with biases (0, 1) and (1, 1).
    const layer = { inputs: 1, outputs: 4, activation: 'linear' } as const;
    const network = {
      layers: [{ ...layer, kernel: Float32Array.of(1, 3, 2, 8), bias: Float32Array.of(0, 1, 1, 1) }],
      head: 'argmax',
    } as const;
    const folded = foldQuantiles(network, 2);
    const outputs = forward(folded, Float32Array.of(1), makeScratch(folded));
    expect([...outputs]).toEqual([(1 + 4) / 2, (3 + 9) / 2]);
  });

  it('gives the action values of dueling quantiles when folded twice', () => {
    const QUANTILES = 4;
    const size = (N + 1) * QUANTILES;
    const hidden = { inputs: 3, outputs: 5, activation: 'relu', kernel: normals(15), bias: normals(5) } as const;
    const head = {
      ...{ inputs: 5, outputs: size, activation: 'linear' as const },
      ...{ kernel: normals(5 * size), bias: normals(size) },
    };
    const network = { layers: [hidden, head], head: 'argmax' } as const;
    const observation = normals(3);
    const quantiles = new Float32Array(N * QUANTILES);
    const means = new Float32Array(N);
    duelingValues(forward(network, observation, makeScratch(network)), N, quantiles, QUANTILES);
    quantileMeans(quantiles, QUANTILES, means);
    const folded = foldQuantiles(foldDueling(network, QUANTILES), QUANTILES);
    const outputs = forward(folded, observation, makeScratch(folded));
    expect(outputs).toHaveLength(N);
    for (let a = 0; a < N; a++) expect(outputs[a]).toBeCloseTo(means[a]!, 5);
  });
});
