import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { type DelayConfig, delayLaw, delaySchema } from '../../../src/response/delay.ts';
import { correctedConversions, estimateMaturity, maturityAt, maturityByLaw } from '../../../src/response/maturity.ts';

const laws: readonly DelayConfig[] = [
  { law: 'exponential', meanDays: 2 },
  { law: 'weibull', scaleDays: 3, shape: 0.6 },
  { law: 'log-normal', medianDays: 1.5, sigma: 1.2 },
];

describe('a delay', () => {
  it('is seen by t with probability F(t), in closed form', () => {
    expect(delayLaw(laws[0]!).cdf(2)).toBeCloseTo(1 - Math.exp(-1), 14);
    expect(delayLaw(laws[1]!).cdf(6)).toBeCloseTo(1 - Math.exp(-(2 ** 0.6)), 14);
    expect(delayLaw(laws[2]!).cdf(1.5)).toBeCloseTo(0.5, 14);
    expect(delayLaw(null).cdf(0)).toBe(1);
    expect(delayLaw(null).quantile(0.7)).toBe(0);
  });

  it('has quantiles that undo its distribution function, and is never negative', () => {
    fc.assert(
      fc.property(fc.constantFrom(...laws), fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (config, p) => {
        const law = delayLaw(config, 2.5);
        expect(law.cdf(law.quantile(p))).toBeCloseTo(p, 9);
        expect(law.cdf(-1)).toBe(0);
      }),
    );
  });

  it('stretched by 3 takes three times as long', () => {
    for (const config of laws) expect(delayLaw(config, 3).cdf(4.5)).toBeCloseTo(delayLaw(config).cdf(1.5), 12);
  });

  it('is refused without time', () => {
    for (const bad of [
      { law: 'exponential', meanDays: 0 },
      { law: 'weibull', scaleDays: -1, shape: 1 },
      { law: 'log-normal', medianDays: 1, sigma: 0 },
    ]) {
      expect(delaySchema.safeParse(bad).success).toBe(false);
    }
  });
});

describe('the correction for delay', () => {
  it('divides by F(age) for clicks of one age', () => {
    const maturity = delayLaw(laws[0]!).cdf(3);
    expect(correctedConversions(12, 100, 100 * maturity)).toBeCloseTo(12 / maturity, 9);
    expect(correctedConversions(0, 100, 0)).toBeNull();
  });

  it('is right in expectation for clicks of many ages', () => {
    const law = delayLaw(laws[1]!);
    const rng = new Rng('correction');
    const clicks = 40_000;
    const rate = 0.3;
    let soFar = 0;
    let matured = 0;
    for (let i = 0; i < clicks; i++) {
      const age = 8 * rng.double();
      matured += law.cdf(age);
      if (rng.double() < rate && law.quantile(rng.double()) <= age) soFar++;
    }
    // The standard error is √(40,000 · .3 / .6) ≈ 140, or 1.2 %.
    expect(soFar).toBeLessThan(0.75 * rate * clicks);
    expect(Math.abs(correctedConversions(soFar, clicks, matured)! / (rate * clicks) - 1)).toBeLessThan(0.04);
  });
});

describe('maturity', () => {
  it('by a law is F(age) / F(window) on a grid', () => {
    const law = delayLaw(laws[0]!);
    const curve = maturityByLaw(law, 4, 4);
    expect(curve[0]).toBe(0);
    expect(curve[2]).toBeCloseTo((1 - Math.exp(-1)) / (1 - Math.exp(-2)), 12);
    expect(curve[4]).toBe(1);
    expect(maturityAt(curve, 4, 1.5)).toBeCloseTo((curve[1]! + curve[2]!) / 2, 12);
    expect(maturityAt(curve, 4, 9)).toBe(1);
    expect(maturityAt(curve, 4, -1)).toBe(0);
  });

  it('needs a window in which conversions come', () => {
    expect(() => maturityByLaw(delayLaw(laws[0]!), 0, 4)).toThrow('expected a window above 0 [days]');
    expect(() => maturityByLaw(delayLaw(laws[0]!), Number.POSITIVE_INFINITY, 4)).toThrow('CONFIG_INVALID');
  });

  it('estimated without data is what was expected beforehand', () => {
    const prior = Float64Array.of(0, 0.5, 0.8, 1);
    estimateMaturity([], [], 3, prior).forEach((share, k) => {
      expect(share).toBeCloseTo(prior[k]!, 12);
    });
  });

  it('estimated from matured clicks is the share of delays, with five conversions of what was expected', () => {
    const delays = [0.5, 0.5, 0.5, 1.5, 2.5];
    const curve = estimateMaturity(delays, [9, 9, 9, 9, 9], 3, Float64Array.of(0, 1 / 3, 2 / 3, 1));
    // The last bin: (1 + 5/3) of (5 + 5) came in it; the one before: (1 + 5/2) of (4 + 5).
    expect(curve[2]).toBeCloseTo(1 - (1 + 5 / 3) / 10, 12);
    expect(curve[1]).toBeCloseTo(curve[2]! * (1 - (1 + 5 / 2) / 9), 12);
  });

  it('estimated from what is seen so far is near the truth although young clicks show only short delays', () => {
    const law = delayLaw({ law: 'exponential', meanDays: 2 });
    const rng = new Rng('maturity');
    const delays: number[] = [];
    const ages: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      const age = 9 * rng.double();
      const delay = law.quantile(rng.double());
      if (delay > age) continue;
      delays.push(delay);
      ages.push(age);
    }
    const curve = estimateMaturity(
      delays,
      ages,
      6,
      Float64Array.from({ length: 13 }, (_, k) => k / 12),
    );
    const naive = delays.filter((delay) => delay <= 2).length / delays.filter((delay) => delay <= 6).length;
    const truth = law.cdf(2) / law.cdf(6);
    expect(Math.abs(maturityAt(curve, 6, 2) - truth)).toBeLessThan(0.02);
    expect(naive).toBeGreaterThan(truth + 0.05);
  });

  it('wants one age a delay', () => {
    expect(() => estimateMaturity([1], [], 3, Float64Array.of(0, 1))).toThrow('SHAPE_MISMATCH');
  });
});
