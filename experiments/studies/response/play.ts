import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { FrequencyCap } from '../../../src/response/frequency-cap.ts';
import { correctedConversions, maturityAt } from '../../../src/response/maturity.ts';
import { incrementalConversions, Journeys } from '../../../src/sim/response/journeys.ts';
import type { Valuation } from './settings.ts';
import { cellValues, maturityCurves, opportunityValues } from './valuations.ts';
import { FIRST_DAY, type ResponseWorld, windowOf } from './world.ts';

/** Attributed conversions of the clicks up to the end of a day. */
export interface DayCounts {
  /** Seen by then. */
  readonly soFar: number;
  /** What is then expected to come in all. */
  readonly corrected: number;
  /** What came in all. */
  readonly matured: number;
}

/** What a bidder made of one seed's market; plain JSON. */
export interface PlayedFlight {
  readonly policy: Valuation;
  readonly impressions: number;
  readonly clicks: number;
  readonly spendMicros: number;
  /** Credited to clicks once all windows have closed. */
  readonly attributed: number;
  /** Credited by the end of the flight. */
  readonly attributedSoFar: number;
  /** Of the attributed ones, those that no ad brought. */
  readonly organicAttributed: number;
  /** With the ads minus without, by the time all windows have closed. */
  readonly incremental: number;
  /** `[S]` share of spend by segment. */
  readonly spendShares: readonly number[];
  /** `[flightDays]` */
  readonly days: readonly DayCounts[];
}

/** What is added up while a flight is played. */
interface Totals {
  impressions: number;
  spendMicros: number;
  readonly spendBySegment: Float64Array;
}

/**
 * Plays a flight: each day's bids are predicted values times a factor that would have spent the day's money on the opportunities
 * of the day before; second price; what is left of the budget is spread over the days left.
 */
export function playFlight(world: ResponseWorld, policy: Valuation): PlayedFlight {
  const { config, traffic, flightEnd, horizon } = world;
  const journeys = new Journeys(config.world, traffic, world.truth);
  const cap = new FrequencyCap(traffic.numUsers, config.frequencyCap);
  const base = opportunityValues(policy, world);
  const values = new Float64Array(traffic.count);
  const totals: Totals = { impressions: 0, spendMicros: 0, spendBySegment: new Float64Array(config.numSegments) };
  const budgetMicros = Math.round(config.dailyBudget * MICROS_PER_UNIT) * config.flightDays;
  const snapshots: { readonly soFar: number; readonly corrected: number }[] = [];
  journeys.settle(FIRST_DAY);
  for (let day = FIRST_DAY; day < flightEnd; day++) {
    const cells = cellValues(policy, world, journeys, day);
    setValues(world, policy, base, cells, day - 1, values);
    const dayMicros = Math.floor((budgetMicros - totals.spendMicros) / (flightEnd - day));
    const factor = spendingFactor(world, values, day - 1, dayMicros);
    setValues(world, policy, base, cells, day, values);
    playDay(world, journeys, cap, values, factor, day, dayMicros, totals);
    journeys.settle(day + 1);
    snapshots.push(snapshot(world, journeys, day + 1));
  }
  journeys.settle(horizon);
  const { credits } = journeys;
  return {
    policy,
    impressions: totals.impressions,
    clicks: journeys.clicks.length,
    spendMicros: totals.spendMicros,
    attributed: sumShares(credits),
    attributedSoFar: snapshots.at(-1)!.soFar,
    organicAttributed: sumShares(credits.filter(({ byAd }) => !byAd)),
    incremental: incrementalConversions(journeys),
    spendShares: Array.from(totals.spendBySegment, (spend) => spend / Math.max(1, totals.spendMicros)),
    days: snapshots.map((counts, d) => ({
      ...counts,
      matured: sumShares(credits.filter(({ click }) => journeys.clicks[click]!.time < FIRST_DAY + d + 1)),
    })),
  };
}

function sumShares(credits: Journeys['credits']): number {
  return credits.reduce((sum, { share }) => sum + share, 0);
}

/** Writes the values of a day's opportunities; 0 for users whom the uplift bidder holds out. */
function setValues(
  { config, traffic, segments, heldOut, dayOffsets }: ResponseWorld,
  policy: Valuation,
  base: Float64Array,
  cells: Float64Array,
  day: number,
  values: Float64Array,
): void {
  const holdsOut = policy === 'uplift';
  for (let o = dayOffsets[day]!; o < dayOffsets[day + 1]!; o++) {
    const user = traffic.users[o]!;
    const cell = traffic.items[o]! * config.numSegments + segments[user]!;
    values[o] = holdsOut && heldOut[user] === 1 ? 0 : base[o]! * cells[cell]!;
  }
}

/** Steps of the bisection, each halving the logarithm of the factor's range. */
const BISECTIONS = 40;

/** The largest factor on values whose bids would have spent at most so much on a day's opportunities, caps aside. */
function spendingFactor(world: ResponseWorld, values: Float64Array, day: number, dayMicros: number): number {
  const from = world.dayOffsets[day]!;
  const to = world.dayOffsets[day + 1]!;
  let low = Math.log(1e-3);
  let high = Math.log(1e15);
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = 0.5 * (low + high);
    const factor = Math.exp(middle);
    let spend = 0;
    for (let o = from; o < to && spend <= dayMicros; o++) {
      if (Math.floor(factor * values[o]!) > world.prices[o]!) spend += world.prices[o]!;
    }
    if (spend <= dayMicros) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

function playDay(
  { traffic, prices, dayOffsets, segments }: ResponseWorld,
  journeys: Journeys,
  cap: FrequencyCap,
  values: Float64Array,
  factor: number,
  day: number,
  dayMicros: number,
  totals: Totals,
): void {
  let left = dayMicros;
  for (let o = dayOffsets[day]!; o < dayOffsets[day + 1]!; o++) {
    const price = prices[o]!;
    if (Math.floor(factor * values[o]!) <= price || price > left) continue;
    const user = traffic.users[o]!;
    const time = traffic.times[o]!;
    if (!cap.allows(user, time)) continue;
    cap.expose(user, time);
    journeys.expose(o);
    left -= price;
    totals.impressions++;
    totals.spendMicros += price;
    const segment = segments[user]!;
    totals.spendBySegment[segment] = totals.spendBySegment[segment]! + price;
  }
}

/** Attributed conversions seen by a time, and what is expected to come in all of the clicks so far, item by item. */
function snapshot(world: ResponseWorld, journeys: Journeys, now: number) {
  const { numItems } = world.config.world;
  const window = windowOf(world.config.world);
  const curves = maturityCurves(world, journeys, now);
  const seen = new Float64Array(numItems);
  const clicks = new Float64Array(numItems);
  const matured = new Float64Array(numItems);
  for (const { click, share } of journeys.credits) {
    const { item } = journeys.clicks[click]!;
    seen[item] = seen[item]! + share;
  }
  for (const { item, time } of journeys.clicks) {
    clicks[item] = clicks[item]! + 1;
    matured[item] = matured[item]! + maturityAt(curves[item]!, window, now - time);
  }
  let soFar = 0;
  let corrected = 0;
  for (let item = 0; item < numItems; item++) {
    soFar += seen[item]!;
    corrected += correctedConversions(seen[item]!, clicks[item]!, matured[item]!) ?? 0;
  }
  return { soFar, corrected };
}
