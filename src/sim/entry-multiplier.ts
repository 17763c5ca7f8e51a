import { needMicros } from '../bidding/landscape.ts';
import type { TapeMeta } from '../data/tape.ts';

/** The rules of a tape that decide who wins. */
type WinRules = Pick<TapeMeta, 'ties' | 'minBidMicros' | 'bidQuantumMicros' | 'maxBidMicros'>;

/** The smallest bid that wins an opportunity, as {@link needMicros}; Infinity where the cap forbids it. */
export function cappedNeedMicros(priceMicros: number, floorMicros: number, rules: WinRules): number {
  const need = needMicros(priceMicros, floorMicros, rules);
  return rules.maxBidMicros !== null && need > rules.maxBidMicros ? Number.POSITIVE_INFINITY : need;
}

/**
 * Entry multiplier τ: the smallest double with `τ · value >= need` in float64 arithmetic, so that a linear policy with
 * multiplier α wins exactly the opportunities with τ ≤ α. 0 where nothing is needed, Infinity where no multiplier wins.
 */
export function entryMultiplier(need: number, value: number): number {
  if (need <= 0) return 0;
  if (value === 0 || need === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  let tau = need / value;
  // The rounded quotient is at most a few ulps off, and the rounded product is monotone in τ.
  while (tau * value < need) tau = neighbour(tau, 1);
  for (let below = neighbour(tau, -1); below * value >= need; below = neighbour(tau, -1)) tau = below;
  return tau;
}

const asDouble = new Float64Array(1);
const asBits = new BigInt64Array(asDouble.buffer);

/** The next double above (`direction` 1) or below (−1) a positive x. */
function neighbour(x: number, direction: 1 | -1): number {
  asDouble[0] = x;
  asBits[0] = asBits[0]! + (direction === 1 ? 1n : -1n);
  return asDouble[0];
}
