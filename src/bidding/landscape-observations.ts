import { SimError } from '../core/errors.ts';

/**
 * What a bidder knows of the smallest winning bids ("needs") of past auctions: each lies in (lower, upper].
 *
 * Equal ends are an exact need; (0, bid] is a win of unknown price (left-censored); (bid, ∞] is a loss (right-censored).
 * Columns may be longer than what is in use.
 */
export interface LandscapeObservations {
  count: number;
  /** `[count]` micros ≥ 0. */
  lower: Float64Array;
  /** `[count]` micros; +∞ where only a lower end is known. */
  upper: Float64Array;
  /** `[count]` > 0: how many auctions an entry stands for. */
  weight: Float64Array;
}

/** No observations yet. */
export function emptyObservations(): LandscapeObservations {
  return { count: 0, lower: new Float64Array(64), upper: new Float64Array(64), weight: new Float64Array(64) };
}

/** A copy of the entries in use. */
export function copyObservations({ count, lower, upper, weight }: LandscapeObservations): LandscapeObservations {
  return { count, lower: lower.slice(0, count), upper: upper.slice(0, count), weight: weight.slice(0, count) };
}

/**
 * Adds one auction: the exact need where it is known, else what winning or losing says about it.
 *
 * Where both were logged the exact need is taken and the bid does not matter.
 *
 * @param bidMicros The bid, ≥ 0. @param needMicros The smallest winning bid; NaN where it was not told.
 */
export function addOutcome(
  observations: LandscapeObservations,
  bidMicros: number,
  won: boolean,
  needMicros: number,
  weight = 1,
): void {
  if (needMicros >= 0) addInterval(observations, needMicros, needMicros, weight);
  else if (won) addInterval(observations, 0, bidMicros, weight);
  else addInterval(observations, bidMicros, Number.POSITIVE_INFINITY, weight);
}

/**
 * Adds an auction whose need lies in (lower, upper], or is `lower` where both are equal.
 *
 * @throws SimError `VALUE_OUT_OF_RANGE` when the ends are not 0 ≤ lower ≤ upper or the weight is not positive.
 */
export function addInterval(observations: LandscapeObservations, lower: number, upper: number, weight: number): void {
  if (!(lower >= 0 && lower <= upper && lower < Number.POSITIVE_INFINITY && weight > 0)) {
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `landscape observation: expected 0 <= lower <= upper [micros] and a positive weight, received (${lower}, ${upper}] and ${weight}`,
    );
  }
  const at = observations.count;
  if (at >= observations.lower.length) grow(observations);
  observations.lower[at] = lower;
  observations.upper[at] = upper;
  observations.weight[at] = weight;
  observations.count = at + 1;
}

function grow(observations: LandscapeObservations): void {
  const length = Math.max(64, 2 * observations.lower.length);
  for (const name of ['lower', 'upper', 'weight'] as const) {
    const grown = new Float64Array(length);
    grown.set(observations[name]);
    observations[name] = grown;
  }
}

/** Adds all entries of `from`, their weights scaled by `factor` > 0. */
export function addObservations(into: LandscapeObservations, from: LandscapeObservations, factor: number): void {
  for (let i = 0; i < from.count; i++) addInterval(into, from.lower[i]!, from.upper[i]!, from.weight[i]! * factor);
}

/**
 * The same observations with their ends moved to a log grid and equal entries joined: what a fit reads no longer grows with
 * the number of auctions. Ends move by half a grid step at most, half a per cent at 100 points per factor e.
 *
 * @param pointsPerE Grid points per factor e, 1 … 10,000.
 */
export function binnedObservations(observations: LandscapeObservations, pointsPerE: number): LandscapeObservations {
  const rows = new Map<number, number>();
  const joined = emptyObservations();
  for (let i = 0; i < observations.count; i++) {
    const low = gridIndex(observations.lower[i]!, pointsPerE);
    const high = gridIndex(observations.upper[i]!, pointsPerE);
    const key = low * GRID_SIZE + high;
    const row = rows.get(key);
    const weight = observations.weight[i]!;
    if (row !== undefined) {
      joined.weight[row] = joined.weight[row]! + weight;
    } else {
      rows.set(key, joined.count);
      addInterval(joined, gridAmount(low, pointsPerE), gridAmount(high, pointsPerE), weight);
    }
  }
  return joined;
}

/** Grid indices 0 and GRID_SIZE − 1 are the amounts 0 and ∞; index GRID_ONE is 1 micro. */
const GRID_SIZE = 1 << 20;
const GRID_ONE = GRID_SIZE / 2;

function gridIndex(x: number, pointsPerE: number): number {
  if (x === 0) return 0;
  return x === Number.POSITIVE_INFINITY ? GRID_SIZE - 1 : GRID_ONE + Math.round(Math.log(x) * pointsPerE);
}

function gridAmount(index: number, pointsPerE: number): number {
  if (index === 0) return 0;
  return index === GRID_SIZE - 1 ? Number.POSITIVE_INFINITY : Math.exp((index - GRID_ONE) / pointsPerE);
}

/** Sum of the weights. */
export function totalWeight({ count, weight }: LandscapeObservations): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += weight[i]!;
  return total;
}

/**
 * The largest bid that the observations tell about, micros: the largest exact need and the largest bid that won or lost; 0
 * without observations.
 */
export function largestInformative({ count, lower, upper }: LandscapeObservations): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const end = upper[i]! < Number.POSITIVE_INFINITY ? upper[i]! : lower[i]!;
    if (end > largest) largest = end;
  }
  return largest;
}
