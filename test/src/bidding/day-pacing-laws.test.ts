import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrorDualStep, ShadingTable } from '../../../src/bidding/first-price-dual.ts';
import { mystiqueStep } from '../../../src/bidding/mystique.ts';
import { type PaceReading, paceReading } from '../../../src/bidding/pace-reading.ts';
import { newPidState } from '../../../src/bidding/pid.ts';
import { TA_PID_GAINS, taPidFactor } from '../../../src/bidding/ta-pid.ts';
import { blankCounters } from '../../../src/sim/flight-counters.ts';

const onPlan: PaceReading = {
  numIntervals: 1000,
  spentShare: 0.5,
  targetShare: 0.5,
  lastSpentShare: 0.001,
  lastTargetShare: 0.001,
};

describe('paceReading', () => {
  it('reads money over the budget and expected traffic over the whole', () => {
    const counters = {
      ...blankCounters(),
      numSteps: 4,
      budgetMicros: 100,
      remainingMicros: 60,
      lastSpendMicros: 10,
      expectedAuctionsTotal: 200,
      expectedAuctionsLeft: 100,
      lastExpectedAuctions: 50,
    };
    expect(paceReading(counters)).toEqual({
      numIntervals: 4,
      spentShare: 0.4,
      targetShare: 0.5,
      lastSpentShare: 0.1,
      lastTargetShare: 0.25,
    });
  });
});

describe('mystiqueStep', () => {
  const stepped = (reading: Partial<PaceReading>, signal = 0.5) => {
    const state = { signal, lastPositive: signal };
    mystiqueStep(state, { ...onPlan, ...reading });
    return state;
  };

  it('keeps its signal on plan', () => {
    expect(stepped({}).signal).toBe(0.5);
  });

  it('weighs both errors alike while they grow: a tenth ahead and a slope half too steep take ½ · .01 + ½ · .01', () => {
    // c₁ = .025 · .1/.25 = .01; c₂ = max(.01, .025 · .5/1.5) = .01; τ < 0.
    expect(stepped({ spentShare: 0.6, lastSpentShare: 0.0015 }).signal).toBeCloseTo(0.49, 12);
  });

  it('raises the signal while spend is behind and too slow, up to 1', () => {
    expect(stepped({ spentShare: 0.2, lastSpentShare: 0 }).signal).toBeCloseTo(
      0.5 + 0.5 * 0.025 + 0.5 * (0.025 / 1.5),
      12,
    );
    expect(stepped({ spentShare: 0.2, lastSpentShare: 0 }, 0.999).signal).toBe(1);
  });

  it('trusts the slope when the target is near and the spend error when it is far', () => {
    // e = −.001, g = +1: τ = 1000 · .001 / 1 = 1 interval, so w₁ = .2.
    const near = stepped({ spentShare: 0.499, lastSpentShare: 0.002 });
    expect(near.signal).toBeCloseTo(0.5 + 0.2 * 0.025 * (0.001 / 0.25) - 0.8 * (0.025 / 1.5), 12);
    // e = −.25, g = +.5: τ = 500, so w₁ = .9.
    const far = stepped({ spentShare: 0.25, lastSpentShare: 0.0015 });
    expect(far.signal).toBeCloseTo(0.5 + 0.9 * 0.025 - 0.1 * 0.01, 12);
  });

  it('stops a runaway campaign for an interval and goes on from the last signal above 0', () => {
    // With e and g of one sign the target lies behind: τ < 0 is within any number of intervals.
    const state = stepped({ spentShare: 0.6, lastSpentShare: 0.02 });
    expect(state.signal).toBe(0);
    mystiqueStep(state, { ...onPlan, spentShare: 0.6, lastSpentShare: 0 });
    expect(state.signal).toBeGreaterThan(0.45);
  });

  it('freezes once the budget is gone', () => {
    expect(stepped({ spentShare: 1.01, lastSpentShare: 0.5 }).signal).toBe(0.5);
  });
});

describe('taPidFactor', () => {
  it('is one on plan, and bins of ratio 1.2 off it', () => {
    expect(taPidFactor(newPidState(), onPlan, TA_PID_GAINS)).toBe(1);
    const gains = { proportional: 0.01, integral: 0, derivative: 0 };
    expect(taPidFactor(newPidState(), { ...onPlan, spentShare: 0.3 }, gains)).toBeCloseTo(1.2 ** 2, 12);
  });

  it('stays within −7 and +4 bins', () => {
    const gains = { proportional: 1, integral: 0, derivative: 0 };
    expect(taPidFactor(newPidState(), { ...onPlan, spentShare: 0 }, gains)).toBe(1.2 ** 4);
    expect(taPidFactor(newPidState(), { ...onPlan, spentShare: 1 }, gains)).toBe(1.2 ** -7);
  });
});

describe('ShadingTable', () => {
  /** Rival bids uniform on 0 … 1,000,000: W(b) = b / 1e6, so b*(x) = x / 2 while below the top. */
  const uniform = new ShadingTable(Float64Array.from({ length: 100_001 }, (_, i) => i * 10));

  it('bids half of the worth against uniform rivals', () => {
    for (const worth of [50_000, 400_000, 1_500_000]) expect(uniform.bid(worth) / worth).toBeCloseTo(0.5, 1);
  });

  it('never bids more than the top rival needs, however much winning is worth', () => {
    expect(uniform.bid(10_000_000)).toBeLessThan(1_100_000);
  });

  it('bids at most the worth and earns at least what bidding any share of it would', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, share) => {
          const gain = (bid: number) => (x - bid) * Math.min(1, bid / 1e6);
          expect(uniform.bid(x)).toBeLessThanOrEqual(x);
          expect(gain(uniform.bid(x))).toBeGreaterThanOrEqual(gain(share * x) * 0.98 - 5000);
        },
      ),
    );
    expect(uniform.bid(0)).toBe(0);
  });
});

describe('mirrorDualStep', () => {
  it('keeps the price of money on plan and moves its logarithm by ε times the relative error', () => {
    expect(mirrorDualStep(2, 10, 10, 0.5, 5, 0.1, 100)).toBe(2);
    expect(mirrorDualStep(2, 20, 10, 0.5, 5, 0.1, 100)).toBeCloseTo(2 * Math.exp(0.5), 12);
    expect(mirrorDualStep(2, 0, 10, 0.5, 5, 0.1, 100)).toBeCloseTo(2 * Math.exp(-0.5), 12);
  });

  it('cuts the error of a rich interval, keeps to its bounds and waits where nothing was planned', () => {
    expect(mirrorDualStep(2, 1e9, 10, 0.1, 5, 0.1, 100)).toBeCloseTo(2 * Math.exp(0.5), 12);
    expect(mirrorDualStep(90, 1e9, 10, 1, 5, 0.1, 100)).toBe(100);
    expect(mirrorDualStep(2, 5, 0, 1, 5, 0.1, 100)).toBe(2);
  });
});
