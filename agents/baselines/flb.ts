import { z } from 'zod';
import { defineBaseline } from './baseline.ts';
import { constantMultiplier } from './constant-policy.ts';
import { greedyMultiplier } from './greedy-multiplier.ts';
import { knapsackStart } from './pacing-policy.ts';

/** Bids v/λ₀ all day, whatever happens. */
export const flb = defineBaseline({
  title: 'Fixed linear bidding (FLB)',
  kind: 'multiplier',
  source:
    'Wu et al. (2018), "Budget Constrained Bidding by Model-free Reinforcement Learning in Display Advertising", CIKM, ' +
    'arXiv:1802.08365, section 4.3.',
  schema: z.strictObject({ startMultiplier: knapsackStart }),
  build: (context, options) => constantMultiplier(options.startMultiplier ?? greedyMultiplier(context)),
});
