import { SimError } from '../core/errors.ts';
import type { AuctionBatch } from './mechanism.ts';
import { leastBid } from './ranking.ts';

/**
 * Everybody's minimum to win: the bid that ties the S-th best of the others, at least the reserve, for S slots.
 *
 * For one slot that is the runner-up's bid to the winner and the winner's bid to a loser. It does not depend on one's own
 * bid, so a bid above it wins a slot, and one below it never does. Where ranking is by
 * bid · quality it is the least bid whose score reaches the rival's.
 *
 * @param cleared K auctions; `quality` null where they rank by bid alone.
 * @param numSlots S ≥ 1.
 * @param out `[K, A]` integer micros, overwritten.
 * @throws SimError `VALUE_OUT_OF_RANGE` when `numSlots` is not a positive integer.
 *
 * Source: IAB Tech Lab, OpenRTB 2.6, section 4.4, `${AUCTION_MIN_TO_WIN}`.
 */
export function minToWin(cleared: AuctionBatch, numSlots: number, out: Float64Array): void {
  if (!Number.isInteger(numSlots) || numSlots < 1) {
    throw new SimError('VALUE_OUT_OF_RANGE', `minToWin: numSlots expected a positive integer, received ${numSlots}`);
  }
  // The best S + 1 scores of an auction, best first: the S-th of the others is one of them.
  const best = new Float64Array(numSlots + 1);
  const { numAuctions, numBidders, reserveMicros, quality } = cleared;
  for (let k = 0; k < numAuctions; k++) {
    bestScores(cleared, k, best);
    for (let a = 0; a < numBidders; a++) {
      const score = scoreOf(cleared, k, a);
      const rival = score >= best[numSlots - 1]! ? best[numSlots]! : best[numSlots - 1]!;
      const tying = quality === null ? rival : leastBid(rival, quality[k * numBidders + a]!);
      out[k * numBidders + a] = Math.max(tying, reserveMicros[k]!);
    }
  }
}

/** bid · quality; 0 for no bid and for a bid below the reserve, which no one has to beat. */
function scoreOf({ bidsMicros, reserveMicros, quality, numBidders }: AuctionBatch, k: number, a: number): number {
  const bid = bidsMicros[k * numBidders + a]!;
  if (!(bid >= reserveMicros[k]!)) return 0;
  return quality === null ? bid : bid * quality[k * numBidders + a]!;
}

function bestScores(cleared: AuctionBatch, k: number, best: Float64Array): void {
  best.fill(0);
  for (let a = 0; a < cleared.numBidders; a++) {
    const score = scoreOf(cleared, k, a);
    let at = best.length - 1;
    if (!(score > best[at]!)) continue;
    for (; at > 0 && best[at - 1]! < score; at--) best[at] = best[at - 1]!;
    best[at] = score;
  }
}
