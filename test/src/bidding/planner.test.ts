import { describe, expect, it } from 'vitest';
import { tableBid } from '../../../src/bidding/bid-table.ts';
import { planningGrid, TablePlan } from '../../../src/bidding/planner.ts';
import { solveRlb } from '../../../src/bidding/rlb-dp.ts';

const limits = { maxExactAuctions: 1000, mappedPriceLevels: 100, maxPriceLevels: 300, pseudoCount: 0, maxWork: 1e9 };
const needs = Float64Array.from({ length: 500 }, (_, i) => 10 * (1 + ((i * 37) % 50)));

describe('planningGrid', () => {
  it('is the log’s own grid where that is small enough', () => {
    const flight = { budgetMicros: 2005, numAuctions: 100, bidQuantumMicros: 10, maxBidMicros: null };
    const { unitMicros, problem } = planningGrid(needs, flight, limits);
    expect([unitMicros, problem.numAuctions, problem.maxBudget]).toEqual([10, 100, 200]);
    expect(problem.priceProbabilities.length).toBe(51);
    expect(problem.priceProbabilities[0]).toBe(0);
    expect(problem.priceProbabilities[50]).toBeCloseTo(1 / 50, 12);
  });

  it('maps a long flight to as many auctions as the work allows, with the same money an auction', () => {
    const flight = { budgetMicros: 4_000_000, numAuctions: 40_000, bidQuantumMicros: 1, maxBidMicros: null };
    const { unitMicros, problem } = planningGrid(needs, flight, { ...limits, maxPriceLevels: 100 });
    // √(1e9 · 500 / 100) / 100 auctions.
    expect(problem.numAuctions).toBe(707);
    expect(unitMicros).toBe(5);
    expect((problem.maxBudget * unitMicros) / 707).toBeCloseTo(100, 9);
  });

  it('coarsens the unit to whole quanta until levels and work fit', () => {
    const flight = { budgetMicros: 30_000, numAuctions: 300, bidQuantumMicros: 1, maxBidMicros: null };
    expect(planningGrid(needs, flight, { ...limits, maxPriceLevels: 100 }).unitMicros).toBe(5);
    const { problem } = planningGrid(needs, flight, { ...limits, maxWork: 1e6 });
    const work = problem.numAuctions * problem.maxBudget * problem.priceProbabilities.length;
    expect(work).toBeLessThan(1.1e6);
  });

  it('plans for no bid above the cap, and never wins what lies above it', () => {
    const flight = { budgetMicros: 2000, numAuctions: 100, bidQuantumMicros: 10, maxBidMicros: 250 };
    const { problem } = planningGrid(needs, flight, limits);
    expect(problem.priceProbabilities.length).toBe(26);
    expect(problem.priceProbabilities.reduce((a, p) => a + p, 0)).toBeCloseTo(0.5, 12);
  });
});

describe('TablePlan', () => {
  const flight = { budgetMicros: 9000, numAuctions: 200, bidQuantumMicros: 10, maxBidMicros: null };
  const { problem, unitMicros } = planningGrid(needs, flight, limits);
  const table = solveRlb({ ...problem, meanValue: 1 });
  const plan = new TablePlan(table, unitMicros);

  it('bids as the table does once rounded down to the quantum', () => {
    for (const [t, money, value] of [
      [200, 9000, 1.2],
      [50, 3333, 0.7],
      [1, 400, 0.1],
      [3, 0, 5],
    ] as const) {
      const bid = Math.floor(plan.bid(t, money, value) / 10) * 10;
      expect(bid).toBe(10 * tableBid(table, t, Math.floor(money / 10), value));
    }
  });

  it('bids alike in a flight ten times as long with ten times the money', () => {
    const near = plan.bid(200, 5000, 1);
    expect(plan.bid(2000, 50_000, 1)).toBeCloseTo(near, 9);
  });

  it('bids more on a better request and with more money', () => {
    expect(plan.bid(100, 2000, 2)).toBeGreaterThan(plan.bid(100, 2000, 1));
    expect(plan.bid(100, 3000, 1)).toBeGreaterThan(plan.bid(100, 1000, 1));
  });
});
