import { checkLength } from '../core/errors.ts';
import type { DifferentiableFunction } from './explained-output.ts';

/** How f(input) − f(baseline) is shared among the coordinates of one input. */
export interface Attribution {
  /** `[O]` unit of f. */
  readonly attributions: Float64Array;
  readonly value: number;
  readonly baselineValue: number;
  /** Σ attributions − (value − baselineValue), unit of f: 0 but for the steps of the integral. */
  readonly completenessGap: number;
  /** Points of the integral. */
  readonly numSteps: number;
}

/** How exactly the integral is taken. */
export interface IntegralSettings {
  /** The integral is refined until its completeness gap is at most this, unit of f. */
  readonly tolerance: number;
  /** Points at first, ≥ 1; doubled until the tolerance is kept. */
  readonly firstSteps?: number;
  /** Points at most. */
  readonly maxSteps?: number;
}

/**
 * Integrated gradients:
 *
 *     a_i = (x_i − x'_i) · ∫₀¹ ∂f/∂x_i (x' + α (x − x')) dα
 *
 * by the midpoint rule. Completeness (Σ a_i = f(x) − f(x')) tells how exact the integral is: points are doubled until it holds
 * within the tolerance, and the gap that remains is handed back.
 *
 * @param input `[O]` x.
 * @param baseline `[O]` x′.
 * @throws SimError `SHAPE_MISMATCH` when input and baseline differ in length.
 *
 * Source: Sundararajan, Taly & Yan (2017), arXiv:1703.01365, eq. 1 and proposition 1.
 */
export function integratedGradients(
  f: DifferentiableFunction,
  input: ArrayLike<number>,
  baseline: ArrayLike<number>,
  { tolerance, firstSteps = 32, maxSteps = 8192 }: IntegralSettings,
): Attribution {
  checkLength('baseline', baseline.length, input.length);
  const gradient = new Float64Array(input.length);
  const value = f.valueAndGradient(input, gradient);
  const baselineValue = f.valueAndGradient(baseline, gradient);
  for (let numSteps = firstSteps; ; numSteps *= 2) {
    const attributions = midpointRule(f, input, baseline, numSteps, gradient);
    const completenessGap = attributions.reduce((a, b) => a + b, 0) - (value - baselineValue);
    if (Math.abs(completenessGap) <= tolerance || numSteps * 2 > maxSteps) {
      return { attributions, value, baselineValue, completenessGap, numSteps };
    }
  }
}

function midpointRule(
  f: DifferentiableFunction,
  input: ArrayLike<number>,
  baseline: ArrayLike<number>,
  numSteps: number,
  gradient: Float64Array,
): Float64Array {
  const point = new Float64Array(input.length);
  const sums = new Float64Array(input.length);
  for (let s = 0; s < numSteps; s++) {
    const alpha = (s + 0.5) / numSteps;
    for (let i = 0; i < point.length; i++) point[i] = baseline[i]! + alpha * (input[i]! - baseline[i]!);
    f.valueAndGradient(point, gradient);
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + gradient[i]!;
  }
  return sums.map((sum, i) => ((input[i]! - baseline[i]!) * sum) / numSteps);
}
