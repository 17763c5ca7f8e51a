import type { AuctionMechanism } from './mechanism.ts';
import { clearOneSlot } from './single-slot.ts';

/** First-price auction: the highest bid wins and pays itself. */
export const firstPrice: AuctionMechanism = {
  title: 'First price',
  description: 'The highest bid wins and pays itself.',
  source: 'Krishna (2009), Auction Theory, 2nd ed., section 2.3',
  maxSlots: 1,
  ranksBy: 'bid',
  claims: {
    truthful: false,
    individuallyRational: true,
    priceMonotoneInReserve: true,
    efficientAtBids: true,
    envyFreeAtBids: true,
    revenueAtLeastVcg: true,
  },
  clear(batch, slots, out) {
    clearOneSlot(batch, slots, out, ownBid);
  },
};

function ownBid(_batch: unknown, _k: number, highest: number): number {
  return highest;
}
