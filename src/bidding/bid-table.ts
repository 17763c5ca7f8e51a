import { SimError } from '../core/errors.ts';

/**
 * The value of going on, V(t, b), for every number of auctions left t and every budget left b in whole price units.
 *
 * V(t, ·) does not depend on the budget the flight began with, so one table serves every smaller budget.
 */
export interface BidTable {
  /** Rows V(0 …) to V(numRows − 1): enough for bids with up to `numRows` auctions left, the current one included. */
  readonly numRows: number;
  /** Largest budget of the table, price units. */
  readonly maxBudget: number;
  /** Largest bid, price units. */
  readonly maxBid: number;
  /** `[numRows, maxBudget + 1]` row-major. */
  readonly values: Float64Array;
}

/** An iid market to plan in: prices on the integer grid 0 … `priceProbabilities.length − 1`, auctions to plan for. */
export interface PlanningProblem {
  /** `[P]` m(δ), probability of the market price δ in price units; sums to 1. */
  readonly priceProbabilities: Float64Array;
  /** Largest number of auctions left that a bid will be asked for. */
  readonly numAuctions: number;
  /** Largest budget, whole price units. */
  readonly maxBudget: number;
}

/** Cells beyond which a table is refused: 2^27 cells are one GiB. */
const MAX_CELLS = 2 ** 27;

/**
 * A zero table of the problem's size.
 *
 * @throws SimError `CONFIG_INVALID` when a size is not a whole number or the table would take more than one GiB.
 */
export function allocateBidTable(problem: PlanningProblem): BidTable {
  const { numAuctions, maxBudget } = problem;
  const maxBid = problem.priceProbabilities.length - 1;
  if (!Number.isInteger(numAuctions) || numAuctions < 1) {
    throw new SimError(
      'CONFIG_INVALID',
      `bid table: expected a whole number of auctions >= 1, received ${numAuctions}`,
    );
  }
  if (!Number.isInteger(maxBudget) || maxBudget < 0) {
    throw new SimError('CONFIG_INVALID', `bid table: expected a budget in whole price units, received ${maxBudget}`);
  }
  if (maxBid < 0) throw new SimError('CONFIG_INVALID', 'bid table: expected at least one price level, received none');
  const cells = numAuctions * (maxBudget + 1);
  if (cells > MAX_CELLS) {
    throw new SimError(
      'CONFIG_INVALID',
      `bid table: expected at most ${MAX_CELLS} cells, received ${numAuctions} auctions x ${maxBudget + 1} budgets; ` +
        'use a coarser price unit or fewer auctions',
    );
  }
  return { numRows: numAuctions, maxBudget, maxBid, values: new Float64Array(cells) };
}

/**
 * The bid for a request: the largest δ ≤ min(b, maxBid) with `value + V(t−1, b−δ) − V(t−1, b) ≥ 0`, price units.
 *
 * V is non-decreasing in b, so the condition is monotone in δ and is bisected. A budget beyond the table is read at its
 * edge, where money is as plenty as the table knows.
 *
 * @param auctionsLeft t, the current auction included, 1 … numRows.
 * @param budget b, whole price units ≥ 0.
 * @param value θ of this request (RLB), or the mean value (SS-MDP); value units.
 *
 * Source: Cai et al. (2017), "Real-Time Bidding by Reinforcement Learning in Display Advertising", eq. 9.
 */
export function tableBid(table: BidTable, auctionsLeft: number, budget: number, value: number): number {
  const edge = budget < table.maxBudget ? budget : table.maxBudget;
  const here = (auctionsLeft - 1) * (table.maxBudget + 1) + edge;
  const values = table.values;
  const keep = values[here]! - value;
  let low = 0;
  let high = edge < table.maxBid ? edge : table.maxBid;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[here - middle]! >= keep) low = middle;
    else high = middle - 1;
  }
  return low;
}
