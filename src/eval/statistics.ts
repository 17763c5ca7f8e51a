/*
 * Statistics of scores: plain functions over sorted numbers and integer weights.
 *
 * A weight is how often a resample drew the number, so every bootstrap replicate is one walk over numbers that were sorted
 * once. Unit weights give the ordinary statistic.
 */

/** Arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Indices of `values` from the smallest to the largest value. */
export function sortOrder(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => values[a]! - values[b]! || a - b);
}

/**
 * Interquartile mean: the mean of what is left when a quarter of the numbers, rounded down, is cut off at each end.
 *
 * Equal to `scipy.stats.trim_mean(values, 0.25)`. Source: Agarwal et al. (2021), arXiv:2108.13264, section 4.3.
 *
 * @returns NaN of nothing.
 */
export function interquartileMean(values: ArrayLike<number>): number {
  return weightedInterquartileMean(values, sortOrder(values), new Float64Array(values.length).fill(1));
}

/**
 * {@link interquartileMean} of a resample.
 *
 * @param values `[n]`
 * @param order `[n]` from {@link sortOrder}.
 * @param weights `[n]` non-negative integers: how often each value was drawn.
 * @returns NaN when nothing was drawn.
 */
export function weightedInterquartileMean(
  values: ArrayLike<number>,
  order: Uint32Array,
  weights: Float64Array,
): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  const cut = Math.floor(total / 4);
  const end = total - cut;
  let seen = 0;
  let sum = 0;
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!;
    const next = seen + weights[i]!;
    const kept = Math.min(next, end) - Math.max(seen, cut);
    if (kept > 0) sum += kept * values[i]!;
    seen = next;
  }
  return sum / (end - cut);
}

/**
 * Quantile by linear interpolation between order statistics (Hyndman & Fan's type 7, numpy's default).
 *
 * @param sorted Ascending.
 * @param probability In [0, 1].
 * @returns NaN of nothing.
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below];
  if (low === undefined) return Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/**
 * Probability that a random `x` is above a random `y`, ties counted half: Mann and Whitney's U over the number of pairs.
 *
 * Source: Agarwal et al. (2021), arXiv:2108.13264, section 4.3.
 */
export function probabilityOfImprovement(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const comparison = comparisonOrder(x, y);
  return weightedProbabilityOfImprovement(
    comparison,
    new Float64Array(x.length).fill(1),
    new Float64Array(y.length).fill(1),
  );
}

/** Two samples merged in ascending order, with the ends of each run of equal numbers. */
export interface ComparisonOrder {
  /** `[nx + ny]`: i < nx stands for x[i], nx + j for y[j]. */
  readonly order: Uint32Array;
  /** `[nx + ny]`, 1 at the last entry of a run of equal numbers. */
  readonly endsRun: Uint8Array;
  readonly numX: number;
}

/** Sorts two samples together, once for all resamples. */
export function comparisonOrder(x: ArrayLike<number>, y: ArrayLike<number>): ComparisonOrder {
  const merged = new Float64Array(x.length + y.length);
  for (let i = 0; i < x.length; i++) merged[i] = x[i]!;
  for (let j = 0; j < y.length; j++) merged[x.length + j] = y[j]!;
  const order = sortOrder(merged);
  const endsRun = new Uint8Array(order.length);
  for (let k = 0; k < order.length; k++) {
    const last = k + 1 === order.length;
    endsRun[k] = last || merged[order[k]!] !== merged[order[k + 1]!] ? 1 : 0;
  }
  return { order, endsRun, numX: x.length };
}

/**
 * {@link probabilityOfImprovement} of a resample.
 *
 * @param weightsX `[nx]` how often each x was drawn.
 * @param weightsY `[ny]` how often each y was drawn.
 * @returns NaN when either side drew nothing.
 */
export function weightedProbabilityOfImprovement(
  comparison: ComparisonOrder,
  weightsX: Float64Array,
  weightsY: Float64Array,
): number {
  const { order, endsRun, numX } = comparison;
  let yBelow = 0;
  let totalX = 0;
  let runX = 0;
  let runY = 0;
  let wins = 0;
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!;
    if (i < numX) runX += weightsX[i]!;
    else runY += weightsY[i - numX]!;
    if (endsRun[k] === 1) {
      wins += runX * (yBelow + 0.5 * runY);
      totalX += runX;
      yBelow += runY;
      runX = 0;
      runY = 0;
    }
  }
  return wins / (totalX * yBelow);
}

/**
 * Optimality gap: the mean shortfall below `target`; scores above it do not make up for others.
 *
 * Source: Agarwal et al. (2021), arXiv:2108.13264, section 4.3.
 */
export function optimalityGap(values: ArrayLike<number>, target = 1): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.max(0, target - values[i]!);
  return sum / values.length;
}

/**
 * Performance profile: for each threshold the share of scores above it.
 *
 * Source: Agarwal et al. (2021), arXiv:2108.13264, section 4.2.
 */
export function performanceProfile(values: ArrayLike<number>, thresholds: readonly number[]): number[] {
  return thresholds.map((threshold) => {
    let above = 0;
    for (let i = 0; i < values.length; i++) if (values[i]! > threshold) above++;
    return above / values.length;
  });
}
