import type { AuctionBatch, AuctionMechanism } from './mechanism.ts';
import { atLeast, makeRanking, rankTop } from './ranking.ts';
import { slotExposure } from './slots.ts';

/**
 * Vickrey–Clarke–Groves for slots: a winner pays what its presence costs the bidders below it. With x_t the probability that
 * slot t is seen (x past the last slot is 0), winner i of slot s pays for one billed event
 *
 *     price = Σ_{t ≥ s} (x_t − x_{t+1}) · max(score_{t+1} / quality_i, reserve) / x_s
 *
 * rounded down to a whole micro, so that an honest bid gains all but one micro of what any other could. The reserve stands
 * in for a bidder of the seller's in every slot; with it each jump of the sum is the bid at which i's slot changes (Myerson
 * 1981, lemma 2), which keeps the auction truthful.
 */
export const vcg: AuctionMechanism = {
  title: 'Vickrey–Clarke–Groves',
  description: 'Slots go by bid · quality; each winner pays what its presence costs the others, at least the reserve.',
  source: 'Varian, Harris (2014), The VCG Auction in Theory and Practice, American Economic Review 104(5)',
  maxSlots: null,
  ranksBy: 'quality',
  claims: {
    truthful: true,
    individuallyRational: true,
    // A higher reserve may throw out a low bid of high quality that set the price of another.
    priceMonotoneInReserve: false,
    efficientAtBids: true,
    envyFreeAtBids: true,
    revenueAtLeastVcg: true,
  },
  clear(batch, slots, out) {
    const numSlots = slots.exposure.length;
    ranking = atLeast(ranking, numSlots + 1);
    if (seen.length < numSlots + 1) seen = new Float64Array(numSlots + 1);
    slotExposure(slots, seen);
    seen[numSlots] = 0;
    for (let k = 0; k < batch.numAuctions; k++) {
      const count = rankTop(batch, k, batch.quality, numSlots + 1, ranking);
      for (let s = 0; s < numSlots; s++) {
        const filled = s < count;
        out.winners[k * numSlots + s] = filled ? ranking.bidders[s]! : -1;
        out.pricesMicros[k * numSlots + s] = filled ? price(batch, k, s, count, numSlots) : 0;
      }
    }
  },
};

let ranking = makeRanking(8);
/** `[S + 1]` x_t: how likely each slot is seen, 0 past the last. */
let seen = new Float64Array(8);

/** What the winner of slot s of auction k pays for one billed event; `ranking` holds `count` bidders, `seen` every x_t. */
function price(batch: AuctionBatch, k: number, s: number, count: number, numSlots: number): number {
  const entry = k * batch.numBidders + ranking.bidders[s]!;
  const reserve = batch.reserveMicros[k]!;
  const ownQuality = batch.quality === null ? 1 : batch.quality[entry]!;
  let sum = 0;
  for (let t = s; t < numSlots; t++) {
    const threshold = t + 1 < count ? Math.max(ranking.scores[t + 1]! / ownQuality, reserve) : reserve;
    sum += (seen[t]! - seen[t + 1]!) * threshold;
  }
  const exact = sum / seen[s]!;
  // The sum may fall short of a whole number by its rounding errors, which are far below this margin.
  const rounded = Math.floor(exact + exact * ROUNDING_MARGIN);
  return Math.min(Math.max(rounded, reserve), batch.bidsMicros[entry]!);
}

const ROUNDING_MARGIN = 2 ** -46;
