/**
 * Linear bidding on a whole-number price grid: ⌊b₀ · θ / θ̄⌋, price units.
 *
 * @param base b₀, the bid for a request of mean value.
 *
 * Source: Perlich et al. (2012), "Bid Optimizing and Inventory Scoring in Targeted Online Advertising", KDD.
 */
export function linearBid(base: number, value: number, meanValue: number): number {
  return Math.floor((base * value) / meanValue);
}
