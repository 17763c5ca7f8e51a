/**
 * Bidding the largest acceptable cost per click on every expected click: ⌊θ · eCPC⌋, price units.
 *
 * Source: Lee et al. (2012), "Estimating Conversion Rate in Display Advertising from Past Performance Data", KDD; as in
 * Zhang et al. (2014), arXiv:1407.7073, section 5.
 */
export function mcpcBid(value: number, costPerClick: number): number {
  return Math.floor(value * costPerClick);
}
