import type { AuctionMechanism } from './mechanism.ts';

/** Second-price auction: the highest bid wins and pays the larger of the runner-up's bid and the reserve. */
export const secondPrice: AuctionMechanism = {
  title: 'Second price (Vickrey)',
  source: 'Vickrey (1961), Journal of Finance 16(1), doi:10.1111/j.1540-6261.1961.tb02789.x',
  truthful: true,
  individuallyRational: true,
  clear(bidsMicros, reserveMicros, out) {
    let winner = -1;
    let highest = reserveMicros;
    let price = reserveMicros;
    for (let k = 0; k < bidsMicros.length; k++) {
      const bid = bidsMicros[k]!;
      if (bid > highest || (bid === highest && winner === -1)) {
        price = highest;
        highest = bid;
        winner = k;
      } else if (bid > price) {
        price = bid;
      }
    }
    out.winner = winner;
    out.priceMicros = winner === -1 ? 0 : price;
  },
};
