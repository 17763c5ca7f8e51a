import type { AuctionBatch, AuctionMechanism } from './mechanism.ts';
import { clearOneSlot } from './single-slot.ts';

/** Second-price auction: the highest bid wins and pays the larger of the runner-up's bid and the reserve. */
export const secondPrice: AuctionMechanism = {
  title: 'Second price (Vickrey)',
  description: 'The highest bid wins and pays the larger of the runner-up and the reserve.',
  source: 'Vickrey (1961), Journal of Finance 16(1), doi:10.1111/j.1540-6261.1961.tb02789.x',
  maxSlots: 1,
  ranksBy: 'bid',
  claims: {
    truthful: true,
    individuallyRational: true,
    priceMonotoneInReserve: true,
    efficientAtBids: true,
    envyFreeAtBids: true,
    revenueAtLeastVcg: true,
  },
  clear(batch, slots, out) {
    clearOneSlot(batch, slots, out, runnerUpOrReserve);
  },
};

function runnerUpOrReserve(batch: AuctionBatch, k: number, _highest: number, runnerUp: number): number {
  return Math.max(runnerUp, batch.reserveMicros[k]!);
}
