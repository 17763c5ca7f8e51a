import { solveRlb } from '../../src/bidding/rlb-dp.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const NUM_PRICES = 301;

/** A price distribution on 0 … 300 with the spread of a display campaign: log-normal, median 41, σ 1. */
function prices(): Float64Array {
  const weights = Float64Array.from({ length: NUM_PRICES }, (_, p) =>
    p === 0 ? 0.001 : Math.exp(-0.5 * Math.log(p / 41) ** 2) / p,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Seconds to solve RLB's table for 1,000 auctions and a budget of 1,969. */
export const dpRlb: Benchmark = {
  title: 'RLB dynamic programming: 1,000 auctions, budget 1,969, prices 0 to 300',
  unit: 's',
  measure: () => {
    const problem = { priceProbabilities: prices(), numAuctions: 1000, maxBudget: 1969, meanValue: 0.0044 };
    return fastestSeconds(() => {
      solveRlb(problem);
    });
  },
};
