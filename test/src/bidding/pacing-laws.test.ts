import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dualStep } from '../../../src/bidding/dual-pacing.ts';
import { pacingFactor } from '../../../src/bidding/multiplicative-pacer.ts';
import { newPidState, pidStep } from '../../../src/bidding/pid.ts';
import { plannedLastSpend, plannedShare } from '../../../src/bidding/spend-plan.ts';
import { thresholdForSpend } from '../../../src/bidding/threshold.ts';
import { throttleRate } from '../../../src/bidding/throttling.ts';
import type { FlightCounters } from '../../../src/policy/runtime.ts';

describe('pidStep', () => {
  const gains = { proportional: 2, integral: 0.5, derivative: 4 };

  it('adds the three terms: 2·e + 0.5·Σe + 4·Δe, with no derivative at first', () => {
    const state = newPidState();
    expect(pidStep(state, 1, gains, 100)).toBe(2 + 0.5);
    expect(pidStep(state, 3, gains, 100)).toBe(6 + 0.5 * 4 + 4 * 2);
  });

  it('does not wind up: after a long clipped stretch it answers the first opposite error', () => {
    const state = newPidState();
    const slow = { proportional: 0.5, integral: 0.1, derivative: 0 };
    for (let i = 0; i < 1000; i++) expect(pidStep(state, 1, slow, 1)).toBeLessThanOrEqual(1);
    expect(pidStep(state, -1, slow, 1)).toBeLessThan(0.1);
  });

  it('never leaves its limit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true })), (errors) => {
        const state = newPidState();
        for (const error of errors) expect(Math.abs(pidStep(state, error, gains, 1.5))).toBeLessThanOrEqual(1.5);
      }),
    );
  });
});

describe('dualStep', () => {
  it('keeps the price of money on plan, lowers it under plan, raises it above', () => {
    expect(dualStep(1, 10, 10, 0.5, 0.1, 10)).toBe(1);
    expect(dualStep(1, 0, 10, 0.5, 0.1, 10)).toBe(0.5);
    expect(dualStep(1, 20, 10, 0.5, 0.1, 10)).toBe(1.5);
  });

  it('stays within its bounds and still where nothing was planned', () => {
    expect(dualStep(0.2, 0, 10, 0.5, 0.1, 10)).toBe(0.1);
    expect(dualStep(9.9, 90, 10, 0.5, 0.1, 10)).toBe(10);
    expect(dualStep(3, 5, 0, 0.5, 0.1, 10)).toBe(3);
  });
});

describe('pacingFactor', () => {
  it('raises below the band, cuts above it, rests inside', () => {
    const pacer = { lower: 0.7, upper: 1.1, raise: 1.2, cut: 0.7 };
    expect([6, 7, 11, 12].map((spend) => pacingFactor(spend, 10, pacer))).toEqual([1.2, 1, 1, 0.7]);
    expect(pacingFactor(5, 0, pacer)).toBe(1);
  });
});

describe('throttleRate', () => {
  it('enters a tenth fewer auctions while ahead of plan and a tenth more while behind', () => {
    expect(throttleRate(0.5, 0.4, 0.3, 0.1)).toBeCloseTo(0.45, 12);
    expect(throttleRate(0.5, 0.2, 0.3, 0.1)).toBeCloseTo(0.55, 12);
  });

  it('stays a rate that can recover', () => {
    expect(throttleRate(1, 0, 1, 0.1)).toBe(1);
    expect(throttleRate(0.001, 1, 0, 0.5)).toBe(0.001);
  });
});

describe('thresholdForSpend', () => {
  const sample = {
    values: Float64Array.of(5, 4, 4, 3, 9),
    needs: Float64Array.of(2, 2, 2, 2, 50),
    prices: Float64Array.of(2, 2, 2, 2, 50),
  };

  it('is the lowest value down to which the bid stays within the budget, equal values together', () => {
    // Five auctions; the bid of 2 wins all but the last. Budgets of 2, 5, 6 and 8 in all.
    expect([2, 5, 6, 8].map((total) => thresholdForSpend(sample, 2, total / 5))).toEqual([5, 5, 4, 0]);
  });

  it('is out of reach where nothing can be afforded', () => {
    expect(thresholdForSpend(sample, 2, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the spend plan', () => {
  const counters = {
    remainingMicros: 60,
    lastSpendMicros: 20,
    expectedAuctionsLeft: 30,
    lastExpectedAuctions: 10,
    expectedAuctionsTotal: 50,
  } as FlightCounters;

  it('gives the last step its share of the money that was left for the traffic that was left', () => {
    expect(plannedLastSpend(counters)).toBe((80 * 10) / 40);
    expect(plannedLastSpend({ ...counters, expectedAuctionsLeft: 0, lastExpectedAuctions: 0 })).toBe(0);
  });

  it('tells how much of the traffic has passed', () => {
    expect(plannedShare(counters)).toBeCloseTo(0.4, 12);
    expect(plannedShare({ ...counters, expectedAuctionsTotal: 0 })).toBe(0);
  });
});
