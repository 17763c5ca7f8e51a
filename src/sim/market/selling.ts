import type { BilledEvent } from '../../auction/billing.ts';
import type { AuctionMechanism, Slots } from '../../auction/mechanism.ts';
import { mechanisms } from '../../auction/registry.ts';
import { makeReserve, type ReserveStrategy } from '../../auction/reserve.ts';
import { makeSlots } from '../../auction/slots.ts';
import { SimError } from '../../core/errors.ts';
import type { HouseConfig } from './house-config.ts';

/** How a market sells, compiled. */
export interface Selling {
  readonly mechanism: AuctionMechanism;
  readonly slots: Slots;
  readonly bill: BilledEvent;
  /** Whether bidders are ranked by bid times expected billed events; no where every impression is one such event. */
  readonly byQuality: boolean;
  /** Micros; null where the format has none. */
  readonly softFloorMicros: number | null;
  readonly randomTies: boolean;
  /** Whether reserves differ from site to site. */
  readonly bySite: boolean;
  /** The seller's reserves at the start of a flight, with nothing learnt. */
  makeReserve(): ReserveStrategy;
}

/**
 * Compiles how a market sells.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown auction format; `CONFIG_INVALID` on slots without exposure or out of order, more
 * slots than the format sells, a soft floor that does not fit the format, reserves that do not fit the sites, or conversions
 * that are billed but never happen.
 */
export function openSelling({ auction, pages }: HouseConfig): Selling {
  const mechanism = mechanisms.get(auction.mechanism);
  const slots = makeSlots(auction.slots.exposure, auction.slots.model, 'auction.slots');
  if (mechanism.maxSlots !== null && slots.exposure.length > mechanism.maxSlots) {
    throw invalid(
      `auction.slots.exposure: ${auction.mechanism} sells ${mechanism.maxSlots} slot, received ${slots.exposure.length}; choose gsp or vcg, or one slot`,
    );
  }
  if ((auction.mechanism === 'soft-floor') !== (auction.softFloorMicros !== null)) {
    throw invalid(
      auction.softFloorMicros === null
        ? 'auction.softFloorMicros: soft-floor needs one [micros], received none; set it, or choose second-price'
        : `auction.softFloorMicros: ${auction.mechanism} has no soft floor, received ${auction.softFloorMicros}; choose soft-floor or leave it out`,
    );
  }
  if (auction.bill === 'conversion' && pages.conversionRate === 0) {
    throw invalid(
      'auction.bill: conversions never happen at pages.conversionRate 0; raise the rate or bill another event',
    );
  }
  const bySite = auction.reserveBy === 'site' || auction.reserve.kind === 'per-segment';
  const newReserve = () => makeReserve(auction.reserve, bySite ? pages.sites : 1, 'auction.reserve');
  newReserve();
  return {
    ...{ mechanism, slots, bill: auction.bill, softFloorMicros: auction.softFloorMicros, bySite },
    byQuality: mechanism.ranksBy === 'quality' && (auction.bill === 'click' || auction.bill === 'conversion'),
    randomTies: auction.ties === 'random',
    makeReserve: newReserve,
  };
}

function invalid(message: string): SimError {
  return new SimError('CONFIG_INVALID', message);
}
