import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { dailyFactors } from '../../../src/market/drift.ts';
import { arrivalTimes, DEFAULT_HOURLY_TRAFFIC } from '../../../src/market/traffic.ts';

describe('arrivalTimes', () => {
  it('come in order within their day, as many an hour as the curve says, within four standard errors', () => {
    const n = 100_000;
    const times = new Float64Array(n + 2).fill(-1);
    arrivalTimes(DEFAULT_HOURLY_TRAFFIC, new Rng('times'), 86_400, times, 1, n);
    expect([times[0], times[n + 1]]).toEqual([-1, -1]);
    const perHour = new Float64Array(24);
    let inOrder = true;
    for (let i = 1; i <= n; i++) {
      inOrder &&= times[i]! >= (i === 1 ? 86_400 : times[i - 1]!);
      perHour[Math.floor(times[i]! / 3600) - 24]!++;
    }
    expect(inOrder).toBe(true);
    const total = DEFAULT_HOURLY_TRAFFIC.reduce((a, b) => a + b, 0);
    for (const [hour, weight] of DEFAULT_HOURLY_TRAFFIC.entries()) {
      const p = weight / total;
      expect(Math.abs(perHour[hour]! - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
    }
  });

  it('never fall into an hour without traffic', () => {
    const weights = Array.from({ length: 24 }, (_, hour) => (hour === 5 || hour === 23 ? 1 : 0));
    const times = new Float64Array(2000);
    arrivalTimes(weights, new Rng('gaps'), 0, times, 0, 2000);
    expect(new Set(Array.from(times, (t) => Math.floor(t / 3600)))).toEqual(new Set([5, 23]));
  });
});

describe('dailyFactors', () => {
  it('are exactly 1 without drift and keep their first days when days are added', () => {
    expect([...dailyFactors({ persistence: 0.7, sigma: 0 }, 3, new Rng('d'))]).toEqual([1, 1, 1]);
    const drift = { persistence: 0.7, sigma: 0.2 };
    const short = dailyFactors(drift, 5, new Rng('d'));
    expect(dailyFactors(drift, 9, new Rng('d')).subarray(0, 5)).toEqual(short);
  });

  it('have mean 1, and logarithms with the asked spread and persistence', () => {
    const drift = { persistence: 0.6, sigma: 0.3 };
    const n = 50_000;
    const factors = dailyFactors(drift, n, new Rng('moments'));
    const logs = Array.from(factors, (f) => Math.log(f) + 0.045);
    let variance = 0;
    let lagged = 0;
    for (let i = 1; i < n; i++) {
      variance += logs[i]! ** 2 / n;
      lagged += (logs[i]! * logs[i - 1]!) / n;
    }
    // The standard errors are about 0.0027, 0.001 and 0.0036.
    expect(factors.reduce((a, b) => a + b, 0) / n).toBeCloseTo(1, 1.9);
    expect(Math.abs(variance - 0.09)).toBeLessThan(0.004);
    expect(Math.abs(lagged / variance - 0.6)).toBeLessThan(0.015);
  });
});
