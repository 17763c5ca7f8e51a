import { describe, expect, it } from 'vitest';
import { explainedVariance, normalizeInPlace } from '../../../src/rl/advantages.ts';

describe('normalizeInPlace', () => {
  it('gives mean 0 and standard deviation 1', () => {
    const values = Float64Array.of(1, 3);
    normalizeInPlace(values);
    expect(values[0]).toBeCloseTo(-1, 7);
    expect(values[1]).toBeCloseTo(1, 7);
  });

  it('turns a constant vector into zeros, not NaN', () => {
    const values = Float32Array.of(4, 4, 4);
    normalizeInPlace(values);
    expect([...values]).toEqual([0, 0, 0]);
  });

  it('leaves an empty vector alone', () => {
    expect(() => normalizeInPlace(new Float32Array(0))).not.toThrow();
  });
});

describe('explainedVariance', () => {
  const targets = Float64Array.of(1, 2, 3);

  it('is 1 for perfect predictions and 0 for the mean', () => {
    expect(explainedVariance(targets, targets)).toBe(1);
    expect(explainedVariance(Float64Array.of(2, 2, 2), targets)).toBe(0);
  });

  it('is below 0 where predictions are worse than the mean', () => {
    expect(explainedVariance(Float64Array.of(3, 2, 1), targets)).toBe(-3);
  });

  it('is 0 where the targets do not vary', () => {
    expect(explainedVariance(Float64Array.of(1, 2), Float64Array.of(5, 5))).toBe(0);
  });
});
