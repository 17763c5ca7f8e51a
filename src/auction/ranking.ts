import type { AuctionBatch } from './mechanism.ts';

/** The best bidders of one auction, best first; reused from auction to auction. */
interface Ranking {
  /** `[places]` bidder indices. */
  readonly bidders: Int32Array;
  /** `[places]` bids in micros, or bid · quality where quality ranks. */
  readonly scores: Float64Array;
}

/** Room for the `places` best bidders of an auction. */
export function makeRanking(places: number): Ranking {
  return { bidders: new Int32Array(places), scores: new Float64Array(places) };
}

/** `ranking` if it has room for `places` bidders, else a larger one. */
export function atLeast(ranking: Ranking, places: number): Ranking {
  return ranking.scores.length >= places ? ranking : makeRanking(places);
}

/**
 * Finds the `places` best of the bidders who meet the reserve of auction k. Of equal scores the lowest index comes first, or
 * the highest `tieBreak` where ties are random. One pass; almost every bid is dismissed by one comparison with the lowest
 * score kept so far.
 *
 * @param quality `[K, A]` where score = bid · quality; null where score = bid.
 * @param places At least 1.
 * @param into Overwritten; its entries from the returned number on have no meaning.
 * @returns How many bidders were ranked, at most `places`.
 */
export function rankTop(
  batch: AuctionBatch,
  k: number,
  quality: Float64Array | null,
  places: number,
  into: Ranking,
): number {
  const { bidsMicros, numBidders } = batch;
  const { bidders, scores } = into;
  const tieBreak = batch.ties === 'random' ? batch.tieBreak : null;
  const reserve = batch.reserveMicros[k]!;
  const from = k * numBidders;
  let count = 0;
  let bar = -1;
  for (let a = 0; a < numBidders; a++) {
    const bid = bidsMicros[from + a]!;
    const score = quality === null ? bid : bid * quality[from + a]!;
    // A NaN fails every comparison, so that it is never ranked.
    if (
      !(score > bar) &&
      (tieBreak === null || !(score === bar && winsTie(tieBreak, from + a, from + bidders[places - 1]!)))
    )
      continue;
    if (bid < reserve) continue;
    if (count < places) count++;
    insert(into, from, a, score, count - 1, tieBreak);
    if (count === places) bar = scores[places - 1]!;
  }
  return count;
}

function insert(
  into: Ranking,
  from: number,
  a: number,
  score: number,
  last: number,
  tieBreak: Float64Array | null,
): void {
  const { bidders, scores } = into;
  let place = last;
  while (place > 0) {
    const above = scores[place - 1]!;
    if (
      above > score ||
      (above === score && (tieBreak === null || !winsTie(tieBreak, from + a, from + bidders[place - 1]!)))
    )
      break;
    scores[place] = above;
    bidders[place] = bidders[place - 1]!;
    place--;
  }
  scores[place] = score;
  bidders[place] = a;
}

/** Whether the entry at `later` goes before an equal one with a lower index. */
function winsTie(tieBreak: Float64Array, later: number, earlier: number): boolean {
  return tieBreak[later]! > tieBreak[earlier]!;
}

/** The least integer whose product with `quality` reaches `score`, in the arithmetic that bids are ranked by. */
export function leastBid(score: number, quality: number): number {
  const least = Math.ceil(score / quality);
  // The quotient may be rounded to the wrong side of an integer; the product decides, as it does when bids are ranked.
  if (least * quality < score) return least + 1;
  return least > 0 && (least - 1) * quality >= score ? least - 1 : least;
}
