/** One draw of |Laplace(location, scale)| from a uniform number on [0, 1), by the inverse distribution function. */
export function rivalBid(location: number, scale: number, uniform: number): number {
  const side = uniform - 0.5;
  return Math.abs(location - scale * Math.sign(side) * Math.log(1 - 2 * Math.abs(side)));
}

/** P(|Laplace(location, scale)| ≤ bid): the share of auctions that a bid wins; location ≥ 0. */
export function rivalWinRate(location: number, scale: number, bid: number): number {
  return bid <= 0 ? 0 : laplaceCdf(bid, location, scale) - laplaceCdf(-bid, location, scale);
}

function laplaceCdf(x: number, location: number, scale: number): number {
  const z = (x - location) / scale;
  return z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2;
}

/**
 * What an auction of second price is worth to a bidder who gets `worth` for winning and bids it: E[(worth − c)⁺] with c the
 * competing bid, which is the integral of the win rate from 0 to `worth`; location ≥ 0.
 */
export function rivalSurplus(location: number, scale: number, worth: number): number {
  if (worth <= 0) return 0;
  const atZero = Math.exp(-location / scale);
  // ∫ F(−x) dx over 0 … worth, where −x lies below the location.
  const below = (scale / 2) * atZero * (1 - Math.exp(-worth / scale));
  if (worth <= location) return (scale / 2) * (Math.exp((worth - location) / scale) - atZero) - below;
  const beyond = worth - location;
  const upper = beyond - (scale / 2) * (1 - Math.exp(-beyond / scale));
  return (scale / 2) * (1 - atZero) + upper - below;
}
