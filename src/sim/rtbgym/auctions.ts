import type { Rng } from '../../core/rng.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';
import type { StepOutcome } from '../step-outcome.ts';
import type { RtbGymMarket } from './market.ts';

/** Auctions in the order in which they come, by column. */
export interface Auctions {
  /** CTR · CVR: the expected conversions of an impression. */
  readonly value: Float64Array;
  /** Smallest whole bid that wins: the price rounded down, and one. Whole currency units. */
  readonly need: Float64Array;
  /** What winning it costs, integer micros: the price rounded down where a click follows, else 0. */
  readonly costMicros: Float64Array;
  readonly click: Uint8Array;
  readonly conversion: Uint8Array;
}

/** Room for `capacity` auctions. */
export function allocateAuctions(capacity: number): Auctions {
  return {
    value: new Float64Array(capacity),
    need: new Float64Array(capacity),
    costMicros: new Float64Array(capacity),
    click: new Uint8Array(capacity),
    conversion: new Uint8Array(capacity),
  };
}

/** Auctions of a step: ⌊N(mean, std)⌋, at least the minimum. */
export function drawVolume({ volume }: RtbGymMarket, rng: Rng): number {
  return Math.max(volume.min, Math.floor(volume.mean + volume.std * rng.normal()));
}

/**
 * Draws the auctions of a step into rows `from … to − 1`: three uniform numbers each, whatever a bidder does.
 *
 * One number draws ad and user, one the price. One draws click and conversion together: u < CTR clicks, u < CTR · CVR
 * converts, which has the law of a click and then a conversion.
 */
export function drawAuctions(
  market: RtbGymMarket,
  step: number,
  rng: Rng,
  out: Auctions,
  from: number,
  to: number,
): void {
  const { pairRates, numUsers } = market;
  const { slots, first, stay, other } = market.prices;
  const ctrFactor = market.ctrFactor[step]!;
  const valueFactor = market.valueFactor[step]!;
  const numPairs = pairRates.length / 2;
  for (let i = from; i < to; i++) {
    const pair = Math.floor(rng.next() * numPairs);
    const place = rng.next() * slots;
    const luck = rng.next();
    const ad = Math.floor(pair / numUsers);
    const slot = Math.floor(place);
    const entry = ad * slots + slot;
    const price = place - slot < stay[entry]! ? first[ad]! + slot : other[entry]!;
    const value = pairRates[2 * pair + 1]! * valueFactor;
    const click = luck < pairRates[2 * pair]! * ctrFactor ? 1 : 0;
    out.value[i] = value;
    out.need[i] = price + 1;
    out.costMicros[i] = click * price * MICROS_PER_UNIT;
    out.click[i] = click;
    out.conversion[i] = luck < value ? 1 : 0;
  }
}

/**
 * Plays rows `from … to − 1` in order: bids ⌊α · value · bidPerValue⌋, wins where the bid is above the price, pays the price
 * rounded down for a click. From the auction on whose cost brings the step's spend to the remaining budget, everything is
 * void: spend stays strictly below the budget.
 *
 * The value of a win counts where the money would cover its click. So the mean of value is that of conversions: an auction
 * whose click would void it cannot convert, though unclicked it is won.
 *
 * @param bidFactor α · bidPerValue, currency units per unit of value.
 * @param out Overwritten.
 */
export function scanAuctions(
  auctions: Auctions,
  from: number,
  to: number,
  bidFactor: number,
  remainingMicros: number,
  out: StepOutcome,
): void {
  const { value, need, costMicros, click, conversion } = auctions;
  let wins = 0;
  let spendMicros = 0;
  let won = 0;
  let clicks = 0;
  let conversions = 0;
  for (let i = from; i < to; i++) {
    // ⌊bid⌋ > ⌊price⌋ exactly where bid >= ⌊price⌋ + 1.
    if (!(bidFactor * value[i]! >= need[i]!)) continue;
    const before = spendMicros;
    if (before + costMicros[i]! >= remainingMicros) break;
    spendMicros += costMicros[i]!;
    wins++;
    if (before + (need[i]! - 1) * MICROS_PER_UNIT < remainingMicros) won += value[i]!;
    clicks += click[i]!;
    conversions += conversion[i]!;
  }
  out.wins = wins;
  out.spendMicros = spendMicros;
  out.value = won;
  out.clicks = clicks;
  out.conversions = conversions;
}
