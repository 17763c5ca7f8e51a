import { makeAllocation, makeAuctionBatch } from '../../auction/batch.ts';
import type { Allocation, AuctionBatch } from '../../auction/mechanism.ts';
import type { House } from './house.ts';

/** Buffers for the auctions of one tick, or for a single one: bids, who won, what happened in each slot and what it cost. */
export interface AuctionRoom {
  /** Most auctions that fit. */
  readonly capacity: number;
  readonly batch: AuctionBatch;
  readonly out: Allocation;
  /** `[K, S]` what happened in each slot. */
  readonly events: { readonly exposed: Uint8Array; readonly clicks: Uint8Array; readonly conversions: Uint8Array };
  /** `[K, S]` integer micros. */
  readonly chargesMicros: Float64Array;
  /** `[K]` site of each page; null where reserves are the same on all sites. */
  readonly sites: Int32Array | null;
}

/** Room for `capacity` auctions, at least 1. */
export function makeRoom({ selling, seats }: House, capacity: number): AuctionRoom {
  const numSlots = selling.slots.exposure.length;
  const events = () => new Uint8Array(capacity * numSlots);
  return {
    capacity,
    batch: makeAuctionBatch({
      ...{ maxAuctions: capacity, numBidders: seats.length, quality: selling.byQuality },
      ...{ softFloor: selling.softFloorMicros !== null, ties: selling.randomTies ? 'random' : 'lowest-index' },
    }),
    out: makeAllocation(capacity, numSlots),
    events: { exposed: events(), clicks: events(), conversions: events() },
    chargesMicros: new Float64Array(capacity * numSlots),
    sites: selling.bySite ? new Int32Array(capacity) : null,
  };
}

/** Copies auction k of a tick, its bids included, to a room for one. */
export function copyAuction(from: AuctionBatch, k: number, to: AuctionBatch): void {
  const row = k * from.numBidders;
  for (let a = 0; a < from.numBidders; a++) {
    to.bidsMicros[a] = from.bidsMicros[row + a]!;
    if (to.quality !== null) to.quality[a] = from.quality![row + a]!;
    if (to.tieBreak !== null) to.tieBreak[a] = from.tieBreak![row + a]!;
  }
  to.reserveMicros[0] = from.reserveMicros[k]!;
  if (to.softFloorMicros !== null) to.softFloorMicros[0] = from.softFloorMicros![k]!;
}
