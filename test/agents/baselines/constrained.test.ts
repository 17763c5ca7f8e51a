import { describe, expect, it } from 'vitest';
import { baselines } from '../../../agents/baselines/registry.ts';
import type { FlightCounters } from '../../../src/core/policy.ts';
import { play, syntheticGame } from './flight-game.ts';

const { game, context } = syntheticGame('constrained');

/** Share of the value that the tuned linear multiplier gets, and what a unit of it cost. */
function against(id: string, options: Record<string, unknown> = {}) {
  const total = (policyId: string, policyOptions: Record<string, unknown>) => {
    const outcomes = play(game, baselines.get(policyId).build(context, policyOptions));
    const value = outcomes.reduce((sum, outcome) => sum + outcome.value, 0);
    return { value, cpa: outcomes.reduce((sum, { spendMicros }) => sum + spendMicros, 0) / value };
  };
  const [own, linear] = [total(id, options), total('linear', {})];
  return { share: own.value / linear.value, cpa: own.cpa, linearCpa: linear.cpa };
}

/** The multiplier of the first flight in a situation. */
function decide(id: string, options: Record<string, unknown>, counters: Partial<FlightCounters>): number {
  const policy = baselines.get(id).build(context, options);
  if (policy.kind === 'bid') throw new Error('expected a multiplier');
  const out = new Float64Array(1);
  const flight = { numSteps: 12, budgetMicros: 1e6, remainingMicros: 1e6, stepIndex: 0, ...counters };
  policy.decide([flight as FlightCounters], Uint8Array.of(1), out);
  return out[0]!;
}

describe('the rules for a budget and a cost per conversion', () => {
  it('come near the tuned linear multiplier where only the budget binds', () => {
    for (const id of ['budget-pacer', 'online-lp', 'pid-cpa', 'min-pacing']) {
      expect(against(id).share, id).toBeGreaterThan(0.85);
    }
  });

  it('buy more cheaply under a tight target', () => {
    const { linearCpa } = against('online-lp');
    const target = { cpaTargetMicros: linearCpa / 2 };
    expect(against('online-lp', { ...target, cap: 1 }).cpa).toBeLessThan(linearCpa / 2);
    expect(
      against('pid-cpa', { ...target, gains: { proportional: 0.4, integral: 0.1, derivative: 0 } }).cpa,
    ).toBeLessThan(0.8 * linearCpa);
    expect(against('min-pacing', { ...target, budgetRate: 0.2, returnRate: 0.5 }).cpa).toBeLessThan(0.8 * linearCpa);
  });

  it('bid OnlineLP more, the more money is left for the same traffic', () => {
    const at = (remainingMicros: number) =>
      decide('online-lp', {}, { remainingMicros, expectedAuctionsLeft: 100, expectedAuctionsTotal: 100 });
    const bids = [100, 1000, 10_000].map(at);
    expect(bids[1]!).toBeGreaterThan(bids[0]!);
    expect(bids[2]!).toBeGreaterThan(bids[1]!);
  });

  it('bid OnlineLP at the target where the money buys everything, and never above the cap', () => {
    const rich = { remainingMicros: 1e12, expectedAuctionsLeft: 10 };
    expect(decide('online-lp', { cpaTargetMicros: 5000 }, rich)).toBe(5000);
    expect(decide('online-lp', { cpaTargetMicros: 5000, cap: 0.5 }, rich)).toBe(2500);
  });

  it('take settings in place of what would be tuned, and refuse bad ones', () => {
    expect(decide('budget-pacer', { startMultiplier: 7, pacer: 'rlbidder' }, {})).toBe(7);
    expect(() => baselines.get('budget-pacer').build(context, { pacer: 'mine' })).toThrow('pacer');
    expect(() => baselines.get('pid-cpa').build(context, { cpaTargetMicros: 0 })).toThrow('cpaTargetMicros');
    expect(() => baselines.get('min-pacing').build(context, { returnRate: -1 })).toThrow('returnRate');
    expect(() => baselines.get('online-lp').build(context, { cap: 0 })).toThrow('cap');
  });
});
