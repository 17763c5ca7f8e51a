import type { AuctionBatch, AuctionMechanism } from './mechanism.ts';
import { clearOneSlot } from './single-slot.ts';

/**
 * Soft floor: a winning bid up to the soft floor pays itself, a higher one the largest of the runner-up's bid, the soft floor
 * and the reserve. Without soft floors in the batch this is the second-price auction.
 */
export const softFloor: AuctionMechanism = {
  title: 'Soft floor',
  description:
    'The highest bid wins; up to the soft floor it pays itself, above it the larger of the runner-up and the soft floor.',
  source: 'Zeithammer (2019), Management Science 65(9), doi:10.1287/mnsc.2018.3164',
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
    clearOneSlot(batch, slots, out, softFloorPrice);
  },
};

function softFloorPrice(batch: AuctionBatch, k: number, highest: number, runnerUp: number): number {
  const softFloorMicros = batch.softFloorMicros === null ? 0 : batch.softFloorMicros[k]!;
  return Math.min(highest, Math.max(runnerUp, softFloorMicros, batch.reserveMicros[k]!));
}
