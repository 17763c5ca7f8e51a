import { describe, expect, it } from 'vitest';
import { isUnimodal } from '../../../src/rl/unimodal.ts';

describe('isUnimodal', () => {
  it.each([[[1, 2, 3, 2, 1]], [[1, 2, 3]], [[3, 2, 1]], [[1, 1, 1]], [[0, 2, 2, 1, 1]], [[5]], [[2, 1]]])(
    'sees one peak in %j',
    (values) => {
      expect(isUnimodal(Float32Array.from(values), 0, values.length)).toBe(true);
    },
  );

  it.each([[[2, 1, 2]], [[1, 3, 2, 3, 1]], [[3, 1, 1, 2]], [[0, 1, 0, 0, 0, 0.5]]])(
    'sees two peaks in %j',
    (values) => {
      expect(isUnimodal(Float32Array.from(values), 0, values.length)).toBe(false);
    },
  );

  it('looks at its own row only', () => {
    const rows = Float32Array.of(3, 1, 3, 1, 2, 1, 3, 1, 3);
    expect([0, 3, 6].map((at) => isUnimodal(rows, at, 3))).toEqual([false, true, false]);
  });
});
