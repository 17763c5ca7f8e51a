import { describe, expect, it } from 'vitest';
import {
  cholesky,
  independentGaussian,
  logisticPosterior,
  scoreVariance,
  sigmoid,
} from '../../../src/core/logistic-regression.ts';
import { Rng } from '../../../src/core/rng.ts';

describe('logisticPosterior', () => {
  it('finds ln(k / (n − k)) for an intercept under a flat prior', () => {
    const labels = Uint8Array.from({ length: 10 }, (_, n) => (n < 3 ? 1 : 0));
    const inputs = new Float64Array(10).fill(1);
    const { mean, precision } = logisticPosterior(independentGaussian([0], [1e-9]), { numRows: 10, inputs, labels });
    expect(mean[0]).toBeCloseTo(Math.log(3 / 7), 6);
    // n p (1 − p)
    expect(precision[0]).toBeCloseTo(10 * 0.3 * 0.7, 6);
  });

  it('keeps the prior where there is no row', () => {
    const prior = independentGaussian([1, -2], [3, 4]);
    const { mean, precision } = logisticPosterior(prior, {
      numRows: 0,
      inputs: new Float64Array(0),
      labels: new Uint8Array(0),
    });
    expect([...mean]).toEqual([1, -2]);
    expect([...precision]).toEqual([3, 0, 0, 4]);
  });

  it('finds the weights that labels were drawn by', () => {
    const rng = new Rng('logistic');
    const n = 20_000;
    const inputs = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? rng.normal() : 1));
    const labels = Uint8Array.from({ length: n }, (_, i) => (rng.next() < sigmoid(1.5 * inputs[2 * i]! - 1) ? 1 : 0));
    const { mean, precision } = logisticPosterior(independentGaussian([0, 0], [1, 1]), { numRows: n, inputs, labels });
    expect(Math.abs(mean[0]! - 1.5)).toBeLessThan(4 / Math.sqrt(precision[0]!));
    expect(Math.abs(mean[1]! + 1)).toBeLessThan(4 / Math.sqrt(precision[3]!));
  });

  it('stays finite on separable labels', () => {
    const inputs = Float64Array.of(-1, 1, -2, 1, 3, 1, 4, 1);
    const { mean } = logisticPosterior(independentGaussian([0, 0], [0.01, 0.01]), {
      numRows: 4,
      inputs,
      labels: Uint8Array.of(0, 0, 1, 1),
    });
    expect(mean.every(Number.isFinite)).toBe(true);
  });

  it('refuses fewer rows than it is told of', () => {
    const rows = { numRows: 3, inputs: new Float64Array(2), labels: new Uint8Array(2) };
    expect(() => logisticPosterior(independentGaussian([0], [1]), rows)).toThrow(
      'expected 3 labels and 3 × 1 inputs, received 2 and 2',
    );
  });
});

describe('scoreVariance', () => {
  it('is xᵀ Λ⁻¹ x', () => {
    // Λ = [[4, 2], [2, 3]], Λ⁻¹ = [[3, −2], [−2, 4]] / 8; x = (1, 2): (3 − 8 + 16) / 8.
    const factor = new Float64Array(4);
    cholesky(Float64Array.of(4, 2, 2, 3), 2, factor);
    expect(scoreVariance(factor, 2, Float64Array.of(1, 2), new Float64Array(2))).toBeCloseTo(11 / 8, 12);
  });
});
