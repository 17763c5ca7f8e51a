import { z } from 'zod';
import { type MultiplicativePacer, pacingFactor } from '../../src/bidding/multiplicative-pacer.ts';
import { plannedLastSpend } from '../../src/bidding/spend-plan.ts';
import type { MultiplierPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { type PacingLaw, pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** AuctionNet's factors and gentler ones. */
const PACERS: readonly MultiplicativePacer[] = [
  { lower: 0.7, upper: 1.1, raise: 1.2, cut: 0.7 },
  { lower: 0.66, upper: 1.45, raise: 1.13, cut: 0.56 },
  { lower: 0.8, upper: 1.2, raise: 1.1, cut: 0.9 },
  { lower: 0.9, upper: 1.1, raise: 1.05, cut: 0.95 },
  { lower: 0.8, upper: 1.25, raise: 1.03, cut: 0.97 },
];

/** Raises the multiplier by a fixed factor when spend falls behind, cuts it when spend runs ahead. */
export const multiplicativePacing = defineBaseline({
  title: 'Multiplicative pacing',
  kind: 'multiplier',
  source: 'Budget pacers of AuctionNet (Su et al. 2024, arXiv:2412.10798).',
  schema: z.strictObject({
    startMultiplier,
    pacer: z
      .strictObject({
        lower: z.number().min(0).max(1).meta({ unit: 'ratio', description: 'Spend over plan below which bids rise.' }),
        upper: z.number().min(1).max(10).meta({ unit: 'ratio', description: 'Spend over plan above which bids fall.' }),
        raise: z.number().min(1).max(10).meta({ unit: 'factor', description: 'Factor of a rise.' }),
        cut: z.number().positive().max(1).meta({ unit: 'factor', description: 'Factor of a fall.' }),
      })
      .nullable()
      .default(null)
      .meta({ unit: 'record', description: 'Band and factors; null for the best of five sets on the tuning flights.' }),
    maxChange: z.number().min(1).max(1000).default(10).meta({
      unit: 'factor',
      description: 'The multiplier stays within this factor of its start.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const policyAt = (pacer: MultiplicativePacer) => multiplicativePolicy(context, start, pacer, options.maxChange);
    if (options.pacer !== null) return policyAt(options.pacer);
    return bestOf(PACERS.map(policyAt), (policy) => context.score(policy));
  },
});

function multiplicativePolicy(
  context: BaselineContext,
  start: number,
  pacer: MultiplicativePacer,
  maxChange: number,
): MultiplierPolicy {
  const relative = new Float64Array(context.numFlights).fill(1);
  const law: PacingLaw = {
    resetFlight(flight) {
      relative[flight] = 1;
    },
    relative(flight, counters) {
      const moved = relative[flight]! * pacingFactor(counters.lastSpendMicros, plannedLastSpend(counters), pacer);
      relative[flight] = Math.min(maxChange, Math.max(1 / maxChange, moved));
      return relative[flight]!;
    },
  };
  return pacingPolicy(context.numFlights, start, law);
}
