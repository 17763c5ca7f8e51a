import { describe, expect, it } from 'vitest';
import { type ClickLaw, solveClickBudget } from '../../../src/bidding/click-budget-dp.ts';

/** An auction is won and clicked with probability `rate` at one price, and then converts with probability `cvr`. */
function onePrice(price: number, rate: number, cvr: number): ClickLaw {
  const click = new Float64Array(price + 1);
  const conversion = new Float64Array(price + 1);
  click[price] = rate;
  conversion[price] = rate * cvr;
  return { click, conversion };
}

/** Exactly `n` auctions a step. */
function always(n: number): Float64Array {
  const law = new Float64Array(n + 1);
  law[n] = 1;
  return law;
}

describe('solveClickBudget', () => {
  it('counts the conversions of all auctions where the budget covers them', () => {
    const law = onePrice(2, 0.5, 0.25);
    const plan = solveClickBudget({ numSteps: 3, budget: 100, numActions: 1, auctions: always(4), law: () => law });
    // 3 steps × 4 auctions × 1/2 × 1/4
    expect(plan.values[100]).toBeCloseTo(1.5, 10);
  });

  it('keeps spend strictly below the money left: with 5 left and a price of 2 only two clicks are bought', () => {
    const law = onePrice(2, 1, 1);
    const plan = solveClickBudget({ numSteps: 1, budget: 6, numActions: 1, auctions: always(10), law: () => law });
    // 2 buys none, 3 and 4 buy one, 5 and 6 buy two.
    expect([...plan.values.slice(0, 7)]).toEqual([0, 0, 0, 1, 1, 2, 2]);
  });

  it('voids everything after the first click that cannot be paid, cheaper ones too', () => {
    const law: ClickLaw = { click: Float64Array.of(0, 0.5, 0, 0.5), conversion: Float64Array.of(0, 0.5, 0, 0.5) };
    const plan = solveClickBudget({ numSteps: 1, budget: 2, numActions: 1, auctions: always(2), law: () => law });
    // With 2 left the first click is bought at price 1 (half the time); then 1 is left, and nothing costs less.
    expect(plan.values[2]).toBeCloseTo(0.5, 12);
  });

  it('mixes over the number of auctions', () => {
    const law = onePrice(1, 1, 0.5);
    const auctions = Float64Array.of(0.25, 0.25, 0, 0.5);
    const plan = solveClickBudget({ numSteps: 1, budget: 50, numActions: 1, auctions, law: () => law });
    // Mean number of auctions 1.75, half a conversion each.
    expect(plan.values[50]).toBeCloseTo(0.875, 12);
  });

  it('saves money for the step in which it buys more', () => {
    const none: ClickLaw = { click: new Float64Array(2), conversion: new Float64Array(2) };
    const poor = onePrice(1, 1, 0.1);
    const rich = onePrice(1, 1, 0.9);
    const laws = [[none, poor] as const, [none, rich] as const];
    const plan = solveClickBudget({
      numSteps: 2,
      budget: 3,
      numActions: 2,
      auctions: always(2),
      law: (step, action) => laws[step]![action]!,
    });
    // 3 buys two clicks: both in the second step.
    expect(plan.values[3]).toBeCloseTo(1.8, 12);
    expect([plan.actions[3], plan.actions[4 + 3]]).toEqual([0, 1]);
  });

  it('refuses a problem without steps', () => {
    expect(() =>
      solveClickBudget({ numSteps: 0, budget: 3, numActions: 1, auctions: always(1), law: () => onePrice(1, 1, 1) }),
    ).toThrow('CONFIG_INVALID: click budget: numSteps expected a positive whole number, received 0');
  });
});
