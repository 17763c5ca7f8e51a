import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuctionMechanism } from '../../src/auction/mechanism.ts';
import { mechanisms } from '../../src/auction/registry.ts';
import { clearOne as clear } from '../src/auction/one-auction.ts';

const micros = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 ** 40 }));
const field = fc.array(fc.oneof({ weight: 9, arbitrary: micros }, { weight: 1, arbitrary: fc.constant(-1) }));

/** What the last bidder gains by bidding `bid` for an impression it values at `value`. */
function gain(
  mechanism: AuctionMechanism,
  others: readonly number[],
  reserve: number,
  value: number,
  bid: number,
): number {
  const out = clear(mechanism, [...others, bid], reserve);
  return out.winner === others.length ? value - out.priceMicros : 0;
}

/** Every auction of up to two rivals with amounts 0 … 4. */
function* smallAuctions(): Generator<{ others: number[]; reserve: number; value: number; deviation: number }> {
  const amounts = [0, 1, 2, 3, 4];
  const fields = [[], ...amounts.map((a) => [a]), ...amounts.flatMap((a) => amounts.map((b) => [a, b]))];
  for (const others of fields)
    for (const reserve of amounts)
      for (const value of amounts) for (const deviation of amounts) yield { others, reserve, value, deviation };
}

function profitableDeviation(mechanism: AuctionMechanism) {
  for (const { others, reserve, value, deviation } of smallAuctions()) {
    const honest = gain(mechanism, others, reserve, value, value);
    if (gain(mechanism, others, reserve, value, deviation) > honest) return { others, reserve, value, deviation };
  }
  return null;
}

describe.each(mechanisms.ids)('auction %s', (id) => {
  const mechanism = mechanisms.get(id);

  it('is won by the lowest index of the highest bids at or above the reserve', () => {
    fc.assert(
      fc.property(field, micros, (bids, reserve) => {
        const highest = Math.max(-1, ...bids.filter((bid) => bid >= reserve));
        expect(clear(mechanism, bids, reserve).winner).toBe(highest < 0 ? -1 : bids.indexOf(highest));
      }),
    );
  });

  it('charges a whole number of micros, at least the reserve, and nothing without a winner', () => {
    fc.assert(
      fc.property(field, micros, (bids, reserve) => {
        const { winner, priceMicros } = clear(mechanism, bids, reserve);
        expect(Number.isInteger(priceMicros)).toBe(true);
        if (winner === -1) expect(priceMicros).toBe(0);
        else expect(priceMicros).toBeGreaterThanOrEqual(reserve);
      }),
    );
  });

  it('leaves the bids alone', () => {
    fc.assert(
      fc.property(field, micros, (bids, reserve) => {
        const given = Float64Array.from(bids);
        clear(mechanism, given, reserve);
        expect([...given]).toEqual(bids);
      }),
    );
  });

  it('charges at most the winning bid where it claims so', () => {
    fc.assert(
      fc.property(field, micros, (bids, reserve) => {
        const { winner, priceMicros } = clear(mechanism, bids, reserve);
        const kept = winner === -1 || priceMicros <= bids[winner]!;
        expect(kept || !mechanism.claims.individuallyRational).toBe(true);
      }),
    );
  });

  it('rewards a deviation from the true value in some small auction unless it claims to be truthful', () => {
    expect(profitableDeviation(mechanism) === null).toBe(mechanism.claims.truthful);
  });

  it('rewards no deviation in any auction where it claims to be truthful', () => {
    fc.assert(
      fc.property(field, micros, micros, micros, (others, reserve, value, deviation) => {
        const honest = gain(mechanism, others, reserve, value, value);
        const kept = gain(mechanism, others, reserve, value, deviation) <= honest;
        expect(kept || !mechanism.claims.truthful).toBe(true);
      }),
    );
  });
});

describe('the suite itself', () => {
  it('catches a second-price auction that charges the winning bid', () => {
    const broken: AuctionMechanism = mechanisms.get('first-price');
    expect(profitableDeviation(broken)).not.toBeNull();
  });
});
