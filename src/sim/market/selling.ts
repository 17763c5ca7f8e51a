import type { BilledEvent } from '../../auction/billing.ts';
import type { AuctionMechanism, Slots } from '../../auction/mechanism.ts';
import { mechanisms } from '../../auction/registry.ts';
import { makeReserve, type ReserveStrategy } from '../../auction/reserve.ts';
import { makeSlots } from '../../auction/slots.ts';
import { SimError } from '../../core/errors.ts';
import { unknownIdMessage } from '../../core/registry.ts';
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
 * @param where Path of the auction's settings, named in errors.
 * @throws SimError `UNKNOWN_ID` on an unknown auction format; `CONFIG_INVALID` on slots without exposure or out of order, more
 * slots than the format sells, a soft floor that does not fit the format, reserves that do not fit the sites, or conversions
 * that are billed but never happen.
 */
export function openSelling({ auction, pages }: HouseConfig, where = 'auction'): Selling {
  const mechanism = mechanismOf(auction.mechanism, where);
  const slots = makeSlots(auction.slots.exposure, auction.slots.model, `${where}.slots`);
  if (mechanism.maxSlots !== null && slots.exposure.length > mechanism.maxSlots) {
    throw invalid(
      `${where}.slots.exposure: ${auction.mechanism} sells ${mechanism.maxSlots} slot, received ${slots.exposure.length}; choose gsp or vcg, or one slot`,
    );
  }
  if ((auction.mechanism === 'soft-floor') !== (auction.softFloorMicros !== null)) {
    throw invalid(
      auction.softFloorMicros === null
        ? `${where}.softFloorMicros: soft-floor needs one [micros], received none; set it, or choose second-price`
        : `${where}.softFloorMicros: ${auction.mechanism} has no soft floor, received ${auction.softFloorMicros}; choose soft-floor or leave it out`,
    );
  }
  if (auction.bill === 'conversion' && pages.conversionRate === 0) {
    throw invalid(
      `${where}.bill: conversions never happen at pages.conversionRate 0; raise the rate or bill another event`,
    );
  }
  const bySite = auction.reserveBy === 'site' || auction.reserve.kind === 'per-segment';
  const newReserve = () => makeReserve(auction.reserve, bySite ? pages.sites : 1, `${where}.reserve`);
  newReserve();
  return {
    ...{ mechanism, slots, bill: auction.bill, softFloorMicros: auction.softFloorMicros, bySite },
    byQuality: mechanism.ranksBy === 'quality' && (auction.bill === 'click' || auction.bill === 'conversion'),
    randomTies: auction.ties === 'random',
    makeReserve: newReserve,
  };
}

function mechanismOf(id: string, where: string): AuctionMechanism {
  if (mechanisms.has(id)) return mechanisms.get(id);
  throw new SimError('UNKNOWN_ID', `${where}.mechanism: ${unknownIdMessage('auction mechanism', id, mechanisms.ids)}`);
}

function invalid(message: string): SimError {
  return new SimError('CONFIG_INVALID', message);
}
