import type { Allocation, AuctionBatch, Slots } from './mechanism.ts';
import { makeRanking, rankTop } from './ranking.ts';

const pair = makeRanking(2);

/**
 * Clears every auction for one slot, that of the highest bid at or above the reserve; further slots stay empty.
 *
 * @param price What the winner of auction k pays, from its bid and the runner-up's (−1 for none; it may be below the reserve).
 */
export function clearOneSlot(
  batch: AuctionBatch,
  slots: Slots,
  out: Allocation,
  price: (batch: AuctionBatch, k: number, highest: number, runnerUp: number) => number,
): void {
  const numSlots = slots.exposure.length;
  const random = batch.ties === 'random';
  out.winners.fill(-1, 0, batch.numAuctions * numSlots);
  out.pricesMicros.fill(0, 0, batch.numAuctions * numSlots);
  for (let k = 0; k < batch.numAuctions; k++) {
    if (random) rankPair(batch, k);
    else topTwo(batch, k);
    const highest = pair.scores[0]!;
    if (highest < batch.reserveMicros[k]!) continue;
    out.winners[k * numSlots] = pair.bidders[0]!;
    out.pricesMicros[k * numSlots] = price(batch, k, highest, pair.scores[1]!);
  }
}

/** The two highest bids of auction k into `pair`, the first by the lowest index; −1 for none. The reserve is not looked at. */
function topTwo(batch: AuctionBatch, k: number): void {
  const { bidsMicros, numBidders } = batch;
  const from = k * numBidders;
  let winner = -1;
  let highest = -1;
  let runnerUp = -1;
  for (let a = 0; a < numBidders; a++) {
    const bid = bidsMicros[from + a]!;
    if (bid > runnerUp) {
      if (bid > highest) {
        runnerUp = highest;
        highest = bid;
        winner = a;
      } else {
        runnerUp = bid;
      }
    }
  }
  pair.bidders[0] = winner;
  pair.scores[0] = highest;
  pair.scores[1] = runnerUp;
}

/** The same among those who meet the reserve, equal bids by `tieBreak`. */
function rankPair(batch: AuctionBatch, k: number): void {
  const count = rankTop(batch, k, null, 2, pair);
  if (count < 2) pair.scores[1] = -1;
  if (count < 1) pair.scores[0] = -1;
}
