import type { AuctionMechanism } from './mechanism.ts';

/** First-price auction: the highest bid wins and pays itself. */
export const firstPrice: AuctionMechanism = {
  title: 'First price',
  source: 'Krishna (2009), Auction Theory, 2nd ed., section 2.3',
  truthful: false,
  individuallyRational: true,
  clear(bidsMicros, reserveMicros, out) {
    let winner = -1;
    let highest = 0;
    for (let k = 0; k < bidsMicros.length; k++) {
      const bid = bidsMicros[k]!;
      if (bid >= reserveMicros && (winner === -1 || bid > highest)) {
        winner = k;
        highest = bid;
      }
    }
    out.winner = winner;
    out.priceMicros = highest;
  },
};
