import { describe, expect, it } from 'vitest';
import { AUCTION_NET_PACER, budgetPacerFactor, RLBIDDER_PACER } from '../../../src/bidding/budget-pacer.ts';
import { minPacingStep } from '../../../src/bidding/min-pacing.ts';
import { onlineLpMultiplier } from '../../../src/bidding/online-lp.ts';
import { newPidState } from '../../../src/bidding/pid.ts';
import { pidCpaFactor } from '../../../src/bidding/pid-cpa.ts';

describe('BudgetPacer', () => {
  const view = { lastSpend: 10, remaining: 100, lastTraffic: 1, trafficLeft: 10, stepsLeft: 10 };

  it('keeps the multiplier where spend carries on to exactly what is left', () => {
    expect(budgetPacerFactor(view, AUCTION_NET_PACER)).toBe(1);
  });

  it('raises by its factor where money would be left over', () => {
    expect(budgetPacerFactor({ ...view, lastSpend: 6.9 }, AUCTION_NET_PACER)).toBe(1.2);
    expect(budgetPacerFactor({ ...view, lastSpend: 6.9 }, RLBIDDER_PACER)).toBe(1);
  });

  it('cuts by its factor where steady spend would take too much', () => {
    expect(budgetPacerFactor({ ...view, lastSpend: 12 }, AUCTION_NET_PACER)).toBe(0.7);
    expect(budgetPacerFactor({ ...view, lastSpend: 15 }, RLBIDDER_PACER)).toBe(0.56);
  });

  it('waits where nothing was to be seen', () => {
    expect(budgetPacerFactor({ ...view, lastTraffic: 0 }, AUCTION_NET_PACER)).toBe(1);
  });
});

describe('OnlineLP', () => {
  // Two steps; the rest of the day costs 10, 20, 40 from step 0 and half of it from step 1.
  const plan = {
    multipliers: Float64Array.of(1, 2, 3),
    costFromMicros: Float64Array.of(10, 20, 40, 5, 10, 20),
  };

  it('bids the first multiplier that would spend more than is left', () => {
    expect(onlineLpMultiplier(plan, 0, 9, 10, 2)).toBe(1);
    expect(onlineLpMultiplier(plan, 0, 10, 10, 2)).toBe(2);
    expect(onlineLpMultiplier(plan, 0, 39, 10, 2)).toBe(3);
    expect(onlineLpMultiplier(plan, 1, 9, 10, 2)).toBe(2);
  });

  it('bids the target where the money buys everything, and never above its cap', () => {
    expect(onlineLpMultiplier(plan, 0, 40, 10, 2)).toBe(2);
    expect(onlineLpMultiplier(plan, 0, 39, 1.5, 2)).toBe(1.5);
    expect(onlineLpMultiplier(plan, 0, 40, 1.5, 2)).toBe(1.5);
  });
});

describe('PID on CPA', () => {
  const gains = { proportional: 0.5, integral: 0, derivative: 0 };
  const fresh = () => ({ ...newPidState(), factor: 1 });

  it('answers half the target with exp(K/2), on target with 1, and twice the target with exp(−K)', () => {
    expect(pidCpaFactor(fresh(), 50, 1, 100, gains, 2)).toBeCloseTo(Math.exp(0.25), 12);
    expect(pidCpaFactor(fresh(), 100, 1, 100, gains, 2)).toBe(1);
    expect(pidCpaFactor(fresh(), 200, 1, 100, gains, 2)).toBeCloseTo(Math.exp(-0.5), 12);
  });

  it('takes money without value for the worst, and keeps its factor where nothing was spent', () => {
    const state = fresh();
    expect(pidCpaFactor(state, 1, 0, 100, gains, 2)).toBeCloseTo(Math.exp(-0.5), 12);
    expect(pidCpaFactor(state, 0, 0, 100, gains, 2)).toBeCloseTo(Math.exp(-0.5), 12);
  });
});

describe('min pacing', () => {
  const rates = { budget: 0.1, return: 0.2, limit: 1 };
  const fresh = () => ({ logBudget: 0, logReturn: 0 });

  it('stays where spend and return are on plan', () => {
    expect(minPacingStep(fresh(), { spend: 10, planned: 10, allowed: 10 }, rates)).toBe(1);
  });

  it('bids from the smaller multiplier', () => {
    // Half the planned spend with a return of 15 for 5: +0.05 for the budget, +0.2 (cut at 1) for the return.
    expect(minPacingStep(fresh(), { spend: 5, planned: 10, allowed: 15 }, rates)).toBeCloseTo(Math.exp(0.05), 12);
    // On plan, but the money brought half of what it should: the return's multiplier falls by 0.2 · 0.5.
    expect(minPacingStep(fresh(), { spend: 10, planned: 10, allowed: 5 }, rates)).toBeCloseTo(Math.exp(-0.1), 12);
  });

  it('stays within its limit and waits where nothing was planned', () => {
    const state = fresh();
    for (let i = 0; i < 100; i++) minPacingStep(state, { spend: 100, planned: 10, allowed: 0 }, rates);
    expect(state).toEqual({ logBudget: -1, logReturn: -1 });
    expect(minPacingStep(state, { spend: 0, planned: 0, allowed: 9 }, rates)).toBeCloseTo(Math.exp(-1), 12);
  });
});
