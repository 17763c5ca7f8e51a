import { bestConstantMultiplier, multiplierCurve } from '../../src/bidding/knapsack.ts';
import type { BaselineContext } from './baseline.ts';
import { trainingOf } from './training.ts';

/**
 * 1/λ₀ of the training data by the greedy knapsack: the largest multiplier whose whole spend the budget covers; the tuned
 * one where the budget covers nothing.
 *
 * Source: Wu et al. (2018), arXiv:1802.08365, section 3.1: λ₀ is the optimum of the day before.
 */
export function greedyMultiplier(context: BaselineContext): number {
  const { sample, budgetPerAuction, multiplier } = trainingOf(context);
  const curve = multiplierCurve(sample.values, sample.needs, sample.prices);
  const greedy = bestConstantMultiplier(curve, budgetPerAuction * sample.values.length);
  return greedy > 0 ? greedy : multiplier();
}
