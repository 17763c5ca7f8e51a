import { clearGsp } from './clear-gsp.ts';
import type { AuctionMechanism } from './mechanism.ts';

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
