import { checkLength } from '../core/errors.ts';

/** Share of entries in which two lists of discrete decisions are equal. @throws SimError `SHAPE_MISMATCH` on unequal lengths. */
export function shareEqual(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLength('decisions to compare', b.length, a.length);
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

/**
 * Coefficient of determination of a prediction, R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; 1 where both are exactly the same constant,
 * 0 where y alone is constant.
 *
 * @throws SimError `SHAPE_MISMATCH` on unequal lengths.
 */
export function rSquared(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkLength('predictions to compare', predicted.length, actual.length);
  let mean = 0;
  for (let i = 0; i < actual.length; i++) mean += actual[i]! / actual.length;
  let residual = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    residual += (actual[i]! - predicted[i]!) ** 2;
    total += (actual[i]! - mean) ** 2;
  }
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

/** Mean absolute difference of two lists. @throws SimError `SHAPE_MISMATCH` on unequal lengths. */
export function meanDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLength('decisions to compare', b.length, a.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
