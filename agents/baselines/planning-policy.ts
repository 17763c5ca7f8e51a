import { z } from 'zod';
import type { BidTable } from '../../src/bidding/bid-table.ts';
import { type PlanningGrid, planningGrid, TablePlan } from '../../src/bidding/planner.ts';
import type { BidPolicy } from '../../src/core/policy.ts';
import type { BaselineContext } from './baseline.ts';
import { statelessBid } from './constant-policy.ts';
import { type Training, trainingOf } from './training.ts';

/** The option that bounds the work of a plan. */
export function maxWork(multiplyAdds: number) {
  return z.number().min(1e6).max(1e12).default(multiplyAdds).meta({
    unit: 'multiply-adds',
    description:
      'Work of solving one table, a fraction of a second by default; the price unit is made as coarse as that needs.',
  });
}

/** Options of the baselines that plan with a table. */
export const planningSchema = z.strictObject({
  maxExactAuctions: z.number().int().min(1).max(10_000).default(1000).meta({
    unit: 'auctions',
    description: 'Flights of at most this many auctions are planned auction by auction; longer ones are mapped.',
  }),
  mappedPriceLevels: z.number().int().min(2).max(5000).default(60).meta({
    unit: 'levels',
    description: 'Longer flights are mapped to as many auctions as the work allows with this many price levels.',
  }),
  maxPriceLevels: z.number().int().min(2).max(5000).default(300).meta({
    unit: 'levels',
    description: 'Largest number of price levels; the price unit is made as coarse as that needs.',
  }),
  maxWork: maxWork(6e8),
  pseudoCount: z.number().min(0).max(1000).default(0).meta({
    unit: 'auctions',
    description:
      'Added to every count of the price histogram. The paper adds 1 to a log of millions; in a small sample that would invent cheap impressions.',
  }),
});

/**
 * A bidder that reads its bids from a planning table.
 *
 * Flights of up to `maxExactAuctions` auctions on a log's own price grid are planned exactly as the source says.
 * Differs from Cai et al.: longer flights are mapped to a table of fewer auctions in proportion, as their
 * RLB-NN-MapD does with a network in place of the table, and the price unit is coarser than the log's where `maxPriceLevels`
 * or `maxWork` ask for it (bids are then interpolated between levels).
 *
 * The tables assume second prices: with first prices they still bid, as a bidder would who pays what it bids and does not
 * know.
 *
 * @param solve The table for the grid.
 * @param valueSeen The value that the bid rule sees.
 */
export function planningPolicy(
  context: BaselineContext,
  options: z.output<typeof planningSchema>,
  solve: (grid: PlanningGrid, training: Training) => BidTable,
  valueSeen: (value: number, training: Training) => number,
): BidPolicy {
  const training = trainingOf(context);
  const flight = {
    budgetMicros: context.flight.budgetMicros,
    numAuctions: training.numAuctions,
    bidQuantumMicros: context.auction.bidQuantumMicros,
    maxBidMicros: context.auction.maxBidMicros,
  };
  const grid = planningGrid(training.sample.needs, flight, options);
  const plan = new TablePlan(solve(grid, training), grid.unitMicros);
  return statelessBid(({ auctionsLeft, remainingMicros, value }) =>
    plan.bid(auctionsLeft, remainingMicros, valueSeen(value, training)),
  );
}
