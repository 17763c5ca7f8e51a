import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawTieBreak, makeAllocation, makeAuctionBatch } from '../../src/auction/batch.ts';
import type { AuctionMechanism, MechanismClaims } from '../../src/auction/mechanism.ts';
import { mechanisms } from '../../src/auction/registry.ts';
import { Rng } from '../../src/core/rng.ts';
import {
  type AuctionCase,
  anyCase,
  batchOf,
  clearCase,
  plainCase,
  rankedBidders,
  rankingQuality,
  slotsOf,
  smallCase,
  soldSlots,
} from '../src/auction/auction-case.ts';
import { brokenRule, violations } from '../src/auction/claims.ts';

const rng = new Rng('auction conformance');
const smallCases: readonly AuctionCase[] = Array.from({ length: 700 }, () => smallCase(rng));
const claimIds = Object.keys(violations) as (keyof MechanismClaims)[];

/** The first violation of a claim among the small auctions. */
function counterexample(mechanism: AuctionMechanism, claim: keyof MechanismClaims): object | null {
  for (const c of smallCases) {
    const violation = violations[claim](mechanism, c);
    if (violation !== null) return violation;
  }
  return null;
}

function hasTies(mechanism: AuctionMechanism, c: AuctionCase): boolean {
  const quality = rankingQuality(mechanism, c);
  const scores = c.bids.map((bid, a) => bid * quality[a]!);
  return new Set(scores).size < scores.length;
}

describe.each(mechanisms.ids)('auction %s', (id) => {
  const mechanism = mechanisms.get(id);

  it('gives slots in order of rank to those who meet the reserve, at whole prices from the reserve to the bid', () => {
    fc.assert(fc.property(anyCase, (c) => brokenRule(mechanism, c) === null));
    expect(smallCases.filter((c) => brokenRule(mechanism, c) !== null)).toEqual([]);
  });

  it('gives equal bids their slots by the tie-break numbers where ties are random', () => {
    const withTieBreak = anyCase.chain((c) =>
      fc.tuple(
        fc.constant({ ...c, bids: c.bids.map((bid) => bid % 3) }),
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: c.bids.length, maxLength: c.bids.length }),
      ),
    );
    fc.assert(
      fc.property(withTieBreak, ([c, numbers]) => {
        const tieBreak = numbers.map((x) => x / 100);
        const expected = rankedBidders(mechanism, c, tieBreak).slice(0, soldSlots(mechanism, c));
        expect(clearCase(mechanism, c, tieBreak).winners.filter((a) => a !== -1)).toEqual(expected);
      }),
    );
  });

  it('gives every one of four equal bidders each slot equally often where ties are random', () => {
    const numAuctions = 4000;
    const batch = makeAuctionBatch({ maxAuctions: numAuctions, numBidders: 5, ties: 'random' });
    batch.bidsMicros.set(Array.from({ length: numAuctions }, () => [7, 7, 3, 7, 7]).flat());
    drawTieBreak(batch, new Rng('uniform ties'));
    const out = makeAllocation(numAuctions, 2);
    mechanism.clear(batch, { exposure: Float64Array.of(1, 0.5), model: 'independent' }, out);
    for (let s = 0; s < (mechanism.maxSlots ?? 2); s++) {
      const wins = [0, 0, 0, 0, 0];
      for (let k = 0; k < numAuctions; k++) wins[out.winners[k * 2 + s]!]!++;
      const expected = numAuctions / 4;
      const chiSquare = [0, 1, 3, 4].reduce((sum, a) => sum + (wins[a]! - expected) ** 2 / expected, 0);
      expect(wins[2]).toBe(0);
      expect(chiSquare).toBeLessThan(16.27); // 99.9 % of χ² with 3 degrees of freedom
    }
  });

  it('does not care in which seats bidders sit unless they tie', () => {
    const permuted = anyCase
      .filter((c) => !hasTies(mechanism, c))
      .chain((c) => fc.tuple(fc.constant(c), fc.shuffledSubarray([...c.bids.keys()], { minLength: c.bids.length })));
    fc.assert(
      fc.property(permuted, ([c, seats]) => {
        const moved = {
          ...c,
          bids: seats.map((a) => c.bids[a]!),
          quality: c.quality && seats.map((a) => c.quality![a]!),
        };
        const before = clearCase(mechanism, c);
        const after = clearCase(mechanism, moved);
        expect(after.winners.map((a) => (a === -1 ? -1 : seats[a]))).toEqual(before.winners);
        expect(after.prices).toEqual(before.prices);
      }),
    );
  });

  it('clears K auctions as it clears each alone, and writes nothing beyond them', () => {
    const many = anyCase.chain((c) =>
      fc.array(
        anyCase.map((other) => ({
          ...c,
          reserve: other.reserve,
          softFloor: c.softFloor === null ? null : other.reserve + c.softFloor,
          bids: c.bids.map((bid, a) => other.bids[a] ?? bid),
        })),
        { minLength: 2, maxLength: 5 },
      ),
    );
    fc.assert(
      fc.property(many, fc.boolean(), (cases, random) => {
        const numSlots = cases[0]!.exposure.length;
        const numBidders = cases[0]!.bids.length;
        const tieBreak = random
          ? Array.from({ length: cases.length * numBidders }, (_, i) => ((i * 37) % 101) / 101)
          : null;
        const batch = batchOf(cases, tieBreak);
        const numInUse = cases.length - 1;
        batch.numAuctions = numInUse;
        const out = makeAllocation(cases.length, numSlots);
        out.winners.fill(77);
        mechanism.clear(batch, slotsOf(cases[0]!), out);
        for (const [k, c] of cases.slice(0, numInUse).entries()) {
          const own = tieBreak?.slice(k * numBidders, (k + 1) * numBidders);
          const alone = clearCase(mechanism, c, own);
          expect([...out.winners.subarray(k * numSlots, (k + 1) * numSlots)]).toEqual(alone.winners);
          expect([...out.pricesMicros.subarray(k * numSlots, (k + 1) * numSlots)]).toEqual(alone.prices);
        }
        expect([...out.winners.subarray(numInUse * numSlots)]).toEqual(Array.from({ length: numSlots }, () => 77));
      }),
    );
  });

  it('leaves its input alone and takes NaN and negative numbers for no bid', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        const batch = batchOf([c]);
        batch.bidsMicros.forEach((bid, i) => {
          if (bid < 0 && i % 2 === 0) batch.bidsMicros[i] = Number.NaN;
        });
        const given = structuredClone(batch);
        const out = makeAllocation(1, c.exposure.length);
        mechanism.clear(batch, slotsOf(c), out);
        expect(batch).toEqual(given);
        expect([...out.winners]).toEqual(clearCase(mechanism, c).winners);
      }),
    );
  });

  it('sells nothing without bids, and at the reserve to a lone bidder unless it pays its bid', () => {
    expect(clearCase(mechanism, plainCase([-1, -1]))).toEqual({ winners: [-1], prices: [0] });
    const { winners, prices } = clearCase(mechanism, plainCase([9], { reserve: 4 }));
    expect(winners).toEqual([0]);
    expect([4, 9]).toContain(prices[0]);
  });

  it.each(claimIds)(
    'keeps its word on %s: a claim that is made holds, one that is not made fails somewhere',
    (claim) => {
      expect(counterexample(mechanism, claim) === null).toBe(mechanism.claims[claim]);
      if (!mechanism.claims[claim]) return;
      fc.assert(fc.property(anyCase, (c) => violations[claim](mechanism, c) === null));
    },
  );
});

