/**
 * The argument of best score near `start`: a coarse log grid, then two refinements around the best.
 *
 * 9 points over [start / range, start · range], then the midpoints beside the best twice: 13 scores. Ties keep the point
 * nearer to the start, so the search is deterministic and stays put where nothing is gained.
 *
 * @param start Positive.
 * @param range Above 1.
 */
export function searchLog(start: number, range: number, score: (x: number) => number): number {
  let best = start;
  let bestScore = score(start);
  const consider = (x: number) => {
    const s = score(x);
    if (s > bestScore) {
      best = x;
      bestScore = s;
    }
  };
  let step = range ** (1 / 4);
  for (let k = 1; k <= 4; k++) {
    consider(start * step ** k);
    consider(start / step ** k);
  }
  for (let round = 0; round < 2; round++) {
    step = Math.sqrt(step);
    const centre = best;
    consider(centre * step);
    consider(centre / step);
  }
  return best;
}

/** The candidate of best score; the first of equals. @param candidates At least one. */
export function bestOf<T extends number | object>(candidates: readonly T[], score: (candidate: T) => number): T {
  let best = candidates[0]!;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const s = score(candidate);
    if (s > bestScore) {
      best = candidate;
      bestScore = s;
    }
  }
  return best;
}
