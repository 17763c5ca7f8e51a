import fc from 'fast-check';
import { makeAllocation, makeAuctionBatch } from '../../../src/auction/batch.ts';
import type { Allocation, AuctionBatch, AuctionMechanism, Slots } from '../../../src/auction/mechanism.ts';
import type { Rng } from '../../../src/core/rng.ts';

/** One auction as plain numbers; a bid of −1 is no bid. */
export interface AuctionCase {
  readonly bids: readonly number[];
  readonly quality: readonly number[] | null;
  readonly reserve: number;
  readonly softFloor: number | null;
  readonly exposure: readonly number[];
  readonly model: Slots['model'];
}

/** One slot, no quality, no reserve. */
export function plainCase(bids: readonly number[], more: Partial<AuctionCase> = {}): AuctionCase {
  return { bids, quality: null, reserve: 0, softFloor: null, exposure: [1], model: 'independent', ...more };
}

export function slotsOf(c: AuctionCase): Slots {
  return { exposure: Float64Array.from(c.exposure), model: c.model };
}

/** Cases of equal shape as one batch; quality and soft floor from the first on must be all there or all absent. */
export function batchOf(cases: readonly AuctionCase[], tieBreak: readonly number[] | null = null): AuctionBatch {
  const first = cases[0]!;
  const batch = makeAuctionBatch({
    maxAuctions: cases.length,
    numBidders: first.bids.length,
    quality: first.quality !== null,
    softFloor: first.softFloor !== null,
    ties: tieBreak === null ? 'lowest-index' : 'random',
  });
  for (const [k, c] of cases.entries()) {
    batch.bidsMicros.set(c.bids, k * batch.numBidders);
    if (c.quality !== null) batch.quality?.set(c.quality, k * batch.numBidders);
    batch.reserveMicros[k] = c.reserve;
    if (c.softFloor !== null) batch.softFloorMicros?.set([c.softFloor], k);
  }
  if (tieBreak !== null) batch.tieBreak?.set(tieBreak);
  return batch;
}

/** Winners and prices, slot by slot. */
export interface Outcome {
  readonly winners: readonly number[];
  readonly prices: readonly number[];
}

export function clearCase(
  mechanism: AuctionMechanism,
  c: AuctionCase,
  tieBreak: readonly number[] | null = null,
): Outcome {
  const out: Allocation = makeAllocation(1, c.exposure.length);
  out.winners.fill(99);
  out.pricesMicros.fill(99);
  mechanism.clear(batchOf([c], tieBreak), slotsOf(c), out);
  return { winners: [...out.winners], prices: [...out.pricesMicros] };
}

/** How likely each slot is seen. */
export function seenOf(c: AuctionCase): number[] {
  return c.exposure.map((x, s) => (c.model === 'cascade' ? c.exposure.slice(0, s).reduce((p, y) => p * y, x) : x));
}

/** Number of slots that the mechanism sells of those on the page. */
export function soldSlots(mechanism: AuctionMechanism, c: AuctionCase): number {
  return Math.min(mechanism.maxSlots ?? c.exposure.length, c.exposure.length);
}

/** `[A]` quality where the mechanism ranks by it, else ones. */
export function rankingQuality(mechanism: AuctionMechanism, c: AuctionCase): readonly number[] {
  return mechanism.ranksBy === 'quality' && c.quality !== null ? c.quality : c.bids.map(() => 1);
}

/** Bidders who meet the reserve, best first: by score, then by `tieBreak`, then by index. */
export function rankedBidders(
  mechanism: AuctionMechanism,
  c: AuctionCase,
  tieBreak: readonly number[] | null = null,
): number[] {
  const quality = rankingQuality(mechanism, c);
  const score = (a: number) => c.bids[a]! * quality[a]!;
  return [...c.bids.keys()]
    .filter((a) => c.bids[a]! >= c.reserve)
    .sort((a, b) => score(b) - score(a) || (tieBreak === null ? 0 : tieBreak[b]! - tieBreak[a]!) || a - b);
}

/** A small auction whose amounts are thousands, so that ties are common and a micro is small. */
export function smallCase(rng: Rng): AuctionCase {
  const amount = (n: number) => 1000 * rng.int(n);
  const numBidders = 1 + rng.int(4);
  const reserve = rng.int(2) * amount(5);
  const exposure = [[1], [1, 0.5], [0.8, 0.8], [1, 0.8, 0.6], [0.9, 0.3, 0.1]][rng.int(5)]!;
  return {
    bids: Array.from({ length: numBidders }, () => (rng.int(12) === 0 ? -1 : amount(8))),
    quality: rng.int(2) === 0 ? null : Array.from({ length: numBidders }, () => 2 ** (rng.int(5) - 3)),
    reserve,
    softFloor: rng.int(2) === 0 ? null : reserve + amount(4),
    exposure,
    model: rng.int(2) === 0 ? 'independent' : 'cascade',
  };
}

const micros = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 ** 40 }));
const bidMicros = fc.oneof({ weight: 9, arbitrary: micros }, { weight: 1, arbitrary: fc.constant(-1) });
const quality = fc.oneof(
  fc.constantFrom(0.25, 0.5, 1, 2),
  fc.double({ min: 0.001, max: 4, noNaN: true, noDefaultInfinity: true }),
);

/** Any auction of up to 6 bidders and 4 slots, amounts up to 2^40. */
export const anyCase: fc.Arbitrary<AuctionCase> = fc
  .record({
    seats: fc.array(fc.record({ bid: bidMicros, quality }), { minLength: 1, maxLength: 6 }),
    withQuality: fc.boolean(),
    reserve: fc.oneof(fc.constant(0), micros),
    softFloorAbove: fc.option(micros),
    exposure: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
    model: fc.constantFrom('independent' as const, 'cascade' as const),
  })
  .map(({ seats, withQuality, reserve, softFloorAbove, exposure, model }) => ({
    bids: seats.map((seat) => seat.bid),
    quality: withQuality ? seats.map((seat) => seat.quality) : null,
    reserve,
    softFloor: softFloorAbove === null ? null : reserve + softFloorAbove,
    exposure: exposure.sort((x, y) => y - x),
    model,
  }));
