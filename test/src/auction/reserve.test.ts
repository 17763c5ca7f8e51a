import { describe, expect, it } from 'vitest';
import { BidHistogram } from '../../../src/auction/bid-histogram.ts';
import type { AuctionBatch } from '../../../src/auction/mechanism.ts';
import { makeReserve, reserveSchema } from '../../../src/auction/reserve.ts';
import { Rng } from '../../../src/core/rng.ts';
import { batchOf, plainCase } from './auction-case.ts';

const UNIT = 1_000_000;

function reserves(strategy: ReturnType<typeof makeReserve>, segments: number[] | null, numAuctions = 2): number[] {
  const out = new Float64Array(numAuctions);
  strategy.fill(numAuctions, segments === null ? null : Int32Array.from(segments), out);
  return [...out];
}

/** Auctions of two bidders who draw their bids alike. */
function bidsDrawn(numAuctions: number, draw: (rng: Rng) => number): AuctionBatch {
  const rng = new Rng('reserve');
  const bid = () => Math.floor(draw(rng));
  return batchOf(Array.from({ length: numAuctions }, () => plainCase([bid(), bid()])));
}

describe('static and per-segment reserves', () => {
  it('are what the settings say', () => {
    expect(reserves(makeReserve({ kind: 'static', micros: 7 }), null)).toEqual([7, 7]);
    expect(reserves(makeReserve({ kind: 'static', micros: 7 }, 3), [2, 0])).toEqual([7, 7]);
    expect(reserves(makeReserve({ kind: 'per-segment', micros: [1, 2, 3] }, 3), [2, 0])).toEqual([3, 1]);
  });

  it('do not learn', () => {
    const strategy = makeReserve({ kind: 'static', micros: 7 });
    strategy.observe(
      bidsDrawn(10, () => UNIT),
      null,
    );
    expect(reserves(strategy, null)).toEqual([7, 7]);
  });

  it('refuse a list of another length than the segments, and a segment that does not exist', () => {
    expect(() => makeReserve({ kind: 'per-segment', micros: [1, 2] }, 3, 'house.reserve')).toThrow(
      /CONFIG_INVALID: house.reserve.micros: expected one reserve for each of 3 segments, received 2; list one per segment/,
    );
    const strategy = makeReserve({ kind: 'per-segment', micros: [1, 2] }, 2);
    expect(() => reserves(strategy, [0, 2])).toThrow(/segment of auction 1 must be in 0 … 1, received 2; make/);
  });
});

describe('revenue-maximising reserves', () => {
  const settings = reserveSchema.parse({ kind: 'revenue-maximising', initialMicros: 9 });

  it('find the optimum of Myerson: half the top of uniform bids', () => {
    const strategy = makeReserve(settings);
    expect(reserves(strategy, null, 1)).toEqual([9]);
    strategy.observe(
      bidsDrawn(20_000, (rng) => rng.uniform(0, UNIT)),
      null,
    );
    expect(Math.abs(reserves(strategy, null, 1)[0]! / UNIT - 0.5)).toBeLessThan(0.05);
  });

  it('find the optimum of Myerson: the mean of exponential bids', () => {
    const strategy = makeReserve(settings);
    strategy.observe(
      bidsDrawn(20_000, (rng) => -Math.log(1 - rng.double()) * UNIT),
      null,
    );
    expect(Math.abs(reserves(strategy, null, 1)[0]! / UNIT - 1)).toBeLessThan(0.15);
  });

  it('learn each segment by itself and forget old bids', () => {
    const strategy = makeReserve(reserveSchema.parse({ kind: 'revenue-maximising', halfLife: 10 }), 2);
    const cheap = bidsDrawn(100, () => UNIT);
    const dear = bidsDrawn(100, () => 8 * UNIT);
    const all = (segment: number) => new Int32Array(100).fill(segment);
    strategy.observe(cheap, all(0));
    strategy.observe(dear, all(1));
    const near = (micros: number, target: number) => micros <= target && micros > target * 0.99;
    const [first, second] = reserves(strategy, [0, 1]);
    expect([near(first!, UNIT), near(second!, 8 * UNIT)]).toEqual([true, true]);
    strategy.observe(cheap, all(1));
    expect(near(reserves(strategy, [0, 1])[1]!, UNIT)).toBe(true);
  });
});

describe('quantile reserves', () => {
  it('leave the given share of auctions unsold', () => {
    const strategy = makeReserve(reserveSchema.parse({ kind: 'quantile', quantile: 0.25 }));
    strategy.observe(
      bidsDrawn(20_000, (rng) => rng.uniform(0, UNIT)),
      null,
    );
    // The higher of two uniform bids is below x with probability x²: the quartile is ½.
    expect(Math.abs(reserves(strategy, null, 1)[0]! / UNIT - 0.5)).toBeLessThan(0.02);
  });

  it('stay within their bounds, from the start', () => {
    const bounds = { initialMicros: 1, minMicros: 50, maxMicros: 60 };
    const strategy = makeReserve(reserveSchema.parse({ kind: 'quantile', quantile: 0.5, ...bounds }));
    expect(reserves(strategy, null, 1)).toEqual([50]);
    strategy.observe(
      bidsDrawn(10, () => UNIT),
      null,
    );
    expect(reserves(strategy, null, 1)).toEqual([60]);
  });

  it('stay where they are while nobody bids', () => {
    const strategy = makeReserve(reserveSchema.parse({ kind: 'quantile', initialMicros: 5 }));
    strategy.observe(batchOf([plainCase([-1]), plainCase([0])]), null);
    expect(reserves(strategy, null, 1)).toEqual([5]);
  });

  it('refuse bounds that cross', () => {
    const settings = reserveSchema.parse({ kind: 'quantile', minMicros: 3, maxMicros: 2 });
    expect(() => makeReserve(settings)).toThrow(
      /reserve.minMicros: expected at most maxMicros 2.*received 3; lower it/,
    );
  });

  it.each([{ quantile: 0 }, { quantile: 1 }, { halfLife: 0.5 }, { initialMicros: -1 }, { micros: 3 }])(
    'refuse the settings %o',
    (settings) => {
      expect(reserveSchema.safeParse({ kind: 'quantile', ...settings }).success).toBe(false);
    },
  );
});

describe('BidHistogram', () => {
  it('weighs amounts the same after its weights were scaled back', () => {
    const bids = new BidHistogram(1);
    for (let i = 0; i < 2000; i++) {
      bids.add(i < 1990 ? 100 : 200);
      bids.age();
    }
    expect(bids.quantile(0.5)).toBeGreaterThan(198);
    // Ten half-lives leave a thousandth of the weight below.
    expect(bids.quantile(0.0005)).toBeLessThan(101);
    expect(bids.quantile(0.002)).toBeGreaterThan(198);
  });

  it('knows nothing before its first amount', () => {
    const bids = new BidHistogram(10);
    expect([bids.quantile(0.5), bids.revenueMaximising()]).toEqual([Number.NaN, Number.NaN]);
  });
});
