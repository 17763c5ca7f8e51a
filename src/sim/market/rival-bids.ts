import type { AuctionBatch } from '../../auction/mechanism.ts';

/** What one seat would have had to beat in each opportunity, in money for an impression that is seen; integer micros. */
export interface RivalBids {
  readonly seat: number;
  /** Highest bid of all other seats; 0 where there is none. */
  readonly highestMicros: number[];
  readonly floorMicros: number[];
}

/**
 * Writes down the competition in auction k of a tick.
 *
 * Where another event than the impression is billed, amounts are what the seat expects to pay for an impression: a bid for a
 * click is weighed by the click rate that the seat expects of itself, times the rival's true rate over its own where bidders are
 * ranked by bid times rate.
 *
 * @param events Billed events that the seat expects of an impression.
 */
export function noteRivalBids(into: RivalBids, batch: AuctionBatch, k: number, events: number): void {
  const row = k * batch.numBidders;
  let highest = 0;
  const perQuality = batch.quality === null ? 1 : events / batch.quality[row + into.seat]!;
  for (let a = 0; a < batch.numBidders; a++) {
    if (a === into.seat) continue;
    const weight = batch.quality === null ? events : batch.quality[row + a]! * perQuality;
    const bid = batch.bidsMicros[row + a]! * weight;
    if (bid > highest) highest = bid;
  }
  into.highestMicros.push(Math.round(highest));
  into.floorMicros.push(Math.round(batch.reserveMicros[k]! * events));
}
