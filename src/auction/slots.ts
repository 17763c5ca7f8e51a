import { SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Slots } from './mechanism.ts';

/** A page with one slot that is always seen. */
export const ONE_SLOT: Slots = { exposure: Float64Array.of(1), model: 'independent' };

/**
 * Slots from their exposure, checked.
 *
 * @param exposure `[S]` as {@link Slots.exposure}.
 * @param where What is being set, in words; named in errors.
 * @throws SimError `CONFIG_INVALID` for no slots, an exposure outside (0, 1] or an exposure above that of the slot before.
 */
export function makeSlots(exposure: ArrayLike<number>, model: Slots['model'], where = 'slots'): Slots {
  if (exposure.length === 0) {
    throw new SimError(
      'CONFIG_INVALID',
      `${where}: expected the exposure of at least one slot, received none; list [1] for one slot`,
    );
  }
  for (let s = 0; s < exposure.length; s++) {
    const seen = exposure[s]!;
    if (!(seen > 0 && seen <= 1)) {
      throw new SimError(
        'CONFIG_INVALID',
        `${where}: exposure of slot ${s} must be in (0, 1] [probability], received ${seen}; leave out slots that nobody sees`,
      );
    }
    if (s > 0 && seen > exposure[s - 1]!) {
      throw new SimError(
        'CONFIG_INVALID',
        `${where}: exposure must not rise from slot to slot, received ${exposure[s - 1]} then ${seen} at slot ${s}; list the best slot first`,
      );
    }
  }
  return { exposure: Float64Array.from(exposure), model };
}

/**
 * Writes the probability that each slot is seen: the product down to it under `cascade`, else the exposure itself.
 *
 * @param out `[S]` or longer; the rest is left alone.
 */
export function slotExposure(slots: Slots, out: Float64Array): void {
  const { exposure, model } = slots;
  for (let s = 0; s < exposure.length; s++) {
    out[s] = model === 'cascade' && s > 0 ? out[s - 1]! * exposure[s]! : exposure[s]!;
  }
}

/**
 * Draws which slots are seen: slot s with its exposure, under `cascade` only if slot s − 1 is.
 *
 * @param source The stream to draw K · S numbers from, whatever is seen; or `[K, S]` uniform numbers in [0, 1).
 * @param numAuctions K
 * @param out `[K, S]`, overwritten with 0 or 1.
 */
export function drawExposure(slots: Slots, source: Rng | Float64Array, numAuctions: number, out: Uint8Array): void {
  const { exposure } = slots;
  const numSlots = exposure.length;
  const cascade = slots.model === 'cascade';
  for (let k = 0; k < numAuctions; k++) {
    let above = 1;
    for (let s = 0; s < numSlots; s++) {
      const i = k * numSlots + s;
      const uniform = source instanceof Float64Array ? source[i]! : source.next();
      above = uniform < exposure[s]! && (above === 1 || !cascade) ? 1 : 0;
      out[i] = above;
    }
  }
}
