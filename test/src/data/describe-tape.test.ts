import { describe, expect, it } from 'vitest';
import { describeTape, supportWarnings } from '../../../src/data/describe-tape.ts';
import { allocateTape, type TapeMeta } from '../../../src/data/tape.ts';

const META: TapeMeta = {
  name: 'Probe',
  origin: 'log',
  currency: 'EUR',
  priceUnit: { name: 'CPM', micros: 1000 },
  clock: 'seconds',
  lostPrices: 'known',
  pricing: 'second-price',
  ties: 'lose',
  minBidMicros: 0,
  bidQuantumMicros: 1,
  maxBidMicros: null,
  valueUnit: 'expected clicks',
  segments: ['tv', 'phone'],
};

function probe(meta: TapeMeta) {
  const tape = allocateTape(meta, 4, true);
  tape.timeSeconds.set([80_000, 86_400, 90_000, 172_799]);
  tape.value.set([0.1, 0.2, 0.3, 0.4]);
  tape.marketPriceMicros.set([1000, 2000, 6000, 9001]);
  tape.floorMicros.set([0, 10, 0, 0]);
  tape.click.set([1, 0, 1, 0]);
  tape.conversion.set([1, 0, 0, 0]);
  tape.segment.set([0, 1, 1, 1]);
  tape.loggedBidMicros!.set([Number.NaN, 1, 2, 3]);
  return tape;
}

describe('describeTape', () => {
  it('counts rows, days, clicks and segments and takes means in people’s units', () => {
    expect(describeTape(probe(META))).toEqual({
      name: 'Probe',
      rows: 4,
      days: 2,
      currency: 'EUR',
      valueUnit: 'expected clicks',
      meanPriceCpm: 4.50025,
      largestPriceCpm: 9.001,
      meanValue: 0.25,
      clicks: 2,
      clickRate: 0.5,
      conversions: 1,
      conversionsPerClick: 0.5,
      floors: 1,
      loggedBids: 3,
      unknownPrices: 0,
      segments: [
        { name: 'tv', rows: 1, clicks: 1 },
        { name: 'phone', rows: 3, clicks: 1 },
      ],
    });
  });

  it('leaves unknown prices out of the mean', () => {
    const tape = probe({
      ...META,
      clock: 'order',
      lostPrices: 'won-only',
      support: { largestMicros: 9000, lostAuctions: 1 },
    });
    expect(describeTape(tape)).toMatchObject({ days: null, meanPriceCpm: 3, largestPriceCpm: 6, unknownPrices: 1 });
  });

  it('has no means of an empty tape', () => {
    expect(describeTape(allocateTape(META, 0))).toMatchObject({
      rows: 0,
      days: null,
      meanValue: null,
      clickRate: null,
    });
  });
});

describe('supportWarnings', () => {
  it('are silent where every price is known', () => {
    expect(supportWarnings(probe(META))).toEqual([]);
  });

  it('name the largest price of the log where only won auctions have prices', () => {
    const wonOnly = { ...META, lostPrices: 'won-only' as const };
    expect(supportWarnings(probe({ ...wonOnly, support: { largestMicros: 9000, lostAuctions: 1 } }))).toEqual([
      'The prices of 1 lost auctions (25.0 %) are unknown: they count as lost to every bid up to 9 EUR CPM, the largest price or ' +
        'bid in the log, and what bids above it would have met is a guess.',
    ]);
    expect(supportWarnings(probe({ ...wonOnly, support: { largestMicros: 9500, lostAuctions: 0 } }))).toEqual([
      expect.stringMatching(/only auctions that its bidder won.* bids above 9\.5 EUR CPM.* never tried/),
    ]);
  });
});
