/**
 * Herfindahl–Hirschman index of a market: the sum of squared shares, from 1/n (all alike) to 1 (one has everything).
 *
 * @param amounts What each bidder has, not negative.
 * @returns null where nobody has anything.
 *
 * Source: Hirschman (1964), "The Paternity of an Index", American Economic Review 54(5).
 */
export function herfindahl(amounts: ArrayLike<number>): number | null {
  let total = 0;
  let squares = 0;
  for (let i = 0; i < amounts.length; i++) {
    total += amounts[i]!;
    squares += amounts[i]! ** 2;
  }
  return total > 0 ? squares / total ** 2 : null;
}

/**
 * Gini coefficient: 0 where all have the same, 1 − 1/n where one has everything.
 *
 *     G = Σ_i (2i − n − 1) · x_(i) / (n · Σ x),  x_(1) ≤ … ≤ x_(n)
 *
 * @param amounts What each bidder has, not negative.
 * @returns null where nobody has anything.
 *
 * Source: Gini (1912); the form above: Sen (1973), "On Economic Inequality", section 2.
 */
export function gini(amounts: ArrayLike<number>): number | null {
  const sorted = Float64Array.from(amounts).sort();
  const n = sorted.length;
  let total = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    total += sorted[i]!;
    weighted += (2 * (i + 1) - n - 1) * sorted[i]!;
  }
  return total > 0 ? weighted / (n * total) : null;
}
