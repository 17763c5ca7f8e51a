import type { Allocation, AuctionBatch, AuctionMechanism, Slots } from './mechanism.ts';
import { atLeast, makeRanking, rankTop } from './ranking.ts';

/** Generalised second price, ranked by bid: slot s pays the bid of rank s + 1, at least the reserve. */
export const gsp: AuctionMechanism = {
  title: 'Generalised second price, ranked by bid',
  description: 'Slots go by bid; each winner pays the next bid below, at least the reserve.',
  source: 'Edelman, Ostrovsky, Schwarz (2007), American Economic Review 97(1), doi:10.1257/aer.97.1.242',
  maxSlots: null,
  ranksBy: 'bid',
  claims: {
    truthful: false,
    individuallyRational: true,
    priceMonotoneInReserve: true,
    efficientAtBids: true,
    envyFreeAtBids: false,
    revenueAtLeastVcg: true,
  },
  clear(batch, slots, out) {
    clearGsp(batch, slots, null, out);
  },
};

/**
 * Generalised second price, ranked by bid · quality (eCPM): for one billed event a winner pays the least whole number of
 * micros with which it would still reach the score of the next rank, at least the reserve.
 */
export const gspQuality: AuctionMechanism = {
  title: 'Generalised second price, ranked by bid · quality',
  description: 'Slots go by bid · quality; each winner pays the least that keeps its rank, at least the reserve.',
  source: 'Varian (2007), International Journal of Industrial Organization 25(6), doi:10.1016/j.ijindorg.2006.10.002',
  maxSlots: null,
  ranksBy: 'quality',
  claims: {
    truthful: false,
    individuallyRational: true,
    // A higher reserve may throw out a low bid of high quality that set the price of another.
    priceMonotoneInReserve: false,
    efficientAtBids: true,
    envyFreeAtBids: false,
    revenueAtLeastVcg: true,
  },
  clear(batch, slots, out) {
    clearGsp(batch, slots, batch.quality, out);
  },
};

let ranking = makeRanking(8);

function clearGsp(batch: AuctionBatch, slots: Slots, quality: Float64Array | null, out: Allocation): void {
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
