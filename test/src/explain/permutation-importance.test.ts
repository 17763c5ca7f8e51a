import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { meanDistance, rSquared, shareEqual } from '../../../src/explain/agreement.ts';
import { permutationImportance } from '../../../src/explain/permutation-importance.ts';

describe('permutation importance', () => {
  const rng = new Rng('states');
  const states = Float32Array.from({ length: 3 * 400 }, () => rng.uniform(-1, 1));
  const decide = (rows: Float32Array) => Int8Array.from({ length: 400 }, (_, b) => (rows[3 * b + 1]! > 0 ? 1 : 0));
  const decided = decide(states);
  const loss = (rows: Float32Array) => 1 - shareEqual(decided, decide(rows));

  it('is 0 for features that are not used, and half for a coin that alone decides', () => {
    const found = permutationImportance(states, 3, loss, new Rng('shuffles'), 8);
    expect([found[0], found[2]]).toEqual(new Array(2).fill({ mean: 0, standardError: 0 }));
    const ones = decided.reduce((a, b) => a + b, 0) / 400;
    expect(Math.abs(found[1]!.mean - 2 * ones * (1 - ones))).toBeLessThan(0.05);
    expect(found[1]!.standardError).toBeGreaterThan(0);
  });

  it('leaves the states as they were and is the same again', () => {
    const before = states.slice();
    const [a, b] = [1, 2].map(() => permutationImportance(states, 3, loss, new Rng('same'), 3));
    expect(a).toEqual(b);
    expect(states).toEqual(before);
  });
});

describe('agreement', () => {
  it('counts equal decisions, and measures numbers by R² and distance', () => {
    expect(shareEqual([1, 2, 3, 4], [1, 2, 0, 4])).toBe(0.75);
    expect(rSquared([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(rSquared([1, 2, 3], [2, 2, 2])).toBe(0);
    expect([rSquared([2, 2], [2, 2]), rSquared([2, 2], [2, 3])]).toEqual([1, 0]);
    expect(meanDistance([1, 2], [2, 0])).toBe(1.5);
    expect(() => shareEqual([1], [1, 2])).toThrow(/SHAPE_MISMATCH/);
  });
});
