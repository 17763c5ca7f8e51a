import { SimError } from '../core/errors.ts';
import type { Allocation } from './mechanism.ts';

/**
 * What is paid for: an ad that was served whether or not it was seen, one that was seen, a click, or a conversion. Bids,
 * reserves and prices of an auction are amounts for one such event.
 */
export type BilledEvent = 'impression' | 'exposed-impression' | 'click' | 'conversion';

/** What happened in each slot, drawn by the caller; null where it was not. */
export interface SlotEvents {
  /** `[K, S]` 1 where the slot was seen (`drawExposure`). */
  readonly exposed: Uint8Array | null;
  /** `[K, S]` clicks; 0 where the slot was not seen. */
  readonly clicks: Uint8Array | null;
  /** `[K, S]` conversions that count for the impression. */
  readonly conversions: Uint8Array | null;
}

/**
 * Turns prices and events into money: price · number of billed events, slot by slot.
 *
 * @param numPlaces K · S, the places of `allocation` in use.
 * @param chargesMicros `[K, S]`, overwritten; 0 where the slot is empty.
 * @returns All charges together, micros.
 * @throws SimError `CONFIG_INVALID` where the billed events were not drawn.
 */
export function chargeSlots(
  billed: BilledEvent,
  allocation: Allocation,
  events: SlotEvents,
  numPlaces: number,
  chargesMicros: Float64Array,
): number {
  const { winners, pricesMicros } = allocation;
  const counts = billed === 'impression' ? null : countsOf(billed, events);
  let total = 0;
  for (let i = 0; i < numPlaces; i++) {
    const charge = winners[i]! === -1 ? 0 : pricesMicros[i]! * (counts === null ? 1 : counts[i]!);
    chargesMicros[i] = charge;
    total += charge;
  }
  return total;
}

function countsOf(billed: Exclude<BilledEvent, 'impression'>, events: SlotEvents): Uint8Array {
  const field = ({ 'exposed-impression': 'exposed', click: 'clicks', conversion: 'conversions' } as const)[billed];
  const counts = events[field];
  if (counts !== null) return counts;
  throw new SimError(
    'CONFIG_INVALID',
    `billing per ${billed}: expected events.${field} [K, S], received null; draw these events or bill per impression`,
  );
}
