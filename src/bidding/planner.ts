import { type BidTable, type PlanningProblem, tableBid } from './bid-table.ts';
import { needHistogram } from './landscape.ts';
import { smoothedHistogram } from './rlb-statistics.ts';

/** How large a planning table may become. */
export interface PlannerLimits {
  /** Flights of at most this many auctions are planned auction by auction. */
  readonly maxExactAuctions: number;
  /** Longer ones are mapped to as many as `maxWork` allows with this many price levels. */
  readonly mappedPriceLevels: number;
  /** Largest number of price levels above 0. */
  readonly maxPriceLevels: number;
  /** Added to every count of the price histogram (Laplace). */
  readonly pseudoCount: number;
  /** Multiply-adds (auctions × budgets × prices) that solving the table may take at most. */
  readonly maxWork: number;
}

/** A flight to plan for. */
export interface FlightSpec {
  readonly budgetMicros: number;
  /** Auctions expected in the flight. */
  readonly numAuctions: number;
  readonly bidQuantumMicros: number;
  readonly maxBidMicros: number | null;
}

/** A planning problem together with what one price unit of it is. */
export interface PlanningGrid {
  readonly unitMicros: number;
  readonly problem: PlanningProblem;
}

/** Cells that one plan may take: 40 million are 320 MB. */
const MAX_PLAN_CELLS = 4e7;
/** A part of a level that rounding never makes a whole one. */
const BELOW_ONE = 1 - 1e-9;
/** Share of the market's prices that the grid reaches. */
const PRICE_QUANTILE = 0.999;

/**
 * Puts a market and a flight on a price grid that a table can be solved on.
 *
 * The price unit is the bid quantum where the 99.9 % quantile of the smallest winning bids is then within `maxPriceLevels`
 * levels, the table within 40 million cells and its solution within `maxWork`; otherwise the smallest multiple of the
 * quantum for which they are. A flight too long for exact planning gives up price levels before auctions: what a short
 * table gets wrong is the risk of running dry on a budget of a few impressions.
 *
 * @param needs Smallest winning bids of the training sample, micros, at least one.
 */
export function planningGrid(needs: Float64Array, flight: FlightSpec, limits: PlannerLimits): PlanningGrid {
  const wanted = Math.max(1, Math.ceil(flight.numAuctions));
  const perAuction = flight.budgetMicros / wanted;
  const highest = highestPrice(needs, flight, limits);
  const numAuctions = wanted <= limits.maxExactAuctions ? wanted : mappedAuctions(wanted, perAuction, highest, limits);
  const money = perAuction * numAuctions;
  const byLevels = highest / limits.maxPriceLevels;
  const byCells = (money * numAuctions) / MAX_PLAN_CELLS;
  // Auctions × budgets × prices, the last two in units: the work falls with the square of the unit.
  const byWork = Math.sqrt((numAuctions * money * highest) / limits.maxWork);
  const quantum = flight.bidQuantumMicros;
  const unitMicros = Math.max(1, Math.ceil(Math.max(byLevels, byCells, byWork) / quantum)) * quantum;
  const numLevels = Math.max(1, Math.floor(highest / unitMicros)) + 1;
  const counts = needHistogram(needs, unitMicros, numLevels);
  return {
    unitMicros,
    problem: {
      priceProbabilities: withLosses(counts, needs.length, limits.pseudoCount),
      numAuctions,
      maxBudget: Math.floor(money / unitMicros),
    },
  };
}

/** T′ with T′ auctions × T′·ρ/u budgets × L prices = the work allowed, where u = highest / L. */
function mappedAuctions(wanted: number, perAuction: number, highest: number, limits: PlannerLimits): number {
  const allowed = Math.sqrt((limits.maxWork * highest) / perAuction) / limits.mappedPriceLevels;
  return Math.min(wanted, Math.max(1, Math.floor(allowed)));
}

/** The largest bid worth planning for, micros. */
function highestPrice(needs: Float64Array, flight: FlightSpec, limits: PlannerLimits): number {
  const sorted = needs.slice().sort();
  const all = sorted[sorted.length - 1]!;
  const fits = all <= limits.maxPriceLevels * flight.bidQuantumMicros;
  const highest = fits ? all : sorted[Math.floor((sorted.length - 1) * PRICE_QUANTILE)]!;
  return flight.maxBidMicros === null ? highest : Math.min(highest, flight.maxBidMicros);
}

/** Probabilities of the levels; what lies above the grid keeps its share and is never won. */
function withLosses(counts: Float64Array, total: number, pseudoCount: number): Float64Array {
  let onGrid = 0;
  for (let i = 0; i < counts.length; i++) onGrid += counts[i]!;
  const smoothed = smoothedHistogram(counts, pseudoCount);
  return smoothed.map((p) => (p * onGrid) / total);
}

/** A solved table on its grid: bids in micros for any number of auctions left. */
export class TablePlan {
  readonly #table: BidTable;
  readonly #unitMicros: number;

  constructor(table: BidTable, unitMicros: number) {
    this.#table = table;
    this.#unitMicros = unitMicros;
  }

  /**
   * The bid for a request, micros.
   *
   * With more auctions left than the table has rows, money is read in proportion: the value of going on depends mostly on
   * the money per auction left (V is nearly homogeneous in t and b), so t auctions and b money are read as the table's
   * largest t′ and b·t′/t. The bid between two levels is interpolated where the unit is coarser than the bid quantum.
   *
   * Source: the mapping of D(t, b) to a table's range, Cai et al. (2017), section 3.3 (RLB-NN-MapD).
   *
   * @param auctionsLeft The current one included; below 1 counts as 1.
   */
  bid(auctionsLeft: number, remainingMicros: number, value: number): number {
    const table = this.#table;
    const t = Math.max(1, Math.round(auctionsLeft));
    const rows = Math.min(t, table.numRows);
    const budget = Math.floor((remainingMicros * (rows / t)) / this.#unitMicros);
    const edge = Math.min(budget, table.maxBudget);
    const level = tableBid(table, rows, edge, value);
    if (level >= Math.min(edge, table.maxBid)) return level * this.#unitMicros;
    const here = (rows - 1) * (table.maxBudget + 1) + edge;
    const loss = table.values[here]! - table.values[here - level]!;
    const step = table.values[here - level]! - table.values[here - level - 1]!;
    return (level + (step > 0 ? Math.min(BELOW_ONE, (value - loss) / step) : 0)) * this.#unitMicros;
  }
}
