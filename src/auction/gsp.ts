import { clearGsp } from './clear-gsp.ts';
import type { AuctionMechanism } from './mechanism.ts';

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
