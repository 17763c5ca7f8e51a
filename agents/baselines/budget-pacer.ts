import { z } from 'zod';
import {
  AUCTION_NET_PACER,
  type BudgetPacer,
  budgetPacerFactor,
  RLBIDDER_PACER,
} from '../../src/bidding/budget-pacer.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

const PACERS = { 'auction-net': AUCTION_NET_PACER, rlbidder: RLBIDDER_PACER } as const;

/** Raises the multiplier where money would be left over, cuts it where the spend of the last step would take too much. */
export const budgetPacer = defineBaseline({
  title: 'BudgetPacer',
  kind: 'multiplier',
  source: 'PID-like pacer of AuctionNet (Su et al. 2024, arXiv:2412.10798) and BudgetPacer of rlbidder.',
  schema: z.strictObject({
    startMultiplier,
    pacer: z.enum(['auction-net', 'rlbidder']).nullable().default(null).meta({
      unit: 'words',
      description: 'Whose thresholds and factors; null for the better of the two on the tuning flights.',
    }),
    maxChange: z.number().min(1).max(1000).default(10).meta({
      unit: 'factor',
      description: 'The multiplier stays within this factor of its start.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const policyAt = (pacer: BudgetPacer) => pacerPolicy(context, start, pacer, options.maxChange);
    if (options.pacer !== null) return policyAt(PACERS[options.pacer]);
    return bestOf(Object.values(PACERS).map(policyAt), (policy) => context.score(policy));
  },
});

function pacerPolicy(context: BaselineContext, start: number, pacer: BudgetPacer, maxChange: number) {
  const factors = new Float64Array(context.numFlights).fill(1);
  return pacingPolicy(context.numFlights, start, {
    resetFlight(flight) {
      factors[flight] = 1;
    },
    relative(flight, c) {
      const view = {
        lastSpend: c.lastSpendMicros,
        remaining: c.remainingMicros,
        lastTraffic: c.lastExpectedAuctions,
        trafficLeft: c.expectedAuctionsLeft,
        stepsLeft: c.numSteps - c.stepIndex,
      };
      const moved = factors[flight]! * budgetPacerFactor(view, pacer);
      factors[flight] = Math.min(maxChange, Math.max(1 / maxChange, moved));
      return factors[flight]!;
    },
  });
}
