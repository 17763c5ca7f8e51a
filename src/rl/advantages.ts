/**
 * Shifts and scales values in place to mean 0 and standard deviation 1 (population), as PPO does with the advantages of a
 * minibatch; a constant vector becomes 0.
 *
 * Source: Andrychowicz et al. (2021), arXiv:2006.05990, section 3.5 (C67).
 */
export function normalizeInPlace(values: Float32Array | Float64Array): void {
  const n = values.length;
  if (n === 0) return;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  const scale = 1 / (Math.sqrt(squares / n) + 1e-8);
  for (let i = 0; i < n; i++) values[i] = (values[i]! - mean) * scale;
}

/**
 * Share of the variance of `targets` that `predictions` explain: 1 is perfect, 0 no better than the mean, below 0 worse;
 * 0 where the targets do not vary.
 */
export function explainedVariance(predictions: Float64Array, targets: Float64Array): number {
  const n = targets.length;
  let targetSum = 0;
  let errorSum = 0;
  for (let i = 0; i < n; i++) {
    targetSum += targets[i]!;
    errorSum += targets[i]! - predictions[i]!;
  }
  let targetSquares = 0;
  let errorSquares = 0;
  for (let i = 0; i < n; i++) {
    targetSquares += (targets[i]! - targetSum / n) ** 2;
    errorSquares += (targets[i]! - predictions[i]! - errorSum / n) ** 2;
  }
  return targetSquares > 0 ? 1 - errorSquares / targetSquares : 0;
}
