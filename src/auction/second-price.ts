import type { AuctionMechanism } from './mechanism.ts';
import { highestBid, highestOther } from './single-slot.ts';

/** Second-price auction: the highest bid wins and pays the larger of the runner-up's bid and the reserve. */
export const secondPrice: AuctionMechanism = {
  title: 'Second price (Vickrey)',
  description: 'The highest bid wins and pays the larger of the runner-up and the reserve.',
  source: 'Vickrey (1961), Journal of Finance 16(1), doi:10.1111/j.1540-6261.1961.tb02789.x',
  maxSlots: 1,
  claims: { truthful: true, individuallyRational: true, priceMonotoneInReserve: true, efficientAtBids: true },
  clear(batch, slots, out) {
    const numSlots = slots.exposure.length;
    for (let k = 0; k < batch.numAuctions; k++) {
      const winner = highestBid(batch, k);
      const row = k * numSlots;
      out.winners.fill(-1, row, row + numSlots);
      out.pricesMicros.fill(0, row, row + numSlots);
      if (winner === -1) continue;
      out.winners[row] = winner;
      out.pricesMicros[row] = Math.max(highestOther(batch, k, winner), batch.reserveMicros[k]!);
    }
  },
};
