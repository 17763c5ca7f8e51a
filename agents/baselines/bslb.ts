import { z } from 'zod';
import { bslbFactor } from '../../src/bidding/bslb.ts';
import { defineBaseline } from './baseline.ts';
import { greedyMultiplier } from './greedy-multiplier.ts';
import { knapsackStart, pacingPolicy } from './pacing-policy.ts';

/** Scales v/λ₀ by the share of budget left over the share of time left. */
export const bslb = defineBaseline({
  title: 'Budget-smoothed linear bidding (BSLB)',
  kind: 'multiplier',
  source:
    'Wu et al. (2018), "Budget Constrained Bidding by Model-free Reinforcement Learning in Display Advertising", CIKM, ' +
    'arXiv:1802.08365, section 4.3.',
  schema: z.strictObject({ startMultiplier: knapsackStart }),
  build(context, options) {
    const start = options.startMultiplier ?? greedyMultiplier(context);
    return pacingPolicy(context.numFlights, start, {
      resetFlight: () => undefined,
      relative: (_flight, counters) => bslbFactor(counters),
    });
  },
});
