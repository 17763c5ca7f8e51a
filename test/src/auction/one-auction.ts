import type { AuctionMechanism } from '../../../src/auction/mechanism.ts';

/** Clears one auction of one slot; returns winner and price. The bids are left alone or the caller will see. */
export function clearOne(
  mechanism: AuctionMechanism,
  bids: ArrayLike<number>,
  reserve: number,
): { winner: number; priceMicros: number } {
  const out = { winners: new Int32Array(1).fill(99), pricesMicros: new Float64Array(1).fill(99) };
  const batch = {
    numAuctions: 1,
    numBidders: bids.length,
    bidsMicros: bids instanceof Float64Array ? bids : Float64Array.from(bids),
    quality: null,
    reserveMicros: Float64Array.of(reserve),
    softFloorMicros: null,
    ties: 'lowest-index',
    tieBreak: null,
  } as const;
  mechanism.clear(batch, { exposure: Float64Array.of(1), model: 'independent' }, out);
  return { winner: out.winners[0]!, priceMicros: out.pricesMicros[0]! };
}
