import { z } from 'zod';
import type { LandscapeEstimate } from '../../src/bidding/landscape-estimate.ts';
import { fitLandscape, type LandscapeFit } from '../../src/bidding/landscape-fit.ts';
import type { LandscapeLaw } from '../../src/bidding/landscape-law.ts';
import {
  addInterval,
  addOutcome,
  binnedObservations,
  emptyObservations,
} from '../../src/bidding/landscape-observations.ts';
import { shadingTable } from '../../src/bidding/shading-table.ts';
import type { BidPolicy } from '../../src/core/policy.ts';
import type { BaselineContext } from './baseline.ts';
import { trainingOf } from './training.ts';
import { bestOf } from './tune.ts';

/** Options of baselines that shade. */
export const shadingSchema = z.strictObject({
  worthMicros: z.number().positive().nullable().default(null).meta({
    unit: 'micros per value unit',
    description:
      'What one unit of value is worth before shading; null for the best of six multiples of the linear multiplier on the tuning flights, so that the budget is kept.',
  }),
});

/** Shaded bids start from a higher worth than linear ones: factors on the tuned multiplier that are tried. */
const WORTH_FACTORS: readonly number[] = [0.7, 1, 1.5, 2.2, 3.3, 5];
/** Grid points per factor e that landscapes are fitted on: cells are two per cent wide. */
const POINTS_PER_E = 50;

/** Says nothing about real data; keeps the fit to a market of one price finite. */
const WIDE = { mean: [0, 0], sd: [100, 3] } as const;

/**
 * A law fitted to the smallest winning bids of the training data, known to a grid cell: real prices are round numbers, and a
 * density at exact ones has no bound.
 */
export function trainingFit(law: LandscapeLaw, context: BaselineContext): LandscapeFit {
  const exact = emptyObservations();
  // A need of nothing is won by the smallest bid there is.
  for (const need of trainingOf(context).sample.needs) addOutcome(exact, 0, false, Math.max(1, need));
  const binned = binnedObservations(exact, POINTS_PER_E);
  const cells = emptyObservations();
  const half = Math.exp(0.5 / POINTS_PER_E);
  for (let i = 0; i < binned.count; i++) {
    addInterval(cells, binned.lower[i]! / half, binned.upper[i]! * half, binned.weight[i]!);
  }
  return fitLandscape(law, cells, { prior: WIDE });
}

/**
 * Bids a share of what an opportunity is worth, worth being value times a multiplier.
 *
 * @param rule The bid by worth, micros; tabled over the range of worths that the landscape spans.
 */
export function shadedPolicy(
  context: BaselineContext,
  worthMicros: number | null,
  landscape: LandscapeEstimate,
  rule: (worthMicros: number) => number,
): BidPolicy {
  const high = Math.max(landscape.supportMicros, 2);
  const bidOf = shadingTable(high / 1e5, high * 20, rule);
  const policyOf = (multiplier: number): BidPolicy => ({
    kind: 'bid',
    reset: () => undefined,
    beginStep: () => undefined,
    bid: (_flight, { value }) => bidOf(value * multiplier),
  });
  if (worthMicros !== null) return policyOf(worthMicros);
  const linear = trainingOf(context).multiplier();
  return bestOf(
    WORTH_FACTORS.map((factor) => policyOf(factor * linear)),
    (policy) => context.score(policy),
  );
}
