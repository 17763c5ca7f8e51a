import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAllocation, makeAuctionBatch } from '../../../../src/auction/batch.ts';
import { mechanisms } from '../../../../src/auction/registry.ts';
import { makeSlots } from '../../../../src/auction/slots.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { RANKS, TickAuction } from '../../../../src/sim/auction-net/tick-auction.ts';
import { onePeriod } from './by-hand.ts';

const PLENTY = 1e12;

function cleared(
  values: readonly (readonly number[])[],
  seen: readonly number[],
  remaining: readonly number[] | null = null,
  reserveMicros = 0,
) {
  const numSeats = values[0]!.length;
  const auction = new TickAuction(numSeats);
  const left = Float64Array.from(remaining ?? new Array<number>(numSeats).fill(PLENTY));
  auction.clear(onePeriod(values, seen, reserveMicros), 0, new Float64Array(numSeats).fill(100), left);
  return auction;
}

describe('a tick of generalised second price', () => {
  it('gives slots by rank, and each pays the bid of the rank below', () => {
    // Bids 50, 40, 30, 20, 10.
    const { costMicros, value, wins, exposures, leastWinningCostMicros } = cleared(
      [[0.5, 0.25, 0.75, 0.125, 0.0625]],
      [3],
    );
    // Bids 50, 25, 75, 12, 6: slots to bidders 2, 0, 1 at 50, 25, 12.
    expect([...costMicros]).toEqual([25, 12, 50, 0, 0]);
    expect([...wins]).toEqual([1, 1, 1, 0, 0]);
    expect([...exposures]).toEqual([1, 1, 1, 0, 0]);
    expect([...value]).toEqual([0.5, 0.25, 0.75, 0, 0]);
    expect(leastWinningCostMicros).toBe(12);
  });

  it('takes money for seen slots alone, but counts all wins', () => {
    const { costMicros, wins, exposures } = cleared([[0.5, 0.25, 0.75, 0.125]], [1]);
    expect([...costMicros]).toEqual([0, 0, 50, 0]);
    expect([...wins]).toEqual([1, 1, 1, 0]);
    expect([...exposures]).toEqual([0, 0, 1, 0]);
  });

  it('leaves a slot unsold whose price would be the reserve', () => {
    // Bids 50, 30 and 10 under a reserve of 20: the second slot would cost 20.
    const { costMicros, wins } = cleared([[0.5, 0.3, 0.1]], [3], null, 20);
    expect([...costMicros]).toEqual([30, 0, 0]);
    expect([...wins]).toEqual([1, 0, 0]);
  });

  it('ranks equal bids by index', () => {
    const { wins } = cleared([[0.5, 0.5, 0.5, 0.5]], [3]);
    expect([...wins]).toEqual([1, 1, 1, 0]);
  });

  it('bids nothing for a multiplier of 0', () => {
    const auction = new TickAuction(2);
    auction.clear(onePeriod([[0.5, 0.25]], [3]), 0, Float64Array.of(0, 100), Float64Array.of(PLENTY, PLENTY));
    expect([...auction.wins]).toEqual([0, 0]);
  });

  it('agrees with the mechanism of the catalogue, ties included', () => {
    const rng = new Rng('tick-auction/gsp');
    const numBidders = 6;
    const values = Array.from({ length: 200 }, () => Array.from({ length: numBidders }, () => rng.int(9) / 8));
    const auction = cleared(values, new Array<number>(200).fill(3));
    const batch = makeAuctionBatch({ maxAuctions: 200, numBidders });
    values.flat().forEach((value, i) => {
      batch.bidsMicros[i] = Math.floor(value * 100);
    });
    const out = makeAllocation(200, 3);
    mechanisms.get('gsp').clear(batch, makeSlots([1, 0.8, 0.6], 'cascade'), out);
    for (let k = 0; k < 200; k++) {
      for (let s = 0; s < 3; s++) {
        const price = out.pricesMicros[k * 3 + s]!;
        // A slot that would be free is unsold here.
        if (price === 0) continue;
        expect(auction.bidders[k * RANKS + s]).toBe(out.winners[k * 3 + s]);
        expect(auction.bidsMicros[k * RANKS + s + 1]).toBe(price);
      }
    }
  });
});

describe('overspend', () => {
  it('gives up the share of wins that cannot be paid, rounded up, and the next in rank moves up', () => {
    // Bidder 0 wins ten opportunities at 50; with 275 left it keeps ⌊10 − 10 · 225/500⌋ = 5 of them.
    const values = Array.from({ length: 10 }, () => [0.75, 0.5, 0.25]);
    const { costMicros, wins } = cleared(values, new Array<number>(10).fill(1), [275, PLENTY, PLENTY]);
    expect(wins[0]).toBe(5);
    expect(costMicros[0]).toBe(250);
    // Where bidder 0 is gone, bidder 1 pays bidder 2's 25.
    expect(costMicros[1]).toBe(5 * 25);
  });

  it('never lets anybody spend more than it has, and totals equal the prices of what was bought', () => {
    const amount = fc.integer({ min: 0, max: 400 });
    const row = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 5, maxLength: 5 });
    const seen = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, seen), { minLength: 1, maxLength: 12 }),
        fc.array(amount, { minLength: 5, maxLength: 5 }),
        (opportunities, remaining) => {
          const values = opportunities.map(([bids]) => bids.map((bid) => bid / 100));
          const shown = opportunities.map(([, slots]) => slots);
          const auction = cleared(values, shown, remaining);
          const again = new Float64Array(5);
          for (let k = 0; k < values.length; k++) {
            for (let s = 0; s < shown[k]!; s++) {
              const winner = auction.bidders[k * RANKS + s]!;
              const price = auction.bidsMicros[k * RANKS + s + 1]!;
              if (winner >= 0 && price > 0) again[winner]! += price;
            }
          }
          expect([...auction.costMicros]).toEqual([...again]);
          for (let a = 0; a < 5; a++) expect(auction.costMicros[a]!).toBeLessThanOrEqual(remaining[a]!);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a bidder with bids of its own', () => {
  it('is treated as one with a multiplier that makes the same bids, overspend included', () => {
    const rng = new Rng('tick-auction/free');
    const values = Array.from({ length: 60 }, () => Array.from({ length: 6 }, () => rng.int(50) / 50));
    const seen = values.map(() => rng.int(4));
    const remaining = Float64Array.of(PLENTY, PLENTY, 200, 300, PLENTY, PLENTY);
    const period = onePeriod(values, seen);
    const linear = new TickAuction(6);
    linear.clear(period, 0, new Float64Array(6).fill(100), remaining);
    const free = new TickAuction(6);
    const bidsMicros = Float64Array.from(values, (_, k) => 100 * period.values[k * 6 + 2]!);
    free.clear(period, 0, Float64Array.of(100, 100, 0, 100, 100, 100), remaining, { seat: 2, bidsMicros });
    expect(free.costMicros).toEqual(linear.costMicros);
    expect(free.bidders).toEqual(linear.bidders);
    expect(free.conversions).toEqual(linear.conversions);
  });
});