describe('the suite itself', () => {
  const secondPrice = mechanisms.get('second-price');

  /** The second-price auction with another price or winner. */
  function broken(change: (outcome: { winner: number; price: number }, c: { reserve: number; own: number }) => object) {
    const mechanism: AuctionMechanism = {
      ...secondPrice,
      clear(batch, slots, out) {
        secondPrice.clear(batch, slots, out);
        for (let k = 0; k < batch.numAuctions; k++) {
          const i = k * slots.exposure.length;
          const before = { winner: out.winners[i]!, price: out.pricesMicros[i]! };
          const own = batch.bidsMicros[k * batch.numBidders + before.winner] ?? 0;
          const after = { ...before, ...change(before, { reserve: batch.reserveMicros[k]!, own }) };
          out.winners[i] = after.winner;
          out.pricesMicros[i] = after.price;
        }
      },
    };
    return mechanism;
  }
  const onSale = (price: number) => (outcome: { winner: number }) => (outcome.winner === -1 ? {} : { price });

  const faults: readonly [string, keyof MechanismClaims, AuctionMechanism][] = [
    ['a winner that pays its own bid', 'truthful', broken((o, { own }) => onSale(own)(o))],
    ['a price one above the bid', 'individuallyRational', broken((o, { own }) => onSale(own + 1)(o))],
    ['a rebate of the reserve', 'priceMonotoneInReserve', broken((o, { reserve }) => onSale(o.price - reserve)(o))],
    ['a page left unsold', 'efficientAtBids', broken(() => ({ winner: -1, price: 0 }))],
    ['half the price', 'envyFreeAtBids', broken((o) => onSale(Math.floor(o.price / 2))(o))],
    ['half the price', 'revenueAtLeastVcg', broken((o) => onSale(Math.floor(o.price / 2))(o))],
  ];

  it.each(faults)('catches %s by the claim %s', (_fault, claim, mechanism) => {
    expect(counterexample(mechanism, claim)).not.toBeNull();
  });

  it.each([
    ['a charge without a sale', broken(() => ({ winner: -1, price: 5 }))],
    ['a part of a micro', broken((o) => onSale(o.price + 0.5)(o))],
    ['the first seat always winning', broken((o) => (o.winner === -1 ? {} : { winner: 0 }))],
  ])('catches %s by the rules for every mechanism', (_fault, mechanism) => {
    expect(smallCases.some((c) => brokenRule(mechanism, c) !== null)).toBe(true);
  });
});
