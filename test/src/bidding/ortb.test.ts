import { describe, expect, it } from 'vitest';
import { priceLandscape } from '../../../src/bidding/landscape.ts';
import { fitWinCurve, lambdaForSpend, ortb1, ortb2, type WinCurveFamily } from '../../../src/bidding/ortb.ts';

/** Needs whose win curve is the family's with the given c: quantiles by bisection. */
function needsOf(family: WinCurveFamily, c: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let low = 0;
    let high = 1e9;
    for (let k = 0; k < 100; k++) {
      const middle = (low + high) / 2;
      if (family.winRate(middle, c) < (i + 0.5) / n) low = middle;
      else high = middle;
    }
    return high;
  });
}

describe.each([
  ['ORTB1', ortb1],
  ['ORTB2', ortb2],
])('%s', (_name, family) => {
  it('bids nothing on nothing, and more on more but less than in proportion', () => {
    expect(family.bid(0, 0.001, 50)).toBeCloseTo(0, 9);
    const [one, two] = [family.bid(0.1, 0.001, 50), family.bid(0.2, 0.001, 50)];
    expect(two).toBeGreaterThan(one);
    expect(two).toBeLessThan(2 * one);
  });

  it('bids what no other bid beats: θ·w(b) − λ·b·w(b) is largest there', () => {
    const [value, lambda, c] = [0.08, 0.0007, 60];
    const gain = (bid: number) => (value - lambda * bid) * family.winRate(bid, c);
    const best = family.bid(value, lambda, c);
    for (const factor of [0.9, 0.99, 1.01, 1.1]) expect(gain(best)).toBeGreaterThan(gain(best * factor));
  });

  it('finds c again from prices that follow its own win curve', () => {
    const needs = needsOf(family, 70, 2000);
    expect(fitWinCurve(family, priceLandscape(needs, needs)) / 70).toBeCloseTo(1, 2);
  });

  it('finds the λ that spends the budget', () => {
    const n = 5000;
    const needs = needsOf(family, 70, n).map((need) => Math.min(need, 5000));
    const values = Float64Array.from({ length: n }, (_, i) => 0.001 * (1 + ((i * 7919) % n) / n));
    const budget = 5;
    const lambda = lambdaForSpend(family, 70, { values, needs, prices: needs }, budget);
    const spend = needs.reduce((a, need, i) => a + (family.bid(values[i]!, lambda, 70) >= need ? need : 0), 0) / n;
    expect(spend).toBeLessThanOrEqual(budget);
    expect(spend).toBeGreaterThan(0.98 * budget);
  });
});

describe('the closed forms', () => {
  it('are those of the paper', () => {
    // √(c·θ/λ + c²) − c = √(10 · 0.3/0.01 + 100) − 10 = √400 − 10.
    expect(ortb1.bid(0.3, 0.01, 10)).toBeCloseTo(10, 12);
    // A = (θ + √(c²λ² + θ²))/(cλ) with cλ = 4, θ = 3: (3 + 5)/4 = 2.
    expect(ortb2.bid(3, 0.4, 10)).toBeCloseTo(10 * (2 ** (1 / 3) - 2 ** (-1 / 3)), 12);
  });
});
