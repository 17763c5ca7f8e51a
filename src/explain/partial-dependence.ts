/** One feature that is held at each of some values. */
export interface HeldFeature {
  /** Index in the observation. */
  readonly feature: number;
  readonly values: readonly number[];
}

/**
 * Partial dependence: the mean response over the states when some features are held at given values and the others are as
 * they were.
 *
 * @param states `[B, O]` row-major.
 * @param response Of an observation `[O]`; reads it at once.
 * @param held The features and their values; every combination is taken.
 * @returns One mean per combination, the values of the last feature running fastest.
 *
 * Source: Friedman (2001), doi:10.1214/aos/1013203451, section 8.2.
 */
export function partialDependence(
  states: Float32Array,
  numFeatures: number,
  response: (observation: Float32Array) => number,
  held: readonly HeldFeature[],
): Float64Array {
  const numStates = states.length / numFeatures;
  const numCells = held.reduce((product, { values }) => product * values.length, 1);
  const observation = new Float32Array(numFeatures);
  return Float64Array.from({ length: numCells }, (_, cell) => {
    const fixed = combination(held, cell);
    let sum = 0;
    for (let b = 0; b < numStates; b++) {
      observation.set(states.subarray(b * numFeatures, (b + 1) * numFeatures));
      for (const { feature, value } of fixed) observation[feature] = value;
      sum += response(observation);
    }
    return sum / numStates;
  });
}

function combination(held: readonly HeldFeature[], cell: number): { feature: number; value: number }[] {
  let rest = cell;
  const fixed = [...held].reverse().map(({ feature, values }) => {
    const value = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
    return { feature, value };
  });
  return fixed.reverse();
}

/** `count` values evenly from the smallest to the largest of a feature in the states; one where it never changes. */
export function evenGrid(states: Float32Array, numFeatures: number, feature: number, count: number): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = feature; i < states.length; i += numFeatures) {
    low = Math.min(low, states[i]!);
    high = Math.max(high, states[i]!);
  }
  if (low === high) return [low];
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
