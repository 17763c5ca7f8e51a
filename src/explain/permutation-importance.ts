import type { Rng } from '../core/rng.ts';

/** How much is lost when one feature no longer says anything. */
export interface Importance {
  /** Mean loss over the repeats. */
  readonly mean: number;
  /** Of the mean, over the repeats. */
  readonly standardError: number;
}

/**
 * Permutation importance: one column of the states is shuffled among them, which keeps its distribution and breaks its tie to
 * everything else, and the loss of what is then decided is measured.
 *
 * @param states `[B, O]` row-major.
 * @param loss Of the decisions on `[B, O]` states, 0 for the states as they are; reads its argument at once.
 * @param repeats Shuffles of each feature, ≥ 2.
 * @returns `[O]`
 *
 * Source: Breiman (2001), doi:10.1023/A:1010933404324, section 10; Fisher, Rudin & Dominici (2019), arXiv:1801.01489.
 */
export function permutationImportance(
  states: Float32Array,
  numFeatures: number,
  loss: (states: Float32Array) => number,
  rng: Rng,
  repeats: number,
): Importance[] {
  return Array.from({ length: numFeatures }, (_, feature) => {
    const own = rng.split(feature);
    const losses = Array.from({ length: repeats }, () => loss(shuffledColumn(states, numFeatures, feature, own)));
    return meanOf(losses);
  });
}

function shuffledColumn(states: Float32Array, numFeatures: number, feature: number, rng: Rng): Float32Array {
  const column = Float32Array.from(
    { length: states.length / numFeatures },
    (_, b) => states[b * numFeatures + feature]!,
  );
  rng.shuffle(column);
  const permuted = states.slice();
  for (let b = 0; b < column.length; b++) permuted[b * numFeatures + feature] = column[b]!;
  return permuted;
}

function meanOf(values: readonly number[]): Importance {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}
