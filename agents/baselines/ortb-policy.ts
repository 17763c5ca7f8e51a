import { z } from 'zod';
import { fitWinCurve, lambdaForSpend, type WinCurveFamily } from '../../src/bidding/ortb.ts';
import type { BidPolicy } from '../../src/core/policy.ts';
import type { BaselineContext } from './baseline.ts';
import { statelessBid } from './constant-policy.ts';
import { trainingOf } from './training.ts';
import { bestOf } from './tune.ts';

/** Options of both ORTB baselines. */
export const ortbSchema = z.strictObject({
  winCurveMicros: z.number().positive().nullable().default(null).meta({
    unit: 'micros',
    description: 'c of the win curve; null to fit it to the training prices.',
  }),
  tune: z.boolean().default(true).meta({
    unit: 'yes or no',
    description: 'Whether λ, set by expected spend, is then tried at half to double its size on the tuning flights.',
  }),
});

/** Factors on λ that tuning tries; the fitted one first. */
const LAMBDA_FACTORS: readonly number[] = [1, 0.84, 1.19, 0.71, 1.41, 0.5, 2];

/** Fits c to the win curve, λ to the budget, and bids by the family's closed form. */
export function ortbPolicy(
  family: WinCurveFamily,
  context: BaselineContext,
  options: z.output<typeof ortbSchema>,
): BidPolicy {
  const { landscape, sample, budgetPerAuction } = trainingOf(context);
  const c = options.winCurveMicros ?? fitWinCurve(family, landscape);
  const lambda = lambdaForSpend(family, c, sample, budgetPerAuction);
  const policyAt = (l: number) => statelessBid(({ value }) => family.bid(value, l, c));
  if (!options.tune) return policyAt(lambda);
  const factor = bestOf(LAMBDA_FACTORS, (f) => context.score(policyAt(lambda * f)));
  return policyAt(lambda * factor);
}
