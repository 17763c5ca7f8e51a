import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import type { Tfjs } from '../../../../src/nn/load-tfjs.ts';
import {
  addCategoricalGradient,
  categoricalLogProbs,
  sampleCategorical,
} from '../../../../src/rl/losses/categorical.ts';
import { clippedSurrogateLoss } from '../../../../src/rl/losses/clipped-surrogate.ts';
import { addCategoricalEntropyGradient, addGaussianEntropyGradient } from '../../../../src/rl/losses/entropy.ts';
import { addGaussianGradient, gaussianLogProbs, sampleGaussian } from '../../../../src/rl/losses/gaussian.ts';
import { policyGradientLoss } from '../../../../src/rl/losses/policy-gradient.ts';
import { expectGradient, logSoftmax } from './gradient-check.ts';

const B = 24;
const A = 5;
const rng = new Rng('policy-losses');
const normals = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * rng.normal());
const logits = normals(B * A);
const actions = Int32Array.from({ length: B }, () => rng.int(A));
const advantages = normals(B);

/** The log-probabilities taken, as tensors. */
function tensorLogProbs(tf: Tfjs, x: Tensor1D): Tensor {
  const all = tf.logSoftmax(tf.reshape(x, [B, A]));
  return tf.sum(tf.mul(all, tf.oneHot(tf.tensor1d(actions, 'int32'), A)), 1);
}

describe('categorical policies', () => {
  const logProbs = new Float64Array(B);
  const probabilities = new Float32Array(B * A);
  categoricalLogProbs(logits, actions, A, logProbs, probabilities);

  it('give probabilities in proportion to exp(logit), however large the logits', () => {
    const p = new Float32Array(2);
    const logP = new Float64Array(1);
    categoricalLogProbs(Float32Array.of(1000 + Math.log(3), 1000), Int32Array.of(1), 2, logP, p);
    expect(p[0]).toBeCloseTo(0.75, 4);
    expect(logP[0]).toBeCloseTo(Math.log(0.25), 4);
  });

  it('carry −mean log p · A back to the logits as autodiff and finite differences do', async () => {
    const d = new Float64Array(B);
    const loss = policyGradientLoss(logProbs, advantages, d);
    const dLogits = new Float32Array(B * A);
    addCategoricalGradient(probabilities, actions, A, d, dLogits);
    const inDoubles = (x: Float64Array) => {
      const all = logSoftmax(x, A);
      return advantages.reduce((s, a, i) => s - (a * all[i * A + actions[i]!]!) / B, 0);
    };
    expect(loss).toBeCloseTo(inDoubles(Float64Array.from(logits)), 6);
    await expectGradient(
      logits,
      dLogits,
      inDoubles,
      (tf, x) => tf.neg(tf.mean(tf.mul(tensorLogProbs(tf, x), tf.tensor1d(advantages)))) as Scalar,
    );
  });

  it('carry the clipped surrogate back as autodiff and finite differences do', async () => {
    const old = logProbs.map((l) => l + 0.4 * rng.normal());
    const d = new Float64Array(B);
    const stats = { clipFraction: 0, approxKl: 0 };
    const loss = clippedSurrogateLoss(logProbs, old, advantages, 0.2, d, stats);
    expect(stats.clipFraction).toBeGreaterThan(0.2);
    expect(stats.clipFraction).toBeLessThan(1);
    const dLogits = new Float32Array(B * A);
    addCategoricalGradient(probabilities, actions, A, d, dLogits);
    const inDoubles = (x: Float64Array) => {
      const all = logSoftmax(x, A);
      return advantages.reduce((s, a, i) => {
        const r = Math.exp(all[i * A + actions[i]!]! - old[i]!);
        return s - Math.min(r * a, Math.max(0.8, Math.min(1.2, r)) * a) / B;
      }, 0);
    };
    expect(loss).toBeCloseTo(inDoubles(Float64Array.from(logits)), 6);
    await expectGradient(logits, dLogits, inDoubles, (tf, x) => {
      const ratio = tf.exp(tf.sub(tensorLogProbs(tf, x), tf.tensor1d(Float32Array.from(old))));
      const a = tf.tensor1d(advantages);
      const worst = tf.minimum(tf.mul(ratio, a), tf.mul(tf.clipByValue(ratio, 0.8, 1.2), a));
      return tf.neg(tf.mean(worst)) as Scalar;
    });
  });

  it('carry the entropy bonus back as autodiff and finite differences do', async () => {
    const dLogits = new Float32Array(B * A);
    const entropy = addCategoricalEntropyGradient(logits, probabilities, A, 0.3, dLogits);
    const inDoubles = (x: Float64Array) => logSoftmax(x, A).reduce((s, l) => s + (0.3 * Math.exp(l) * l) / B, 0);
    expect(-0.3 * entropy).toBeCloseTo(inDoubles(Float64Array.from(logits)), 6);
    await expectGradient(logits, dLogits, inDoubles, (tf, x) => {
      const all = tf.logSoftmax(tf.reshape(x, [B, A]));
      return tf.mul(0.3 / B, tf.sum(tf.mul(tf.exp(all), all))) as Scalar;
    });
  });

  it('have entropy log A when uniform and 0 when certain', () => {
    const measure = (row: Float32Array) => {
      const p = new Float32Array(row.length);
      categoricalLogProbs(row, Int32Array.of(0), row.length, new Float64Array(1), p);
      return addCategoricalEntropyGradient(row, p, row.length, 0, new Float32Array(row.length));
    };
    expect(measure(new Float32Array(8).fill(3))).toBeCloseTo(Math.log(8), 6);
    expect(measure(Float32Array.of(200, 0, -200))).toBeCloseTo(0, 6);
  });

  it('draw actions as often as their probabilities say and report their log-probabilities', () => {
    const n = 20_000;
    const row = [Math.log(0.5), Math.log(0.2), Math.log(0.3)];
    const z = Float32Array.from({ length: 3 * n }, (_, k) => row[k % 3]!);
    const drawn = new Int32Array(n);
    const logP = new Float32Array(n);
    sampleCategorical(z, 3, new Rng('draws'), drawn, logP);
    row.forEach((logProbability, a) => {
      const share = drawn.filter((x) => x === a).length / n;
      // Five standard errors.
      expect(Math.abs(share - Math.exp(logProbability))).toBeLessThan(5 * Math.sqrt(0.25 / n));
    });
    drawn.forEach((a, i) => {
      if (i < 50) expect(logP[i]).toBeCloseTo(row[a]!, 5);
    });
  });
});

