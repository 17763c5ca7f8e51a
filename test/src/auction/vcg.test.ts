import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gsp } from '../../../src/auction/gsp.ts';
import { gspQuality } from '../../../src/auction/gsp-quality.ts';
import { secondPrice } from '../../../src/auction/second-price.ts';
import { vcg } from '../../../src/auction/vcg.ts';
import { Rng } from '../../../src/core/rng.ts';
import { type AuctionCase, anyCase, clearCase, plainCase, seenOf } from './auction-case.ts';
import { bestAssignment } from './claims.ts';

/** Up to 6 bidders on up to 4 slots. */
function randomCase(rng: Rng): AuctionCase {
  const numBidders = 1 + rng.int(6);
  return {
    bids: Array.from({ length: numBidders }, () => rng.int(2_000_000)),
    quality: rng.int(2) === 0 ? null : Array.from({ length: numBidders }, () => rng.uniform(0.001, 0.2)),
    reserve: rng.int(2) * rng.int(1_000_000),
    softFloor: null,
    exposure: Array.from({ length: 1 + rng.int(4) }, () => rng.uniform(0.05, 1)).sort((x, y) => y - x),
    model: rng.int(2) === 0 ? 'independent' : 'cascade',
  };
}

/**
 * What bidder a's presence costs everybody else, by trying every assignment with and without it. The seller keeps a slot for
 * itself rather than sell it for less than the reserve would bring from a.
 */
function externality(c: AuctionCase, a: number): number {
  const seen = seenOf(c);
  const quality = (b: number) => c.quality?.[b] ?? 1;
  const eligible = [...c.bids.keys()].filter((b) => c.bids[b]! >= c.reserve);
  const weight = (b: number) => c.bids[b]! * quality(b);
  const kept = c.reserve * quality(a);
  const without = bestAssignment(eligible.filter((b) => b !== a).map(weight), seen, kept);
  const { winners } = clearCase(vcg, c);
  // With a in its slot, the others and the seller share what is left as well as they can.
  const left = seen.filter((_, s) => winners[s] !== a);
  return without - bestAssignment(eligible.filter((b) => b !== a).map(weight), left, kept);
}

describe('vcg', () => {
  it('charges the externality per billed event that trying every assignment finds, rounded down', () => {
    const rng = new Rng('externality');
    let numWinners = 0;
    for (let i = 0; i < 300; i++) {
      const c = randomCase(rng);
      const seen = seenOf(c);
      const { winners, prices } = clearCase(vcg, c);
      winners.forEach((a, s) => {
        if (a === -1) return;
        numWinners++;
        const exact = externality(c, a) / (seen[s]! * (c.quality?.[a] ?? 1));
        expect(prices[s]).toBeGreaterThan(exact - 1 - 1e-6);
        expect(prices[s]).toBeLessThanOrEqual(exact + 1e-6);
      });
    }
    expect(numWinners).toBeGreaterThan(300);
  });

  it('charges what the slots below lose: bids 10, 4, 2 on slots seen 1 and ½', () => {
    // Slot 0: ½ · 4 + ½ · 2 = 3 an exposure; slot 1: ½ · 2 an exposure of ½, 2 each.
    expect(clearCase(vcg, plainCase([10, 4, 2], { exposure: [1, 0.5] }))).toEqual({ winners: [0, 1], prices: [3, 2] });
  });

  it('multiplies exposure down the page under cascade', () => {
    // Slots are seen 1, ½, ¼. Slot 0: ½ · 8 + ¼ · 4 + ¼ · 0 = 5; slot 1: (¼ · 4 + ¼ · 0) / ½ = 2; slot 2: 0.
    const c = plainCase([16, 8, 4], { exposure: [1, 0.5, 0.5], model: 'cascade' });
    expect(clearCase(vcg, c).prices).toEqual([5, 2, 0]);
  });

  it('charges a lone bidder the reserve in every slot', () => {
    expect(clearCase(vcg, plainCase([10], { exposure: [1, 0.7, 0.3], reserve: 4 })).prices).toEqual([4, 0, 0]);
  });

  it('is the second-price auction on a page of one slot without quality', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const c = { ...given, quality: null, exposure: given.exposure.slice(0, 1) };
        expect(clearCase(vcg, c)).toEqual(clearCase(secondPrice, c));
      }),
    );
  });

  it('earns at most what GSP earns at the same bids, slot by slot', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        const below = (mechanism: typeof gsp, auction: AuctionCase) => {
          const { winners, prices } = clearCase(mechanism, auction);
          const own = clearCase(vcg, auction);
          expect(own.winners).toEqual(winners);
          own.prices.forEach((price, s) => {
            expect(price).toBeLessThanOrEqual(prices[s]!);
          });
        };
        below(gspQuality, c);
        below(gsp, { ...c, quality: null });
      }),
    );
  });
});
