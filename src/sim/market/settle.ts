import { chargeSlots } from '../../auction/billing.ts';
import type { AuctionRoom } from './auction-room.ts';
import type { House } from './house.ts';
import type { ImpressionRow } from './impression-log.ts';
import type { Opportunities } from './opportunities.ts';
import type { Tally } from './tally.ts';

/** Where settled auctions are booked. */
export interface Books {
  readonly tick: Tally;
  /** `[A]` money left, integer micros; lowered by what is charged. */
  readonly remainingMicros: Float64Array;
  /** Gets a row for every ad that is served. */
  log: ImpressionRow[] | undefined;
}

/**
 * Writes what happens in each slot of auctions that were cleared, and what it costs.
 *
 * @param from Opportunity that the room's first auction is for; the others follow.
 */
export function drawEvents(
  house: House,
  opportunities: Opportunities,
  room: AuctionRoom,
  from: number,
  count: number,
): void {
  const numSlots = house.selling.slots.exposure.length;
  const places = count * numSlots;
  for (let p = 0; p < places; p++) {
    if (room.out.winners[p]! < 0) continue;
    happen(house, opportunities, room, p, from + Math.floor(p / numSlots), from * numSlots + p);
  }
  chargeSlots(house.selling.bill, room.out, room.events, places, room.chargesMicros);
}

/** Writes what happens in place p of the room, the draw `place` of opportunity i. */
function happen(house: House, o: Opportunities, room: AuctionRoom, p: number, i: number, place: number): void {
  const { exposed, clicks, conversions } = room.events;
  const { pages, traffic } = house.config;
  const bot = o.bot[i] === 1;
  const entry = i * house.seats.length + room.out.winners[p]!;
  const seen = o.seen[place]!;
  const clicked = seen === 1 && o.clickDraw[place]! < (bot ? traffic.invalid.clickRate : o.pCtr[entry]!);
  exposed[p] = seen;
  clicks[p] = clicked ? 1 : 0;
  conversions[p] = clicked && !bot && o.conversionDraw[place]! < pages.conversionRate ? 1 : 0;
}

/**
 * Books auction k of the room, which was for opportunity i, after {@link drawEvents}.
 *
 * @returns Slots that nobody bought.
 */
export function bookAuction(o: Opportunities, room: AuctionRoom, k: number, i: number, books: Books): number {
  const numSlots = room.out.winners.length / room.capacity;
  let unsold = 0;
  for (let slot = 0; slot < numSlots; slot++) {
    const winner = room.out.winners[k * numSlots + slot]!;
    if (winner < 0) unsold++;
    else bookSlot(o, room, k * numSlots + slot, winner, i, slot, books);
  }
  return unsold;
}

/** Books place p of the room, a slot that seat a won. */
function bookSlot(
  o: Opportunities,
  room: AuctionRoom,
  p: number,
  a: number,
  i: number,
  slot: number,
  { tick, remainingMicros, log }: Books,
): void {
  const { exposed, clicks, conversions } = room.events;
  const entry = i * remainingMicros.length + a;
  const seen = exposed[p]!;
  const clicked = clicks[p]!;
  const charged = room.chargesMicros[p]!;
  const invalid = o.bot[i] === 1;
  remainingMicros[a]! -= charged;
  tick.wins[a]! += 1;
  tick.impressions[a]! += seen;
  tick.clicks[a]! += clicked;
  tick.conversions[a]! += conversions[p]!;
  tick.spendMicros[a]! += charged;
  tick.believedMicros[a]! += seen === 1 ? o.believedMicros[entry]! : 0;
  if (invalid) {
    tick.invalidImpressions[a]! += seen;
    tick.invalidClicks[a]! += clicked;
    tick.invalidSpendMicros[a]! += charged;
  } else {
    tick.worthMicros[a]! += seen === 1 ? o.worthMicros[entry]! : 0;
  }
  log?.push({
    ...{ opportunity: i, seat: a, slot, site: o.site[i]!, pCtr: o.predictedCtr[entry]!, seen: seen === 1 },
    ...{ clicked: clicked === 1, converted: conversions[p] === 1, chargedMicros: charged, invalid },
  });
}
