import { SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Allocation, AuctionBatch } from './mechanism.ts';

/** What {@link makeAuctionBatch} makes room for. */
export interface AuctionBatchSize {
  /** Most auctions that will be cleared at once. */
  readonly maxAuctions: number;
  readonly numBidders: number;
  /** Whether bids come with a quality; no by default. */
  readonly quality?: boolean;
  /** Whether auctions have soft floors; no by default. */
  readonly softFloor?: boolean;
  /** Lowest index by default. */
  readonly ties?: AuctionBatch['ties'];
}

/**
 * A batch of auctions without bids: every bid NaN, quality 1, reserve and soft floor 0. `numAuctions` begins at the most.
 *
 * @param where What is being set up, in words; named in errors.
 * @throws SimError `CONFIG_INVALID` without auctions or bidders.
 */
export function makeAuctionBatch(size: AuctionBatchSize, where = 'auctions'): AuctionBatch {
  const { maxAuctions, numBidders, quality = false, softFloor = false, ties = 'lowest-index' } = size;
  checkCount(`${where}: numBidders`, numBidders, 'seat at least one bidder');
  checkCount(`${where}: maxAuctions`, maxAuctions, 'make room for at least one auction');
  const entries = maxAuctions * numBidders;
  return {
    numAuctions: maxAuctions,
    numBidders,
    bidsMicros: new Float64Array(entries).fill(Number.NaN),
    quality: quality ? new Float64Array(entries).fill(1) : null,
    reserveMicros: new Float64Array(maxAuctions),
    softFloorMicros: softFloor ? new Float64Array(maxAuctions) : null,
    ties,
    tieBreak: ties === 'random' ? new Float64Array(entries) : null,
  };
}

/**
 * Room for the outcome of `maxAuctions` auctions of `numSlots` slots, all empty.
 *
 * @throws SimError `CONFIG_INVALID` without auctions or slots.
 */
export function makeAllocation(maxAuctions: number, numSlots: number): Allocation {
  checkCount('allocation: maxAuctions', maxAuctions, 'make room for at least one auction');
  checkCount('allocation: numSlots', numSlots, 'offer at least one slot');
  return {
    winners: new Int32Array(maxAuctions * numSlots).fill(-1),
    pricesMicros: new Float64Array(maxAuctions * numSlots),
  };
}

/** Draws the numbers that decide ties in the auctions in use; nothing where the lowest index wins. */
export function drawTieBreak(batch: AuctionBatch, rng: Rng): void {
  if (batch.tieBreak === null) return;
  for (let i = 0; i < batch.numAuctions * batch.numBidders; i++) batch.tieBreak[i] = rng.double();
}

/**
 * Checks a batch that others filled. Mechanisms trust their batch: check once where bids or reserves come from outside.
 *
 * @param where What is being checked, in words; named in errors.
 * @throws SimError `CONFIG_INVALID` without bidders or where random ties have no numbers, `SHAPE_MISMATCH` for a buffer that is
 * too short, `VALUE_OUT_OF_RANGE` for an amount that is no whole number of micros, a reserve below 0, a soft floor below the
 * reserve or a quality that is not above 0.
 */
export function checkAuctionBatch(batch: AuctionBatch, where = 'auctions'): void {
  checkCount(`${where}: numBidders`, batch.numBidders, 'seat at least one bidder');
  if (batch.ties === 'random' && batch.tieBreak === null) {
    throw new SimError(
      'CONFIG_INVALID',
      `${where}: tieBreak must hold uniform numbers where ties are random, received null; draw them with drawTieBreak`,
    );
  }
  checkShapes(batch, where);
  for (let k = 0; k < batch.numAuctions; k++) checkFloors(batch, k, where);
  for (let i = 0; i < batch.numAuctions * batch.numBidders; i++) checkBid(batch, i, where);
}

function checkShapes(batch: AuctionBatch, where: string): void {
  const { numAuctions, numBidders } = batch;
  const needs: readonly [string, Float64Array | null, number][] = [
    ['bidsMicros', batch.bidsMicros, numAuctions * numBidders],
    ['quality', batch.quality, numAuctions * numBidders],
    ['tieBreak', batch.tieBreak, numAuctions * numBidders],
    ['reserveMicros', batch.reserveMicros, numAuctions],
    ['softFloorMicros', batch.softFloorMicros, numAuctions],
  ];
  for (const [name, buffer, length] of needs) {
    if (buffer !== null && buffer.length < length) {
      throw new SimError(
        'SHAPE_MISMATCH',
        `${where}: ${name} must hold at least ${length} numbers for ${numAuctions} auctions of ${numBidders} bidders, received ${buffer.length}; allocate it by makeAuctionBatch`,
      );
    }
  }
}

function checkFloors(batch: AuctionBatch, k: number, where: string): void {
  const reserve = batch.reserveMicros[k]!;
  if (!(Number.isSafeInteger(reserve) && reserve >= 0)) {
    throw outOfRange(
      `${where}: reserve of auction ${k}`,
      'a whole number >= 0 [micros]',
      reserve,
      'use 0 for no reserve',
    );
  }
  const softFloor = batch.softFloorMicros === null ? reserve : batch.softFloorMicros[k]!;
  if (!(Number.isSafeInteger(softFloor) && softFloor >= reserve)) {
    const expected = `a whole number >= the reserve of ${reserve} [micros]`;
    throw outOfRange(`${where}: soft floor of auction ${k}`, expected, softFloor, 'raise it to the reserve');
  }
}

function checkBid(batch: AuctionBatch, i: number, where: string): void {
  const { numBidders } = batch;
  const bid = batch.bidsMicros[i]!;
  const place = `of bidder ${i % numBidders} in auction ${Math.floor(i / numBidders)}`;
  if (bid >= 0 && !Number.isSafeInteger(bid)) {
    throw outOfRange(`${where}: bid ${place}`, 'a whole number [micros]', bid, 'round it down, or use NaN for no bid');
  }
  const quality = batch.quality === null ? 1 : batch.quality[i]!;
  if (!(quality > 0 && quality < Number.POSITIVE_INFINITY)) {
    throw outOfRange(
      `${where}: quality ${place}`,
      'a number > 0 [billed events per exposure]',
      quality,
      'use NaN as the bid of who must not take part',
    );
  }
}

function checkCount(what: string, count: number, remedy: string): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new SimError('CONFIG_INVALID', `${what} must be a whole number >= 1, received ${count}; ${remedy}`);
}

function outOfRange(what: string, expected: string, received: number, remedy: string): SimError {
  return new SimError('VALUE_OUT_OF_RANGE', `${what} must be ${expected}, received ${received}; ${remedy}`);
}
