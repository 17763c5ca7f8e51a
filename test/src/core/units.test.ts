import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpmToMicros, MICROS_PER_UNIT, microsToCpm, microsToUnits } from '../../../src/core/units.ts';

describe('units of money', () => {
  it('round a price to the nearest micro: 1.005 CPM is 1005, though 1.005 · 1000 falls short of it in floats', () => {
    expect((1.005 * MICROS_PER_UNIT) / 1000).toBeLessThan(1005);
    expect(cpmToMicros(1.005)).toBe(1005);
  });

  it('give a thousand impressions at 2 CPM the price of 2 units', () => {
    expect(1000 * cpmToMicros(2)).toBe(2 * MICROS_PER_UNIT);
    expect(microsToUnits(1000 * cpmToMicros(2))).toBe(2);
  });

  it('come back from CPM unchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (micros) => {
        expect(cpmToMicros(microsToCpm(micros))).toBe(micros);
      }),
    );
  });
});
