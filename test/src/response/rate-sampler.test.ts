import { describe, expect, it } from 'vitest';
import { betaCdf, normalCdf } from '../../../src/core/distributions.ts';
import { Rng } from '../../../src/core/rng.ts';
import { rateSchema } from '../../../src/response/rate-config.ts';
import { RateSampler } from '../../../src/response/rate-sampler.ts';

describe('RateSampler', () => {
  it('is the exponential of the score for a log-normal rate', () => {
    const sampler = new RateSampler(rateSchema.parse([{ family: 'log-normal', mean: 0.002, sigma: 0.8 }]));
    for (const z of [-3, -0.7, 0, 1.3, 4]) {
      expect(sampler.rate(z) / (0.002 * Math.exp(0.8 * z - 0.32))).toBeCloseTo(1, 6);
    }
  });

  it('puts the quantile of a beta rate at its score', () => {
    const sampler = new RateSampler(rateSchema.parse([{ family: 'beta', mean: 0.1, concentration: 30 }]));
    for (const z of [-2.5, -1, 0, 0.5, 3]) expect(betaCdf(sampler.rate(z), 3, 27)).toBeCloseTo(normalCdf(z), 5);
  });

  it('never leaves (0, 1] and never falls as the score rises', () => {
    const sampler = new RateSampler(
      rateSchema.parse([
        { family: 'log-normal', mean: 0.3, sigma: 2, weight: 2 },
        { family: 'beta', mean: 0.01, concentration: 5 },
      ]),
    );
    let before = 0;
    for (let z = -9; z <= 9; z += 0.01) {
      const rate = sampler.rate(z);
      expect(rate > 0 && rate <= 1 && rate >= before).toBe(true);
      before = rate;
    }
  });

  it('has the mean of its mixture, within four standard errors', () => {
    const sampler = new RateSampler(
      rateSchema.parse([
        { family: 'log-normal', mean: 0.001, sigma: 0.7, weight: 3 },
        { family: 'beta', mean: 0.02, concentration: 200, weight: 1 },
      ]),
    );
    const rng = new Rng('rates');
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const rate = sampler.rate(rng.normal());
      sum += rate;
      squares += rate * rate;
    }
    const mean = sum / n;
    const standardError = Math.sqrt((squares / n - mean * mean) / n);
    expect(Math.abs(mean - (0.75 * 0.001 + 0.25 * 0.02))).toBeLessThan(4 * standardError);
  });
});
