import { describe, expect, it } from 'vitest';
import { checkAuctionBatch, drawTieBreak, makeAllocation, makeAuctionBatch } from '../../../src/auction/batch.ts';
import type { AuctionBatch } from '../../../src/auction/mechanism.ts';
import { Rng } from '../../../src/core/rng.ts';

describe('makeAuctionBatch', () => {
  it('makes room for what is asked for, without a bid', () => {
    const batch = makeAuctionBatch({ maxAuctions: 2, numBidders: 3, quality: true, softFloor: true, ties: 'random' });
    expect([...batch.bidsMicros]).toEqual(Array.from({ length: 6 }, () => Number.NaN));
    expect([...batch.quality!]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([batch.reserveMicros.length, batch.softFloorMicros!.length, batch.tieBreak!.length]).toEqual([2, 2, 6]);
    expect(() => checkAuctionBatch(batch)).not.toThrow();
  });

  it('has no quality, soft floor or tie-break numbers unless asked', () => {
    const batch = makeAuctionBatch({ maxAuctions: 1, numBidders: 1 });
    expect([batch.quality, batch.softFloorMicros, batch.tieBreak, batch.ties]).toEqual([
      null,
      null,
      null,
      'lowest-index',
    ]);
  });

  it('refuses a market without bidders or auctions', () => {
    expect(() => makeAuctionBatch({ maxAuctions: 1, numBidders: 0 }, 'house')).toThrow(
      /CONFIG_INVALID: house: numBidders must be a whole number >= 1, received 0; seat at least one bidder/,
    );
    expect(() => makeAuctionBatch({ maxAuctions: 1.5, numBidders: 2 })).toThrow(/maxAuctions.*received 1.5/);
  });
});

describe('makeAllocation', () => {
  it('begins with every slot empty', () => {
    expect(makeAllocation(2, 2)).toEqual({ winners: Int32Array.of(-1, -1, -1, -1), pricesMicros: new Float64Array(4) });
  });

  it('refuses a page without slots', () => {
    expect(() => makeAllocation(2, 0)).toThrow(/allocation: numSlots.*received 0; offer at least one slot/);
  });
});

describe('drawTieBreak', () => {
  it('draws one number for each bid in use, and none where the lowest index wins', () => {
    const random = makeAuctionBatch({ maxAuctions: 2, numBidders: 2, ties: 'random' });
    random.numAuctions = 1;
    drawTieBreak(random, new Rng('ties'));
    expect([...random.tieBreak!].map((x) => x > 0)).toEqual([true, true, false, false]);
    const rng = new Rng('ties');
    drawTieBreak(makeAuctionBatch({ maxAuctions: 2, numBidders: 2 }), rng);
    expect(rng.next()).toBe(new Rng('ties').next());
  });
});

describe('checkAuctionBatch', () => {
  const sound = makeAuctionBatch({ maxAuctions: 2, numBidders: 2, quality: true, softFloor: true });
  const faults: readonly [string, Partial<AuctionBatch>, RegExp][] = [
    ['no bidders', { numBidders: 0 }, /CONFIG_INVALID: house: numBidders.*received 0; seat/],
    ['random ties without numbers', { ties: 'random' }, /CONFIG_INVALID: house: tieBreak.*drawTieBreak/],
    [
      'too few bids',
      { bidsMicros: new Float64Array(3) },
      /SHAPE_MISMATCH: house: bidsMicros must hold at least 4 .*received 3; allocate it by makeAuctionBatch/,
    ],
    [
      'a negative reserve',
      { reserveMicros: Float64Array.of(0, -1) },
      /VALUE_OUT_OF_RANGE: house: reserve of auction 1.*received -1; use 0 for no reserve/,
    ],
    ['a reserve of NaN', { reserveMicros: Float64Array.of(Number.NaN, 0) }, /reserve of auction 0.*received NaN/],
    [
      'a soft floor below the reserve',
      { reserveMicros: Float64Array.of(5, 5), softFloorMicros: Float64Array.of(5, 4) },
      /soft floor of auction 1 must be a whole number >= the reserve of 5.*received 4; raise it to the reserve/,
    ],
    [
      'a part of a micro',
      { bidsMicros: Float64Array.of(1, 1, 1, 0.5) },
      /bid of bidder 1 in auction 1 must be a whole number \[micros\], received 0.5; round it down/,
    ],
    [
      'an endless bid',
      { bidsMicros: Float64Array.of(Number.POSITIVE_INFINITY, 1, 1, 1) },
      /bid of bidder 0 in auction 0.*received Infinity/,
    ],
    [
      'no quality',
      { quality: Float64Array.of(1, 1, 0, 1) },
      /quality of bidder 0 in auction 1 must be a number > 0.*received 0; use NaN as the bid/,
    ],
  ];

  it.each(faults)('refuses %s with place and remedy', (_fault, change, message) => {
    expect(() => checkAuctionBatch({ ...sound, ...change }, 'house')).toThrow(message);
  });

  it('takes NaN and negative numbers for no bid', () => {
    expect(() => checkAuctionBatch({ ...sound, bidsMicros: Float64Array.of(-1, Number.NaN, 3, 0) })).not.toThrow();
  });
});
