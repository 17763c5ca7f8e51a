import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bslbFactor } from '../../../src/bidding/bslb.ts';
import { DRLB_MOVES, moveTowards } from '../../../src/bidding/drlb-moves.ts';
import { blankCounters } from '../../../src/sim/flight-counters.ts';

describe('bslbFactor', () => {
  const at = (stepIndex: number, remainingMicros: number) =>
    bslbFactor({ ...blankCounters(), numSteps: 8, budgetMicros: 800, stepIndex, remainingMicros });

  it('is the share of money left over the share of time left', () => {
    expect(at(0, 800)).toBe(1);
    expect(at(4, 400)).toBe(1);
    expect(at(6, 400)).toBe(2);
    expect(at(4, 100)).toBe(0.25);
  });

  it('is 0 when the flight is over', () => {
    expect(at(8, 100)).toBe(0);
  });
});

describe('moveTowards', () => {
  it('takes the largest moves when far off: λ halves, or grows by half', () => {
    expect(moveTowards(1, 10, DRLB_MOVES)).toBe(2);
    expect(moveTowards(1, 0.1, DRLB_MOVES)).toBe(1 / 1.5);
  });

  it('lowers bids most where nothing is worth buying', () => {
    expect(moveTowards(1, 0, DRLB_MOVES)).toBe(1 / 1.5);
  });

  it('is never further from the target than staying, and stays when it is there', () => {
    expect(moveTowards(3, 3, DRLB_MOVES)).toBe(3);
    const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (multiplier, target) => {
        const distance = (x: number) => Math.abs(Math.log(x / target));
        expect(distance(moveTowards(multiplier, target, DRLB_MOVES))).toBeLessThanOrEqual(distance(multiplier));
      }),
    );
  });
});
