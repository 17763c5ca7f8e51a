/**
 * Money is an integer count of micros: 1_000_000 micros = one unit of the campaign currency.
 *
 * Integers up to 2^53 add exactly in any order, so accounting identities are tested with `===`. Float32 holds
 * integers exactly only up to 2^24 = 16.78 currency units: money never enters a Float32Array or a tensor unnormalised.
 */
export const MICROS_PER_UNIT = 1_000_000;

/** Price of one impression, in micros, for a price of `cpm` currency units per thousand impressions. Rounds to nearest. */
export function cpmToMicros(cpm: number): number {
  return Math.round((cpm * MICROS_PER_UNIT) / 1000);
}

/** Currency units per thousand impressions for a price of one impression in micros. */
export function microsToCpm(micros: number): number {
  return micros / 1000;
}

/** Currency units for an amount in micros. */
export function microsToUnits(micros: number): number {
  return micros / MICROS_PER_UNIT;
}
