import { z } from 'zod';
import { type MinPacingRates, type MinPacingState, minPacingStep } from '../../src/bidding/min-pacing.ts';
import { plannedLastSpend } from '../../src/bidding/spend-plan.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { cpaTargetMicros, targetOf } from './cpa-target.ts';
import { pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Step sizes tried for both constraints. */
const RATES = [0.02, 0.08, 0.2];

const rate = (what: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .nullable()
    .default(null)
    .meta({
      unit: 'log multiplier per unit of relative error',
      description: `Step size of the multiplier that keeps the ${what}; null for the best of a few on the tuning flights.`,
    });

/** Budget and return on spend by a multiplier each; bids from the smaller. */
export const minPacing = defineBaseline({
  title: 'Min pacing (budget and return)',
  kind: 'multiplier',
  source: 'Balseiro et al. (2024), "A Field Guide for Pacing Budget and ROS Constraints", ICML, arXiv:2302.08530.',
  schema: z.strictObject({
    startMultiplier,
    cpaTargetMicros,
    budgetRate: rate('budget'),
    returnRate: rate('return'),
    maxLogMultiplier: z.number().positive().max(10).default(2).meta({
      unit: 'log multiplier',
      description: 'Each multiplier stays within this factor of its start, as a logarithm.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const target = targetOf(context, options.cpaTargetMicros);
    const tried = (rate: number | null) => (rate === null ? RATES : [rate]);
    const candidates = tried(options.budgetRate).flatMap((budget) =>
      tried(options.returnRate).map((returned) => ({ budget, return: returned, limit: options.maxLogMultiplier })),
    );
    const policies = candidates.map((rates) => minPacingPolicy(context, start, target, rates));
    return policies.length === 1 ? policies[0]! : bestOf(policies, (policy) => context.score(policy));
  },
});

function minPacingPolicy(context: BaselineContext, start: number, target: number, rates: MinPacingRates) {
  const states: MinPacingState[] = Array.from({ length: context.numFlights }, () => ({ logBudget: 0, logReturn: 0 }));
  return pacingPolicy(context.numFlights, start, {
    resetFlight(flight) {
      states[flight] = { logBudget: 0, logReturn: 0 };
    },
    relative(flight, c) {
      const view = { spend: c.lastSpendMicros, planned: plannedLastSpend(c), allowed: c.lastValue * target };
      return minPacingStep(states[flight]!, view, rates);
    },
  });
}
