import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bentPlan, HourlySignals, learnSlopes, planSlopes } from '../../../src/bidding/mystique-plan.ts';

const positive = fc.double({ min: 0.01, max: 10, noNaN: true });

describe('learnSlopes', () => {
  it('keeps slopes while the signal is the same at all hours', () => {
    expect([...learnSlopes(Float64Array.of(0.5, 1, 1.5), new Float64Array(3).fill(0.5))]).toEqual([0.5, 1, 1.5]);
  });

  it('raises an hour of a low signal by half of what it calls for', () => {
    // Mean signal .6: hour 0 (signal .4) is raised 1.5-fold, hour 1 (.8) lowered to .75; half of that is kept.
    const [cheap, dear] = learnSlopes(Float64Array.of(1, 1), Float64Array.of(0.4, 0.8));
    const mean = (1.25 + 0.875) / 2;
    expect(cheap).toBeCloseTo(1.25 / mean, 12);
    expect(dear).toBeCloseTo(0.875 / mean, 12);
  });

  it('at most doubles an hour in a day, whatever its signal', () => {
    const [first, second] = learnSlopes(Float64Array.of(1, 1), Float64Array.of(0, 1));
    // 1 → ½ + ½ · 2 = 1.5 against 1 → ½ + ½ · ½ = .75.
    expect(first! / second!).toBeCloseTo(2, 12);
  });

  it('has a mean of one and never reaches zero', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 24 }), (hours) => {
        const next = learnSlopes(
          Float64Array.from(hours, ([slope]) => slope),
          Float64Array.from(hours, ([, signal]) => signal),
        );
        expect(next.reduce((sum, slope) => sum + slope, 0) / next.length).toBeCloseTo(1, 9);
        expect(Math.min(...next)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('bentPlan', () => {
  it('gives back the plan under its own slopes', () => {
    const plan = Float64Array.of(0, 0.1, 0.3, 0.6, 1);
    const same = bentPlan(plan, planSlopes(plan, 2));
    for (const [t, share] of plan.entries()) expect(same[t]).toBeCloseTo(share, 12);
  });

  it('moves money between hours and keeps the shape within each', () => {
    const plan = Float64Array.of(0, 0.1, 0.5, 0.7, 1);
    // Halves of the day get 3/4 and 1/4 of the money; 1/5 of the first half's traffic is in its first interval.
    const bent = bentPlan(plan, Float64Array.of(1.5, 0.5));
    [0, 0.15, 0.75, 0.85, 1].forEach((share, t) => void expect(bent[t]).toBeCloseTo(share, 12));
  });

  it('never falls and ends at one, also where an hour has no traffic', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 6 }), (slopes) => {
        const plan = Float64Array.of(0, 0, 0, 0.2, 0.2, 0.7, 1);
        const bent = bentPlan(plan, Float64Array.from(slopes));
        expect(bent.at(-1)).toBe(1);
        for (let t = 1; t < bent.length; t++) expect(bent[t]!).toBeGreaterThanOrEqual(bent[t - 1]! - 1e-12);
      }),
    );
  });
});

describe('HourlySignals', () => {
  it('takes means by hour; an hour after the budget was gone has the last one', () => {
    const signals = new HourlySignals(6, 3);
    signals.add(0, 0.2);
    signals.add(1, 0.4);
    signals.add(2, 1);
    [0.3, 1, 1].forEach((mean, h) => void expect(signals.means()[h]).toBeCloseTo(mean, 12));
  });
});
