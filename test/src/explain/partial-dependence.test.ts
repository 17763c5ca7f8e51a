import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { evenGrid, partialDependence } from '../../../src/explain/partial-dependence.ts';

const rng = new Rng('states');
const states = Float32Array.from({ length: 3 * 50 }, () => rng.uniform(-1, 1));
const values = [-1, 0, 0.5, 2];

describe('partial dependence', () => {
  it('of a sum of functions of one feature each is that function, up to a constant', () => {
    const additive = (x: Float32Array) => x[0]! ** 2 + Math.sin(3 * x[1]!) - x[2]!;
    const found = partialDependence(states, 3, additive, [{ feature: 0, values }]);
    for (const [i, value] of values.entries()) expect(found[i]! - found[1]!).toBeCloseTo(value ** 2, 12);
  });

  it('of two features is the function of both, the second running fastest', () => {
    const product = (x: Float32Array) => 10 * x[2]! + x[0]!;
    const held = [
      { feature: 2, values: [1, 2] },
      { feature: 0, values: [3, 4, 5] },
    ];
    expect([...partialDependence(states, 3, product, held)]).toEqual([13, 14, 15, 23, 24, 25]);
  });

  it('is the mean over all states', () => {
    const found = partialDependence(Float32Array.of(9, 1, 9, 2, 9, 6), 2, (x) => x[0]! + x[1]!, [
      { feature: 0, values: [0, 10] },
    ]);
    expect([...found]).toEqual([3, 13]);
  });

  it('does not depend on a feature that is not used', () => {
    const found = partialDependence(states, 3, (x) => x[0]!, [{ feature: 1, values }]);
    expect(new Set(found).size).toBe(1);
  });
});

describe('an even grid', () => {
  it('goes from the smallest to the largest value seen, and is one value where nothing changes', () => {
    const seen = Float32Array.from([3, 7, 1, 7, 2, 7]);
    expect(evenGrid(seen, 2, 0, 5)).toEqual([1, 1.5, 2, 2.5, 3]);
    expect(evenGrid(seen, 2, 1, 5)).toEqual([7]);
  });
});
