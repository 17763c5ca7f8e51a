import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/campaign/ledger.ts';

describe('Ledger', () => {
  it('pays to the last micro and no further', () => {
    const ledger = new Ledger(10);
    ledger.debit(4);
    ledger.debit(6);
    expect(ledger.remainingMicros).toBe(0);
    ledger.debit(0);
    expect(() => ledger.debit(1)).toThrow('expected at most the 0 [micros] left of the budget, received 1');
    expect(ledger.spentMicros).toBe(10);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses a budget of %d', (budget) => {
    expect(() => new Ledger(budget)).toThrow('VALUE_OUT_OF_RANGE: budget');
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a price of %d', (price) => {
    expect(() => new Ledger(10).debit(price)).toThrow('VALUE_OUT_OF_RANGE: price');
  });

  it('never overspends, and spent plus remaining is exactly the budget', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 2 ** 40 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), prices, (budget, list) => {
        const ledger = new Ledger(budget);
        let paid = 0;
        for (const price of list) {
          if (ledger.canPay(price)) {
            ledger.debit(price);
            paid += price;
          } else {
            expect(() => ledger.debit(price)).toThrow('VALUE_OUT_OF_RANGE');
          }
          expect(ledger.spentMicros).toBe(paid);
          expect(ledger.spentMicros + ledger.remainingMicros).toBe(budget);
          expect(ledger.remainingMicros).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
