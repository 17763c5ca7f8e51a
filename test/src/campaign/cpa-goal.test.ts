import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cpaCompliance,
  cpaExceeded,
  cpaScore,
  cpaTargetMicros,
  expectedCpaScore,
} from '../../../src/campaign/cpa-goal.ts';

describe('a goal as a CPA target', () => {
  it('is the target itself, or for ROAS what a conversion is worth over the target', () => {
    expect(cpaTargetMicros({ kind: 'cpa', targetMicros: 70_000_000 })).toBe(70_000_000);
    expect(cpaTargetMicros({ kind: 'roas', target: 4, conversionValueMicros: 200_000_000 })).toBe(50_000_000);
  });

  it('must leave a conversion at least a micro', () => {
    expect(() => cpaTargetMicros({ kind: 'cpa', targetMicros: 0 })).toThrow('CONFIG_INVALID');
    expect(() => cpaTargetMicros({ kind: 'roas', target: 0, conversionValueMicros: 1 })).toThrow('positive target');
  });
});

describe('the score', () => {
  it('is the conversions where they cost no more than the target', () => {
    expect(cpaScore(100, 300, 3)).toBe(3);
    expect(cpaScore(100, 0, 0)).toBe(0);
  });

  it('falls with the square of what is too dear: twice the target leaves a quarter', () => {
    expect(cpaScore(100, 600, 3)).toBe(0.75);
    expect(cpaScore(100, 50, 0)).toBe(0);
  });

  it('is between 0 and the conversions and never rises with the cost', () => {
    const amount = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 0, max: 30 }), (cost, more, conversions) => {
        const score = cpaScore(100, cost, conversions);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(conversions);
        expect(cpaScore(100, cost + more, conversions)).toBeLessThanOrEqual(score);
      }),
    );
  });
});

describe('the expected score', () => {
  it('is the score where nothing more may come, and the mean more where all is within the target', () => {
    expect(expectedCpaScore(100, 600, 3, 0)).toBe(0.75);
    expect(expectedCpaScore(100, 100, 3, 0.5)).toBeCloseTo(3.5, 8);
  });

  it('weighs each number of conversions by its Poisson probability', () => {
    // Spend 200 at a target of 100: no conversion scores 0, one 1/4, two or more their number.
    const mean = 0.1;
    const one = mean * Math.exp(-mean);
    expect(expectedCpaScore(100, 200, 0, mean)).toBeCloseTo(one / 4 + (mean - one), 8);
  });
});

describe('compliance', () => {
  it('is target over cost per conversion, between 0 and 2', () => {
    expect(cpaCompliance(100, 400, 2)).toBe(0.5);
    expect(cpaCompliance(100, 100, 1)).toBe(1);
    expect(cpaCompliance(100, 10, 1)).toBe(2);
    expect(cpaCompliance(100, 10, 0)).toBe(0);
    expect(cpaCompliance(100, 0, 0)).toBe(1);
  });

  it('is broken from a share above the target on, by money without conversions always', () => {
    expect(cpaExceeded(100, 240, 2, 0.2)).toBe(false);
    expect(cpaExceeded(100, 241, 2, 0.2)).toBe(true);
    expect(cpaExceeded(100, 1, 0, 0.2)).toBe(true);
    expect(cpaExceeded(100, 0, 0, 0.2)).toBe(false);
  });
});
