/** Nodes z of the trapezoidal rule on [−8, 8] and their normal weights, which sum to 1. */
const STEP = 0.5;
const NODES = Float64Array.from({ length: 33 }, (_, i) => (i - 16) * STEP);
const WEIGHTS = normalWeights();

function normalWeights(): Float64Array {
  const weights = NODES.map((z) => Math.exp(-0.5 * z * z));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * E[σ(mean + sd · Z)] for a standard normal Z: the expected rate where the logit is normal.
 *
 * The trapezoidal rule converges geometrically on analytic integrands: the error is below 1e-8 for sd ≤ 1.8 and below 1e-5 for
 * sd ≤ 3.
 *
 * @param sd ≥ 0.
 *
 * Source: Trefethen and Weideman (2014), doi:10.1137/130932132, theorem 5.1.
 */
export function logisticNormalMean(mean: number, sd: number): number {
  if (sd === 0) return 1 / (1 + Math.exp(-mean));
  let sum = 0;
  for (let i = 0; i < NODES.length; i++) sum += WEIGHTS[i]! / (1 + Math.exp(-mean - sd * NODES[i]!));
  return sum;
}

/**
 * The intercept b at which the mean over items of E[σ(b + offset + sd · Z)] is `rate`, by bisection to 1e-12.
 *
 * @param rate In (0, 1).
 * @param offsets `[I]` the items' own logits. @param sds `[I]` what users and context add.
 */
export function interceptForMean(rate: number, offsets: ArrayLike<number>, sds: ArrayLike<number>): number {
  let low = -100;
  let high = 100;
  while (high - low > 1e-12) {
    const middle = 0.5 * (low + high);
    if (middle === low || middle === high) break;
    let sum = 0;
    for (let i = 0; i < offsets.length; i++) sum += logisticNormalMean(middle + offsets[i]!, sds[i]!);
    if (sum < rate * offsets.length) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
