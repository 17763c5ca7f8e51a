import type { PlainNetwork } from '../core/agent.ts';
import { type DifferentiableFunction, explainedOutput, type OutputKind } from './explained-output.ts';
import { integratedGradients } from './integrated-gradients.ts';

/** Attributions of many states in sum. B states, O features. */
export interface AttributionSummary {
  /** `[O]` mean attribution, unit of what is explained. */
  readonly mean: readonly number[];
  /** `[O]` mean size of the attribution. */
  readonly meanAbsolute: readonly number[];
  /** `[O]` standard error of {@link meanAbsolute} over the states. */
  readonly standardError: readonly number[];
  readonly completeness: Completeness;
}

/** How exactly attributions add up to what they share out. */
export interface Completeness {
  /** Largest gap allowed, unit of what is explained: a thousandth of the mean |f(x) − f(baseline)|. */
  readonly tolerance: number;
  /** Largest |Σ attributions − (f(x) − f(baseline))| of any state. */
  readonly largestGap: number;
  /** Share of the states whose gap is within the tolerance. */
  readonly shareWithin: number;
  /** Largest number of points that an integral took. */
  readonly mostSteps: number;
}

/** Completeness gap that counts as none, in shares of the mean |f(x) − f(baseline)|. */
const RELATIVE_TOLERANCE = 0.001;

/**
 * Integrated gradients of the greedy action's output in each state, against one baseline.
 *
 * @param states `[B, O]` row-major.
 * @param outputs `[B]` the output explained in each state: the greedy action, or 0 for a single continuous one.
 * @param baseline `[O]`
 */
export function attributeStates(
  network: PlainNetwork,
  kind: OutputKind,
  states: Float32Array,
  outputs: ArrayLike<number>,
  baseline: Float64Array,
): AttributionSummary {
  const numFeatures = baseline.length;
  const functions = new Map<number, DifferentiableFunction>();
  const functionOf = (output: number) => {
    const f = functions.get(output) ?? explainedOutput(network, kind, output);
    functions.set(output, f);
    return f;
  };
  const rows = Array.from({ length: outputs.length }, (_, b) => ({
    f: functionOf(outputs[b]!),
    x: states.subarray(b * numFeatures, (b + 1) * numFeatures),
  }));
  const scratch = new Float64Array(numFeatures);
  const distances = rows.map(({ f, x }) =>
    Math.abs(f.valueAndGradient(x, scratch) - f.valueAndGradient(baseline, scratch)),
  );
  const tolerance = RELATIVE_TOLERANCE * meanOf(distances);
  const found = rows.map(({ f, x }) => integratedGradients(f, x, baseline, { tolerance }));
  const columns = Array.from({ length: numFeatures }, (_, i) => found.map(({ attributions }) => attributions[i]!));
  const gaps = found.map(({ completenessGap }) => Math.abs(completenessGap));
  return {
    mean: columns.map(meanOf),
    meanAbsolute: columns.map((column) => meanOf(column.map(Math.abs))),
    standardError: columns.map((column) => standardErrorOf(column.map(Math.abs))),
    completeness: {
      tolerance,
      largestGap: Math.max(...gaps),
      shareWithin: gaps.filter((gap) => gap <= tolerance).length / gaps.length,
      mostSteps: Math.max(...found.map(({ numSteps }) => numSteps)),
    },
  };
}

/** `[O]` the mean of `[B, O]` states. */
export function meanState(states: Float32Array, numFeatures: number): Float64Array {
  const sums = new Float64Array(numFeatures);
  for (let i = 0; i < states.length; i++) sums[i % numFeatures] = sums[i % numFeatures]! + states[i]!;
  return sums.map((sum) => (sum * numFeatures) / states.length);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function standardErrorOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1) / values.length);
}
