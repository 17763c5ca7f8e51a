/** The rules of an auction that decide what wins. */
export interface NeedRules {
  /** Whether a bid equal to the market price wins. */
  readonly ties: 'win' | 'lose';
  readonly minBidMicros: number;
  readonly bidQuantumMicros: number;
}

/**
 * The smallest bid that wins, integer micros: above the market price (or at it where ties win), at least the floor and the
 * smallest bid, rounded up to the bid quantum.
 */
export function needMicros(marketPriceMicros: number, floorMicros: number, rules: NeedRules): number {
  const beat = marketPriceMicros + (rules.ties === 'lose' ? 1 : 0);
  const need = Math.max(beat, floorMicros, rules.minBidMicros);
  return Math.ceil(need / rules.bidQuantumMicros) * rules.bidQuantumMicros;
}

/** What a bidder meets: opportunities as three columns of one length. */
export interface MarketSample {
  /** Value units. */
  readonly values: Float64Array;
  /** Smallest winning bid, micros. */
  readonly needs: Float64Array;
  /** What winning costs, micros. */
  readonly prices: Float64Array;
}

/** The price landscape of a market sample: what a bid wins and spends, whoever is bidding. */
export interface PriceLandscape {
  /** `[n]` smallest winning bids, sorted. */
  readonly needs: Float64Array;
  /** `[n + 1]` what winning the i cheapest to win costs. */
  readonly cost: Float64Array;
}

/** Sorts a sample by its smallest winning bids; O(n log n). */
export function priceLandscape(needs: Float64Array, prices: Float64Array): PriceLandscape {
  const order = Uint32Array.from(needs, (_, i) => i).sort((a, b) => needs[a]! - needs[b]!);
  const cost = new Float64Array(needs.length + 1);
  for (let i = 0; i < order.length; i++) cost[i + 1] = cost[i]! + prices[order[i]!]!;
  return { needs: Float64Array.from(order, (i) => needs[i]!), cost };
}

/** Share of auctions that a constant bid wins, in [0, 1]. */
export function winRate(landscape: PriceLandscape, bid: number): number {
  return numWon(landscape.needs, bid) / landscape.needs.length;
}

/** The largest of the sample's winning bids whose expected spend is at most `budget` micros an auction; 0 if none is. */
export function bidForSpend(landscape: PriceLandscape, budget: number): number {
  const { needs, cost } = landscape;
  let low = 0;
  let high = needs.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cost[middle]! / needs.length <= budget) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && low < needs.length && needs[low - 1] === needs[low]) low--;
  return low === 0 ? 0 : needs[low - 1]!;
}

/** Number of entries of the sorted needs that are at most `bid`. */
function numWon(needs: Float64Array, bid: number): number {
  let low = 0;
  let high = needs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (needs[middle]! <= bid) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Counts of smallest winning bids on the price grid `0, unit, …, (numLevels − 1) · unit`.
 *
 * A need between two levels is split between them so that its mean is kept; one above the grid counts nowhere, as no bid
 * on the grid wins it.
 *
 * @returns `[numLevels]` counts.
 */
export function needHistogram(needs: Float64Array, unitMicros: number, numLevels: number): Float64Array {
  const counts = new Float64Array(numLevels);
  for (let i = 0; i < needs.length; i++) {
    const position = needs[i]! / unitMicros;
    const below = Math.floor(position);
    if (position > numLevels - 1) continue;
    counts[below]! += below + 1 - position;
    if (position > below) counts[below + 1]! += position - below;
  }
  return counts;
}
