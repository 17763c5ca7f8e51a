import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { countLeaves, fitTree, treePrediction } from '../../../src/explain/decision-tree.ts';

const rng = new Rng('states');
const numStates = 300;
const states = Float32Array.from({ length: 3 * numStates }, () => rng.uniform(-1, 1));
const limits = { maxLeaves: 8, minLeafStates: 1 };

/** Where x1 ≤ 0.25: action 2; otherwise 0 or 1 by x2. */
const rule = (x: Float32Array, at = 0) => (x[at + 1]! <= 0.25 ? 2 : x[at + 2]! <= -0.5 ? 0 : 1);
const actions = Int32Array.from({ length: numStates }, (_, b) => rule(states, 3 * b));

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
