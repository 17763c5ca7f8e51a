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
 * Settles auctions that were cleared: what was seen, clicked and bought in each slot, what it costs, and the books.
 *
 * @param from Opportunity that the room's first auction is for; the others follow.
 * @returns Slots that nobody bought.
 */
export function settleAuctions(
  house: House,
  opportunities: Opportunities,
  room: AuctionRoom,
  from: number,
  count: number,
  books: Books,
): number {
  const numSlots = house.selling.slots.exposure.length;
  const places = count * numSlots;
  const { winners } = room.out;
  let unsold = 0;
  for (let p = 0; p < places; p++) {
    if (winners[p]! < 0) unsold++;
    else happen(house, opportunities, room, p, from + Math.floor(p / numSlots), from * numSlots + p);
  }
  chargeSlots(house.selling.bill, room.out, room.events, places, room.chargesMicros);
  for (let p = 0; p < places; p++) {
    if (winners[p]! >= 0) book(opportunities, room, p, numSlots, from, books);
  }
  return unsold;
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

function book(o: Opportunities, room: AuctionRoom, p: number, numSlots: number, from: number, books: Books): void {
  const { tick, remainingMicros, log } = books;
  const { exposed, clicks, conversions } = room.events;
  const i = from + Math.floor(p / numSlots);
  const a = room.out.winners[p]!;
  const entry = i * remainingMicros.length + a;
  const seen = exposed[p]!;
  const clicked = clicks[p]!;
  const charged = room.chargesMicros[p]!;
  const worth = seen === 1 ? o.worthMicros[entry]! : 0;
  const invalid = o.bot[i] === 1;
  remainingMicros[a]! -= charged;
  tick.wins[a]! += 1;
  tick.impressions[a]! += seen;
  tick.clicks[a]! += clicked;
  tick.conversions[a]! += conversions[p]!;
  tick.spendMicros[a]! += charged;
  tick.believedMicros[a]! += worth;
  if (invalid) {
    tick.invalidImpressions[a]! += seen;
    tick.invalidClicks[a]! += clicked;
    tick.invalidSpendMicros[a]! += charged;
  } else {
    tick.worthMicros[a]! += worth;
  }
  log?.push({
    ...{ opportunity: i, seat: a, slot: p % numSlots, site: o.site[i]!, pCtr: o.pCtr[entry]!, seen: seen === 1 },
    ...{ clicked: clicked === 1, converted: conversions[p] === 1, chargedMicros: charged, invalid },
  });
}
