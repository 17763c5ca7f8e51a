import { SimError } from '../core/errors.ts';
import { allocateBidTable, type BidTable, type PlanningProblem } from './bid-table.ts';

/** A distribution of values on the uniform grid `0, width, 2·width, …`. */
export interface ValueLevels {
  /** Distance of two levels, value units. */
  readonly width: number;
  /** `[L]` probability of level i, which is the value `i · width`; sums to 1. */
  readonly probabilities: Float64Array;
}

/** What the value-aware planner plans with: an iid market and the distribution of a request's value. */
export interface ValueAwareProblem extends PlanningProblem {
  readonly values: ValueLevels;
}

/**
 * Puts a sample of values on a uniform grid from 0 to its largest value; each value is split between the two levels
 * around it so that the mean is kept.
 *
 * @param values Finite and ≥ 0, at least one.
 * @param numLevels ≥ 2. The planner's cost does not depend on it.
 * @throws SimError `CONFIG_INVALID` on an empty sample or too few levels.
 */
export function valueLevels(values: ArrayLike<number>, numLevels: number): ValueLevels {
  if (values.length === 0)
    throw new SimError('CONFIG_INVALID', 'value levels: expected at least one value, received none');
  if (!Number.isInteger(numLevels) || numLevels < 2) {
    throw new SimError('CONFIG_INVALID', `value levels: expected a whole number of levels >= 2, received ${numLevels}`);
  }
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > largest) largest = values[i]!;
  // The smallest numbers of float64 have no half.
  const width = largest > 0 ? Math.max(largest / (numLevels - 1), Number.MIN_VALUE) : 1;
  const probabilities = new Float64Array(numLevels);
  const weight = 1 / values.length;
  for (let i = 0; i < values.length; i++) {
    const position = Math.min(values[i]! / width, numLevels - 1);
    const below = Math.min(Math.floor(position), numLevels - 2);
    probabilities[below]! += weight * (below + 1 - position);
    probabilities[below + 1]! += weight * (position - below);
  }
  return { width, probabilities };
}

/**
 * RLB's recursion with the distribution of values in place of their mean.
 *
 *     V(t, b) = V(t−1, b) + Σ_δ m(δ) · E[(v − d)⁺],  d = V(t−1, b) − V(t−1, b−δ)
 *
 * E[(v − d)⁺] is linear in d between two levels, so it is two precomputed tail sums looked up by d / width: a term costs
 * the same whatever the number of levels. The sum stops where d reaches the largest value. Cost: at most
 * numAuctions × maxBudget × P lookups, about 2 ns each.
 *
 * RLB replaces a request's value by the mean before it is seen and so underrates waiting for a good request; here the
 * continuation knows that later bids will be chosen after seeing the value. Bids come from {@link tableBid} as RLB's do.
 *
 * @throws SimError `CONFIG_INVALID` on a bad size.
 *
 * Source: the optimality equation of the MDP in Cai et al. (2017), section 3, with the expectation over requests kept.
 */
export function solveValueAware(problem: ValueAwareProblem): BidTable {
  const table = allocateBidTable(problem);
  const gains = tailSums(problem.values.probabilities);
  const width = table.maxBudget + 1;
  for (let t = 1; t < table.numRows; t++) {
    fillRow(table, (t - 1) * width, t * width, problem.priceProbabilities, gains);
  }
  for (let i = 0; i < table.values.length; i++) table.values[i]! *= problem.values.width;
  return table;
}

/** `[L, 2]`, in level widths: Σ_{j>i} q_j j and Σ_{j>i} q_j, so that E[(v − d)⁺] = first − d · second for d in [i, i + 1). */
function tailSums(probabilities: Float64Array): Float64Array {
  const sums = new Float64Array(2 * probabilities.length);
  let value = 0;
  let mass = 0;
  for (let i = probabilities.length - 1; i >= 0; i--) {
    sums[2 * i] = value;
    sums[2 * i + 1] = mass;
    value += probabilities[i]! * i;
    mass += probabilities[i]!;
  }
  return sums;
}

/** One row of the table, in level widths. */
function fillRow(
  table: BidTable,
  previous: number,
  current: number,
  probabilities: Float64Array,
  gains: Float64Array,
): void {
  const { values, maxBid } = table;
  const highest = gains.length / 2 - 1;
  let last = 0;
  for (let b = 1; b <= table.maxBudget; b++) {
    const here = previous + b;
    const stay = values[here]!;
    const limit = b < maxBid ? b : maxBid;
    while (last < limit && stay - values[here - last - 1]! < highest) last++;
    while (last > 0 && stay - values[here - last]! >= highest) last--;
    // Money for every auction that is left: no price costs anything later, and the sum is what the last budget gained.
    if (b > maxBid + 1 && values[here - maxBid - 1] === stay) {
      values[current + b] = values[current + b - 1]!;
      continue;
    }
    let sum = 0;
    for (let delta = 0; delta <= last; delta++) {
      const loss = stay - values[here - delta]!;
      const at = (loss | 0) << 1;
      sum += probabilities[delta]! * (gains[at]! - loss * gains[at + 1]!);
    }
    values[current + b] = stay + sum;
  }
}
