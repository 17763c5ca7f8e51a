import { SimError } from '../core/errors.ts';
import { allocateBidTable, type BidTable, type PlanningProblem } from './bid-table.ts';

/** What RLB plans with: an iid market and the mean value of a request. */
export interface RlbProblem extends PlanningProblem {
  /** θ̄, value units, ≥ 0. */
  readonly meanValue: number;
}

/** What the sweep over one row needs; made once per table. */
interface Sweep {
  readonly table: BidTable;
  readonly probabilities: Float64Array;
  /** `[P + 1]` Σ_{δ < i} m(δ). */
  readonly mass: Float64Array;
  readonly meanValue: number;
  /** `[4]` last price worth paying at each budget of the block. */
  readonly last: Int32Array;
  /** `[4]` Σ_{δ < common} m(δ) V(b − δ) at each budget of the block. */
  readonly dot: Float64Array;
}

/**
 * The exact value function of RLB.
 *
 *     V(0, b) = V(t, 0) = 0
 *     V(t, b) = V(t−1, b) + Σ_{δ ≤ min(b, P−1)} m(δ) · max(0, θ̄ + V(t−1, b−δ) − V(t−1, b))
 *
 * The bracket decreases in δ, so the sum stops at its last non-negative term, and that place moves little from b to b + 1:
 * it is followed, not searched. Four neighbouring budgets are summed at once, so that each load serves four products.
 * Cost: numAuctions × maxBudget × mean bid multiply-adds, about 0.4 ns each.
 *
 * @throws SimError `CONFIG_INVALID` on a bad size or a negative mean value.
 *
 * Source: Cai et al. (2017), "Real-Time Bidding by Reinforcement Learning in Display Advertising", WSDM, Algorithm 1.
 */
export function solveRlb(problem: RlbProblem): BidTable {
  if (!(problem.meanValue >= 0)) {
    throw new SimError('CONFIG_INVALID', `rlb: expected a mean value >= 0, received ${problem.meanValue}`);
  }
  const table = allocateBidTable(problem);
  const sweep: Sweep = {
    table,
    probabilities: problem.priceProbabilities,
    mass: cumulate(problem.priceProbabilities),
    meanValue: problem.meanValue,
    last: new Int32Array(4),
    dot: new Float64Array(4),
  };
  const width = table.maxBudget + 1;
  for (let t = 1; t < table.numRows; t++) fillRow(sweep, (t - 1) * width, t * width);
  return table;
}

function cumulate(probabilities: Float64Array): Float64Array {
  const mass = new Float64Array(probabilities.length + 1);
  for (let i = 0; i < probabilities.length; i++) mass[i + 1] = mass[i]! + probabilities[i]!;
  return mass;
}

function fillRow(sweep: Sweep, previous: number, current: number): void {
  const { table, last, meanValue } = sweep;
  const { values, maxBid, maxBudget } = table;
  let follow = 0;
  for (let b = 1; b <= maxBudget; b += 4) {
    const size = b + 3 <= maxBudget ? 4 : maxBudget - b + 1;
    let shortest = maxBid;
    for (let k = 0; k < size; k++) {
      follow = lastPrice(values, previous + b + k, Math.min(b + k, maxBid), meanValue, follow);
      last[k] = follow;
      if (follow < shortest) shortest = follow;
    }
    const common = size === 4 ? (shortest + 1) & ~3 : 0;
    blockDot(values, previous + b, sweep.probabilities, common, sweep.dot);
    for (let k = 0; k < size; k++) values[current + b + k] = nextValue(sweep, previous + b + k, k, common);
  }
}

/** The largest δ ≤ limit with θ̄ + V(b − δ) − V(b) ≥ 0, followed from its place at the budget before. */
function lastPrice(values: Float64Array, here: number, limit: number, meanValue: number, from: number): number {
  const gain = meanValue - values[here]!;
  let last = from;
  while (last < limit && gain + values[here - last - 1]! >= 0) last++;
  while (last > 0 && gain + values[here - last]! < 0) last--;
  return last;
}

/** `out[k] = Σ_{δ < common} m(δ) V(here + k − δ)` for k = 0 … 3; `common` is a multiple of 4. */
function blockDot(values: Float64Array, here: number, m: Float64Array, common: number, out: Float64Array): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  if (common > 0) {
    let a = values[here + 3]!;
    let b = values[here + 2]!;
    let c = values[here + 1]!;
    for (let delta = 0, at = here; delta < common; delta += 4, at -= 4) {
      const d = values[at]!;
      const e = values[at - 1]!;
      const f = values[at - 2]!;
      const g = values[at - 3]!;
      const m0 = m[delta]!;
      const m1 = m[delta + 1]!;
      const m2 = m[delta + 2]!;
      const m3 = m[delta + 3]!;
      s0 += m0 * d + m1 * e + (m2 * f + m3 * g);
      s1 += m0 * c + m1 * d + (m2 * e + m3 * f);
      s2 += m0 * b + m1 * c + (m2 * d + m3 * e);
      s3 += m0 * a + m1 * b + (m2 * c + m3 * d);
      a = e;
      b = f;
      c = g;
    }
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}

/** V(t, b) from the block's common sum and the prices beyond it. */
function nextValue(sweep: Sweep, here: number, k: number, common: number): number {
  const { values } = sweep.table;
  const last = sweep.last[k]!;
  const stay = values[here]!;
  let sum = sweep.dot[k]!;
  for (let delta = common; delta <= last; delta++) sum += sweep.probabilities[delta]! * values[here - delta]!;
  return stay + (sum + (sweep.meanValue - stay) * sweep.mass[last + 1]!);
}
