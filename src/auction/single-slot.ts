import type { AuctionBatch } from './mechanism.ts';

/** Bidder with the highest bid that meets the reserve of auction k, −1 for none; ties as the batch says. */
export function highestBid(batch: AuctionBatch, k: number): number {
  const { bidsMicros, numBidders, tieBreak } = batch;
  const from = k * numBidders;
  let winner = -1;
  let highest = batch.reserveMicros[k]!;
  for (let i = from; i < from + numBidders; i++) {
    const bid = bidsMicros[i]!;
    if (
      bid > highest ||
      (bid === highest && (winner === -1 || (tieBreak !== null && tieBreak[i]! > tieBreak[winner]!)))
    ) {
      winner = i;
      highest = bid;
    }
  }
  return winner === -1 ? -1 : winner - from;
}

/** Highest bid of auction k but for one bidder's, 0 for none. */
export function highestOther(batch: AuctionBatch, k: number, except: number): number {
  const { bidsMicros, numBidders } = batch;
  const from = k * numBidders;
  let highest = 0;
  for (let a = 0; a < numBidders; a++) {
    const bid = bidsMicros[from + a]!;
    if (a !== except && bid > highest) highest = bid;
  }
  return highest;
}
