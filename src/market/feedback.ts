import { SimError } from '../core/errors.ts';

/**
 * What a bidder is told of an auction besides whether it won and what it paid.
 *
 * - `full`: everybody learns its minimum to win (OpenRTB's `${AUCTION_MIN_TO_WIN}`): the winner what would have tied the
 *   runner-up or the floor, a loser what would have tied the winner.
 * - `winner-only`: winners learn it, losers only that they lost.
 * - `censored`: nobody learns it.
 */
export type FeedbackMode = 'full' | 'winner-only' | 'censored';

/** All modes, the most told first. */
export const FEEDBACK_MODES: readonly FeedbackMode[] = ['full', 'winner-only', 'censored'];

/** What one bidder is told of one auction. The queue reuses one object: copy what must outlive the call. */
export interface Notice {
  /** Of the auction, unique for this bidder; integer ≥ 0. A second notice of one id repeats the first. */
  id: number;
  /** Integer micros. */
  bidMicros: number;
  won: boolean;
  /** What was paid, integer micros; 0 where lost. */
  priceMicros: number;
  /** The bid that would have tied, integer micros; NaN where the mode does not tell. */
  minToWinMicros: number;
}

/** Auctions after clearing, as far as feedback looks at them; an `AuctionBatch` of `src/auction/` is one. */
export interface ClearedBids {
  /** K */
  readonly numAuctions: number;
  /** A */
  readonly numBidders: number;
  /** `[K, A]` integer micros; NaN or a negative number is no bid. */
  readonly bidsMicros: Float64Array;
  /** `[K]` integer micros ≥ 0. */
  readonly reserveMicros: Float64Array;
  /** `[K, A]` > 0 where bidders were ranked by bid · quality; null where by bid. */
  readonly quality: Float64Array | null;
}

/**
 * Everybody's minimum to win: the bid that ties the S-th best of the others, at least the reserve, for S slots.
 *
 * For one slot that is the runner-up's bid to the winner and the winner's bid to a loser. It does not depend on one's own
 * bid, so a bid above it wins a slot, and one below it never does. Where ranking is by bid · quality it is the rival score over one's own
 * quality, rounded up.
 *
 * @param numSlots S ≥ 1.
 * @param out `[K, A]` integer micros, overwritten.
 * @throws SimError `VALUE_OUT_OF_RANGE` when `numSlots` is not a positive integer.
 *
 * Source: IAB Tech Lab, OpenRTB 2.6, section 4.4, `${AUCTION_MIN_TO_WIN}`.
 */
export function minToWin(cleared: ClearedBids, numSlots: number, out: Float64Array): void {
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
      const tying = quality === null ? rival : Math.ceil(rival / quality[k * numBidders + a]!);
      out[k * numBidders + a] = Math.max(tying, reserveMicros[k]!);
    }
  }
}

/** bid · quality; 0 for no bid and for a bid below the reserve, which no one has to beat. */
function scoreOf({ bidsMicros, reserveMicros, quality, numBidders }: ClearedBids, k: number, a: number): number {
  const bid = bidsMicros[k * numBidders + a]!;
  if (!(bid >= reserveMicros[k]!)) return 0;
  return quality === null ? bid : bid * quality[k * numBidders + a]!;
}

function bestScores(cleared: ClearedBids, k: number, best: Float64Array): void {
  best.fill(0);
  for (let a = 0; a < cleared.numBidders; a++) {
    const score = scoreOf(cleared, k, a);
    let at = best.length - 1;
    if (!(score > best[at]!)) continue;
    for (; at > 0 && best[at - 1]! < score; at--) best[at] = best[at - 1]!;
    best[at] = score;
  }
}

/** The minimum to win if the mode tells it, else NaN. */
export function toldMinToWin(mode: FeedbackMode, won: boolean, minToWinMicros: number): number {
  return mode === 'full' || (mode === 'winner-only' && won) ? minToWinMicros : Number.NaN;
}
