import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { countLeaves, fitTree, treePrediction } from '../../../src/explain/decision-tree.ts';
import { makeImpurity } from '../../../src/explain/impurity.ts';

const rng = new Rng('states');
const numStates = 300;
const states = Float32Array.from({ length: 3 * numStates }, () => rng.uniform(-1, 1));
const limits = { maxLeaves: 8, minLeafStates: 1 };

/** Where x1 ≤ 0.25: action 2; otherwise 0 or 1 by x2. */
const rule = (x: Float32Array, at = 0) => (x[at + 1]! <= 0.25 ? 2 : x[at + 2]! <= -0.5 ? 0 : 1);
const actions = Int32Array.from({ length: numStates }, (_, b) => rule(states, 3 * b));

describe('impurity', () => {
  const weights = Float64Array.of(1, 1, 1, 1);
  const sorted = Uint32Array.of(0, 1, 2, 3);

  it('is Gini’s for actions and the variance for numbers, and gains are what a split takes from it', () => {
    const gini = makeImpurity({ kind: 'action', actions: [0, 0, 1, 1], numActions: 2 }, weights);
    const variance = makeImpurity({ kind: 'number', values: [0, 0, 1, 1] }, weights);
    expect([gini.of(sorted).total, variance.of(sorted).total]).toEqual([2, 1]);
    // The first apart: 3 (1 − (1/3)² − (2/3)²) = 4/3 is left of Gini's 2, and 2/3 of the variance's 1.
    for (const [k, expected] of [0, 2 / 3, 2, 2 / 3, 0].entries()) {
      expect(gini.gains(sorted)[k]).toBeCloseTo(expected, 12);
      expect(variance.gains(sorted)[k]).toBeCloseTo(expected / 2, 12);
    }
  });
});

describe('a decision tree', () => {
  it('recovers a rule of thresholds exactly, with no more leaves than it takes', () => {
    const tree = fitTree({ states, numFeatures: 3, target: { kind: 'action', actions, numActions: 3 } }, limits);
    expect(countLeaves(tree)).toBe(3);
    for (let b = 0; b < numStates; b++) expect(treePrediction(tree, states, 3 * b)).toBe(actions[b]);
    if (tree.kind === 'leaf' || tree.above.kind === 'leaf') throw new Error('expected two splits');
    expect([tree.feature, tree.above.feature, tree.below.prediction]).toEqual([1, 2, 2]);
    expect(tree.threshold).toBeCloseTo(0.25, 1);
    expect(tree.share).toBe(1);
    expect(tree.below.share + tree.above.share).toBeCloseTo(1, 12);
  });

  it('recovers steps of a number exactly', () => {
    const values = Float64Array.from(actions, (action) => 1000 + action);
    const tree = fitTree({ states, numFeatures: 3, target: { kind: 'number', values } }, limits);
    expect(countLeaves(tree)).toBe(3);
    for (let b = 0; b < numStates; b++) expect(treePrediction(tree, states, 3 * b)).toBeCloseTo(values[b]!, 9);
  });

  it('splits where most is gained first, and stops at the limits', () => {
    const target = { kind: 'action', actions, numActions: 3 } as const;
    const two = fitTree({ states, numFeatures: 3, target }, { maxLeaves: 2, minLeafStates: 1 });
    expect(countLeaves(two)).toBe(2);
    expect(two).toMatchObject({ kind: 'split', feature: 1 });
    const one = fitTree({ states, numFeatures: 3, target }, { maxLeaves: 9, minLeafStates: 151 });
    expect(one.kind).toBe('leaf');
  });

  it('does not ask where both answers lead to one decision', () => {
    // Parting the first two makes the rest purer, but 0 is decided on either side.
    const data = { states: Float32Array.of(1, 2, 3, 4, 5), numFeatures: 1 };
    const target = { kind: 'action', actions: [0, 0, 0, 1, 0], numActions: 2 } as const;
    const one = fitTree({ ...data, target }, { maxLeaves: 2, minLeafStates: 1 });
    expect(one).toEqual({ kind: 'leaf', prediction: 0, share: 1 });
    expect(countLeaves(fitTree({ ...data, target }, limits))).toBe(3);
  });

  it('decides as the heavier states do', () => {
    const data = { states: Float32Array.of(1, 1, 1), numFeatures: 1 };
    const target = { kind: 'action', actions: [0, 1, 1], numActions: 2 } as const;
    expect(fitTree({ ...data, target }, limits).prediction).toBe(1);
    expect(fitTree({ ...data, target, weights: Float64Array.of(3, 1, 1) }, limits).prediction).toBe(0);
    const values = [4, 0, 0];
    const weighted = { ...data, target: { kind: 'number', values } as const, weights: Float64Array.of(2, 1, 1) };
    expect(fitTree(weighted, limits).prediction).toBe(2);
  });

  it('refuses to learn from nothing', () => {
    const data = { states: new Float32Array(0), numFeatures: 3, target: { kind: 'number', values: [] } as const };
    expect(() => fitTree(data, limits)).toThrow(/DATA_INVALID: decision tree: expected at least one state/);
  });
});
