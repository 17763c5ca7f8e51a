import type { Allocation, AuctionBatch, Slots } from './mechanism.ts';
import { atLeast, leastBid, makeRanking, rankTop } from './ranking.ts';

let ranking = makeRanking(8);

/**
 * Clears every auction by the generalised second price.
 *
 * @param quality `[K, A]` where bidders are ranked by bid · quality; null where by bid.
 */
export function clearGsp(batch: AuctionBatch, slots: Slots, quality: Float64Array | null, out: Allocation): void {
  const numSlots = slots.exposure.length;
  ranking = atLeast(ranking, numSlots + 1);
  for (let k = 0; k < batch.numAuctions; k++) {
    const count = rankTop(batch, k, quality, numSlots + 1, ranking);
    for (let s = 0; s < numSlots; s++) {
      const filled = s < count;
      out.winners[k * numSlots + s] = filled ? ranking.bidders[s]! : -1;
      out.pricesMicros[k * numSlots + s] = filled ? price(batch, k, quality, s, count) : 0;
    }
  }
}

/** What the winner of slot s of auction k pays for one billed event; `ranking` holds `count` bidders. */
function price(batch: AuctionBatch, k: number, quality: Float64Array | null, s: number, count: number): number {
  const reserve = batch.reserveMicros[k]!;
  if (s + 1 >= count) return reserve;
  const next = ranking.scores[s + 1]!;
  if (quality === null) return next;
  const entry = k * batch.numBidders + ranking.bidders[s]!;
  return Math.max(leastBid(next, quality[entry]!), reserve);
}