describe('clippedSurrogateLoss', () => {
  it('keeps the gradient inside the range, drops it where clipping binds, and measures k3', () => {
    const d = new Float64Array(3);
    const stats = { clipFraction: 0, approxKl: 0 };
    const ratios = [1, 1.5, 1.5];
    const loss = clippedSurrogateLoss(
      Float64Array.from(ratios, Math.log),
      new Float64Array(3),
      Float64Array.of(2, 1, -1),
      0.2,
      d,
      stats,
    );
    // min terms: 2, 1.2 (clipped), −1.5 (a bad action made likelier is not forgiven).
    expect(loss).toBeCloseTo(-(2 + 1.2 - 1.5) / 3, 12);
    expect(d[0]).toBeCloseTo(-2 / 3, 12);
    expect(d[1]).toBe(0);
    expect(d[2]).toBeCloseTo(1.5 / 3, 12);
    expect(stats.clipFraction).toBeCloseTo(2 / 3, 12);
    expect(stats.approxKl).toBeCloseTo((2 * (0.5 - Math.log(1.5))) / 3, 12);
  });
});

describe('Gaussian policies', () => {
  const D = 3;
  const means = normals(B * D);
  const taken = normals(B * D);
  const weights = Float64Array.from(normals(B));

  /** Σ w_i log p(a_i) in float64; `x` is the means followed by the log standard deviations. */
  function weighted(x: ArrayLike<number>): number {
    const sharedRow = x.length === B * D + D;
    let sum = 0;
    for (let k = 0; k < B * D; k++) {
      const s = x[B * D + (sharedRow ? k % D : k)]!;
      const u = (taken[k]! - x[k]!) / Math.exp(s);
      sum += weights[Math.floor(k / D)]! * (-0.5 * u * u - s - 0.5 * Math.log(2 * Math.PI));
    }
    return sum;
  }

  it.each([
    ['one row of log σ for all states', D],
    ['a row of log σ per state', B * D],
  ])('carry Σ w log p back to μ and log σ with %s', async (_, length) => {
    const logStd = normals(length, 0.3);
    const x = Float32Array.of(...means, ...logStd);
    const logProbs = new Float64Array(B);
    gaussianLogProbs(means, logStd, taken, D, logProbs);
    expect(logProbs.reduce((s, l, i) => s + weights[i]! * l, 0)).toBeCloseTo(weighted(x), 5);
    const dMeans = new Float32Array(B * D);
    const dLogStd = new Float32Array(length);
    addGaussianGradient(means, logStd, taken, D, weights, dMeans, dLogStd);
    await expectGradient(x, Float32Array.of(...dMeans, ...dLogStd), weighted, (tf, t) => {
      const mu = tf.reshape(tf.slice(t, 0, B * D), [B, D]);
      const s = tf.reshape(tf.slice(t, B * D, length), [-1, D]);
      const u = tf.div(tf.sub(tf.tensor2d(taken, [B, D]), mu), tf.exp(s));
      const logP = tf.sum(tf.sub(tf.mul(-0.5, tf.square(u)), tf.add(s, tf.zerosLike(mu))), 1);
      return tf.sum(tf.mul(logP, tf.tensor1d(Float32Array.from(weights)))) as Scalar;
    });
  });

  it('have the entropy ½ log 2πe + log σ per dimension, whose bonus raises log σ evenly', () => {
    const d = new Float32Array(2);
    const entropy = addGaussianEntropyGradient(Float32Array.of(0, Math.log(2)), 2, 0.5, d);
    expect(entropy).toBeCloseTo(Math.log(2 * Math.PI * Math.E) + Math.log(2), 6);
    expect([...d]).toEqual([-0.5, -0.5]);
    const perState = new Float32Array(4);
    addGaussianEntropyGradient(new Float32Array(4), 2, 0.5, perState);
    expect([...perState]).toEqual([-0.25, -0.25, -0.25, -0.25]);
  });

  it('draw actions with mean μ and deviation σ and report their log-densities', () => {
    const n = 20_000;
    const mu = new Float32Array(n).fill(2);
    const logStd = Float32Array.of(Math.log(0.5));
    const drawn = new Float32Array(n);
    const logP = new Float64Array(n);
    sampleGaussian(mu, logStd, 1, new Rng('gaussian-draws'), drawn, logP);
    const mean = drawn.reduce((s, x) => s + x, 0) / n;
    const variance = drawn.reduce((s, x) => s + (x - mean) ** 2, 0) / n;
    expect(Math.abs(mean - 2)).toBeLessThan((5 * 0.5) / Math.sqrt(n));
    expect(Math.abs(variance - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / n));
    const again = new Float64Array(n);
    gaussianLogProbs(mu, logStd, drawn, 1, again);
    expect(logP).toEqual(again);
  });

  it('refuse log standard deviations that fit neither one state nor all', () => {
    expect(() => gaussianLogProbs(means, new Float32Array(2), taken, D, new Float64Array(B))).toThrow('SHAPE_MISMATCH');
  });
});
