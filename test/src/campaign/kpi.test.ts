import { describe, expect, it } from 'vitest';
import { cpm, ecpa, ecpc, roas, winRate } from '../../../src/campaign/kpi.ts';

describe('key figures', () => {
  it('are money over counts, in currency units', () => {
    // 3 currency units for 2,000 impressions, 4 clicks and 2 conversions worth 6 units.
    expect(cpm(3_000_000, 2000)).toBe(1.5);
    expect(ecpc(3_000_000, 4)).toBe(0.75);
    expect(ecpa(3_000_000, 2)).toBe(1.5);
    expect(roas(6_000_000, 3_000_000)).toBe(2);
    expect(winRate(2000, 8000)).toBe(0.25);
  });

  it('are zero where the numerator is', () => {
    expect([cpm(0, 1), ecpc(0, 1), ecpa(0, 1), roas(0, 1), winRate(0, 1)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('are null where there is nothing to divide by', () => {
    expect([cpm(1, 0), ecpc(1, 0), ecpa(1, 0), roas(1, 0), winRate(0, 0)]).toEqual([null, null, null, null, null]);
  });
});
