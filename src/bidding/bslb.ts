import type { FlightCounters } from '../policy/runtime.ts';

/**
 * Budget-smoothed linear bidding: bid = v / (λ₀ · Δ) with Δ = (share of time left) / (share of budget left).
 *
 * More money than time left makes bids rise in proportion, less makes them fall; λ₀ itself is never learnt.
 *
 * @returns 1/Δ: the multiplier over its start; 0 where no step is left.
 *
 * Source: Wu et al. (2018), "Budget Constrained Bidding by Model-free Reinforcement Learning in Display Advertising",
 * CIKM, arXiv:1802.08365, section 4.3 (BSLB).
 */
export function bslbFactor(c: FlightCounters): number {
  const timeLeft = (c.numSteps - c.stepIndex) / c.numSteps;
  return timeLeft > 0 ? c.remainingMicros / c.budgetMicros / timeLeft : 0;
}
