import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateBidTable, type BidTable, tableBid } from '../../../src/bidding/bid-table.ts';
import { solveRlb } from '../../../src/bidding/rlb-dp.ts';
import { ssMdpBid } from '../../../src/bidding/ss-mdp.ts';

/** The recursion as it is written in the paper. */
function naive(m: Float64Array, meanValue: number, numAuctions: number, maxBudget: number): number[][] {
  const rows = [new Array<number>(maxBudget + 1).fill(0)];
  for (let t = 1; t < numAuctions; t++) {
    const before = rows[t - 1]!;
    rows.push(
      before.map((stay, b) => {
        let sum = 0;
        for (let d = 0; d <= Math.min(b, m.length - 1) && b > 0; d++) {
          sum += m[d]! * Math.max(0, meanValue + before[b - d]! - stay);
        }
        return stay + sum;
      }),
    );
  }
  return rows;
}

function row(table: BidTable, t: number): number[] {
  const width = table.maxBudget + 1;
  return [...table.values.subarray(t * width, (t + 1) * width)];
}

const market = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 })
  .map((counts) => Float64Array.from(counts, (c) => (c + 0.5) / counts.reduce((a, x) => a + x + 0.5, 0)));

describe('solveRlb', () => {
  it('equals the recursion of the paper on any small market', () => {
    fc.assert(
      fc.property(
        market,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 40 }),
        (m, numAuctions, maxBudget) => {
          const table = solveRlb({ priceProbabilities: m, meanValue: 0.3, numAuctions, maxBudget });
          const expected = naive(m, 0.3, numAuctions, maxBudget);
          for (let t = 0; t < numAuctions; t++) {
            for (let b = 0; b <= maxBudget; b++) expect(row(table, t)[b]).toBeCloseTo(expected[t]![b]!, 11);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('buys one impression a unit of money when every price is 1', () => {
    const table = solveRlb({ priceProbabilities: Float64Array.of(0, 1), meanValue: 2, numAuctions: 4, maxBudget: 5 });
    expect(row(table, 3)).toEqual([0, 2, 4, 6, 6, 6]);
  });

  it('is worth nothing without money, even where some prices are 0', () => {
    const table = solveRlb({
      priceProbabilities: Float64Array.of(0.5, 0.5),
      meanValue: 1,
      numAuctions: 3,
      maxBudget: 1,
    });
    expect(row(table, 2)[0]).toBe(0);
  });

  it('refuses a negative mean value', () => {
    const problem = { priceProbabilities: Float64Array.of(1), meanValue: -1, numAuctions: 1, maxBudget: 1 };
    expect(() => solveRlb(problem)).toThrow('CONFIG_INVALID');
  });
});

describe('tableBid', () => {
  it('is the largest price worth paying, found by trying them all', () => {
    fc.assert(
      fc.property(
        market,
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 0, max: 40 }),
        (m, value, b) => {
          const table = solveRlb({ priceProbabilities: m, meanValue: 0.3, numAuctions: 10, maxBudget: 40 });
          for (const t of [1, 4, 10]) {
            const v = row(table, t - 1);
            let expected = 0;
            for (let d = 0; d <= Math.min(b, m.length - 1); d++) if (v[b - d]! >= v[b]! - value) expected = d;
            expect(tableBid(table, t, b, value)).toBe(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('bids everything it may in the last auction', () => {
    const table = solveRlb({
      priceProbabilities: Float64Array.of(0.2, 0.3, 0.5),
      meanValue: 1,
      numAuctions: 2,
      maxBudget: 9,
    });
    expect([0, 1, 5].map((b) => tableBid(table, 1, b, 0.1))).toEqual([0, 1, 2]);
  });

  it('treats money beyond the table as the most the table knows', () => {
    const table = solveRlb({
      priceProbabilities: Float64Array.of(0.2, 0.8),
      meanValue: 1,
      numAuctions: 9,
      maxBudget: 4,
    });
    expect(tableBid(table, 9, 1000, 0.4)).toBe(tableBid(table, 9, 4, 0.4));
  });

  it('is blind to the request under SS-MDP', () => {
    const table = solveRlb({
      priceProbabilities: Float64Array.of(0.1, 0.4, 0.5),
      meanValue: 1,
      numAuctions: 9,
      maxBudget: 4,
    });
    expect(ssMdpBid(table, 5, 3, 1)).toBe(tableBid(table, 5, 3, 1));
  });
});

describe('allocateBidTable', () => {
  it('refuses a table that does not fit', () => {
    const problem = { priceProbabilities: Float64Array.of(1), numAuctions: 100_000, maxBudget: 1_000_000 };
    expect(() => allocateBidTable(problem)).toThrow(/CONFIG_INVALID.*coarser price unit/);
  });

  it('refuses sizes that are not whole', () => {
    const priceProbabilities = Float64Array.of(1);
    expect(() => allocateBidTable({ priceProbabilities, numAuctions: 0, maxBudget: 1 })).toThrow('auctions >= 1');
    expect(() => allocateBidTable({ priceProbabilities, numAuctions: 1, maxBudget: 1.5 })).toThrow('whole price units');
    expect(() => allocateBidTable({ priceProbabilities: new Float64Array(0), numAuctions: 1, maxBudget: 1 })).toThrow(
      'price level',
    );
  });
});
