import type { Allocation, AuctionBatch, Slots } from './mechanism.ts';
import { atLeast, makeRanking, rankTop } from './ranking.ts';

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
  return Math.max(leastBid(next, quality[entry]!, batch.bidsMicros[entry]!), reserve);
}

/** The least integer whose product with `quality` reaches `score`; `bid` is known to reach it. */
function leastBid(score: number, quality: number, bid: number): number {
  const least = Math.ceil(score / quality);
  if (least >= bid) return bid;
  // The quotient may be rounded to the wrong side of an integer; the product decides, as it does when bids are ranked.
  if (least * quality < score) return least + 1;
  return (least - 1) * quality >= score ? least - 1 : least;
}
