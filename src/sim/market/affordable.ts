import type { AuctionRoom } from './auction-room.ts';

/** No bid, in the words of the auction batch. */
export const NO_BID = -1;

/**
 * Whether auction k of a room, as cleared, is one in which nobody bids or pays more than it has left.
 *
 * @param remainingMicros `[A]` integer micros.
 */
export function affordable({ batch, out, capacity }: AuctionRoom, k: number, remainingMicros: Float64Array): boolean {
  const numSlots = out.winners.length / capacity;
  for (let a = 0; a < remainingMicros.length; a++) {
    if (batch.bidsMicros[k * remainingMicros.length + a]! > remainingMicros[a]! + 1) return false;
  }
  for (let p = k * numSlots; p < (k + 1) * numSlots; p++) {
    const winner = out.winners[p]!;
    if (winner >= 0 && out.pricesMicros[p]! > remainingMicros[winner]!) return false;
  }
  return true;
}

/** Takes the bids of winners that cannot pay out of a room for one auction. @returns Whether there were any. */
export function dropBroke({ batch, out }: AuctionRoom, remainingMicros: Float64Array): boolean {
  const { winners, pricesMicros } = out;
  let dropped = false;
  for (let s = 0; s < winners.length; s++) {
    const winner = winners[s]!;
    if (winner < 0 || pricesMicros[s]! <= remainingMicros[winner]!) continue;
    batch.bidsMicros[winner] = NO_BID;
    dropped = true;
  }
  return dropped;
}
