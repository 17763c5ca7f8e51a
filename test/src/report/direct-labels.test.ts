import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { focusFloor } from '../../../src/report/chart.ts';
import { spreadLabels } from '../../../src/report/direct-labels.ts';

describe('spreadLabels', () => {
  it('leaves labels alone that do not touch', () => {
    expect(spreadLabels([5, 1, 9], 2, 0, 10)).toEqual([5, 1, 9]);
  });

  it('puts two labels of one place around it', () => {
    expect(spreadLabels([5, 5], 2, 0, 10)).toEqual([4, 6]);
  });

  it('pushes labels in from the edge', () => {
    expect(spreadLabels([10, 10, 10], 2, 0, 10)).toEqual([6, 8, 10]);
  });

  it('keeps the gap, the order and the bounds wherever the labels fit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 }), (wanted) => {
        const placed = spreadLabels(wanted, 5, 0, 100);
        const order = wanted.map((_, i) => i).sort((a, b) => placed[a]! - placed[b]!);
        for (const [k, i] of order.entries()) {
          expect(placed[i]).toBeGreaterThanOrEqual(-1e-9);
          expect(placed[i]).toBeLessThanOrEqual(100 + 1e-9);
          if (k === 0) continue;
          const before = order[k - 1]!;
          expect(placed[i]! - placed[before]!).toBeGreaterThanOrEqual(5 - 1e-9);
          expect(wanted[i]!).toBeGreaterThanOrEqual(wanted[before]!);
        }
      }),
    );
  });
});

describe('focusFloor', () => {
  it('takes in what is as far below the contenders as they are below the top, and no more', () => {
    expect(focusFloor([0.9, 0.95], [0.9, 0.95, 0.85, 0.3], 1)).toBe(0.85);
    expect(focusFloor([0.9], [0.9, 0.7], 1)).toBe(0.9);
  });
});
