import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  gammaCdf,
  logGamma,
  logNormalCdf,
  normalCdf,
  normalQuantile,
} from '../../../src/core/distributions.ts';

describe('distribution functions', () => {
  it('logGamma is the logarithm of the factorial and of √π', () => {
    expect(logGamma(1)).toBeCloseTo(0, 13);
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });

  it('the normal distribution has its tabulated values, also far in the tail', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 14);
    expect(normalCdf(-8) / 6.220960574271785e-16).toBeCloseTo(1, 10);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  });

  it('the normal quantile undoes the distribution function', () => {
    for (const z of [-7, -5.5, -3, -1, -0.2, 0, 0.4, 1.1, 2.5, 5]) {
      expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 8);
    }
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('a gamma variable of shape 1 is exponential and one of shape 2 is the sum of two', () => {
    for (const x of [0.1, 1, 3, 12]) {
      expect(gammaCdf(x, 1, 2)).toBeCloseTo(1 - Math.exp(-x / 2), 13);
      expect(gammaCdf(x, 2, 1)).toBeCloseTo(1 - (1 + x) * Math.exp(-x), 13);
    }
    expect(gammaCdf(0, 3, 1)).toBe(0);
  });

  it('a beta variable (a, 1) has distribution function x^a and (1, b) has 1 − (1 − x)^b', () => {
    for (const x of [0.01, 0.3, 0.77, 0.999]) {
      expect(betaCdf(x, 3.5, 1)).toBeCloseTo(x ** 3.5, 13);
      expect(betaCdf(x, 1, 40)).toBeCloseTo(1 - (1 - x) ** 40, 13);
    }
    expect(betaCdf(0, 2, 2)).toBe(0);
    expect(betaCdf(1, 2, 2)).toBe(1);
  });

  it('a log-normal variable has its median at exp(logMean)', () => {
    expect(logNormalCdf(Math.exp(2), 2, 0.7)).toBe(0.5);
    expect(logNormalCdf(0, 2, 0.7)).toBe(0);
  });
});
