import type { AuctionMechanism } from './mechanism.ts';
import { highestBid } from './single-slot.ts';

/** First-price auction: the highest bid wins and pays itself. */
export const firstPrice: AuctionMechanism = {
  title: 'First price',
  description: 'The highest bid wins and pays itself.',
  source: 'Krishna (2009), Auction Theory, 2nd ed., section 2.3',
  maxSlots: 1,
  claims: { truthful: false, individuallyRational: true, priceMonotoneInReserve: true, efficientAtBids: true },
  clear(batch, slots, out) {
    const numSlots = slots.exposure.length;
    for (let k = 0; k < batch.numAuctions; k++) {
      const winner = highestBid(batch, k);
      const row = k * numSlots;
      out.winners.fill(-1, row, row + numSlots);
      out.pricesMicros.fill(0, row, row + numSlots);
      if (winner === -1) continue;
      out.winners[row] = winner;
      out.pricesMicros[row] = batch.bidsMicros[k * batch.numBidders + winner]!;
    }
  },
};
