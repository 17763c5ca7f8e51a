import type { DelayLaw } from '../../../src/response/delay.ts';
import { estimateMaturity, maturityAt, maturityByLaw } from '../../../src/response/maturity.ts';
import { organicRate } from '../../../src/response/organic.ts';
import type { Journeys } from '../../../src/sim/response/journeys.ts';
import type { Valuation } from './settings.ts';
import { type ResponseWorld, windowOf } from './world.ts';

/** Clicks at the common rate that each item and each segment counts beside its own. */
const PRIOR_CLICKS = 20;
/** No item or segment is worth less than this share of the others, so that it goes on being tried. */
const LEAST_SHARE = 0.05;
/** Bins of maturity curves. */
const MATURITY_BINS = 28;

interface ValuationEntry {
  readonly title: string;
  readonly kind: 'baseline' | 'reference';
}

/** Words for valuations, in the order of their charts. */
export const valuations: Readonly<Record<Valuation, ValuationEntry>> = {
  clicks: { title: 'Clicks', kind: 'baseline' },
  'attributed-so-far': { title: 'Attributed so far', kind: 'baseline' },
  'attributed-matured': { title: 'Attributed, matured clicks only', kind: 'baseline' },
  'attributed-corrected': { title: 'Attributed, corrected for delay', kind: 'baseline' },
  uplift: { title: 'Uplift against a holdout', kind: 'baseline' },
  'uplift-oracle': { title: 'True uplift', kind: 'reference' },
};

/** Conversions counted and clicks they are counted on, by cell of item and segment. */
interface CellCounts {
  readonly conversions: Float64Array;
  readonly clicks: Float64Array;
}

/**
 * What a click is taken to be worth in each cell of item and segment, in conversions (any unit: bids are scaled to the
 * budget), from what is seen by a time.
 *
 * - `clicks`: the same everywhere;
 * - `attributed-so-far`: credits seen per click, young clicks included;
 * - `attributed-matured`: the same of clicks whose window has closed;
 * - `attributed-corrected`: credits seen over the share of clicks that is expected to have shown theirs, by the maturity curve
 *   of the item estimated from the credits themselves, see {@link maturityCurves};
 * - `uplift`: credits less those that users would have brought anyway in the time in which a conversion is credited to a click
 *   (at the rate of held-out users of the segment), over the share of clicks expected to have shown theirs by the same curve.
 *   Credits without an ad come evenly over the window, so the curve is slower than that of ads and young clicks look a little
 *   better than they are.
 *
 * Only `uplift-oracle` knows anything of the truth.
 *
 * @returns `[I · S]`, index `item · S + segment`.
 */
export function cellValues(valuation: Valuation, world: ResponseWorld, journeys: Journeys, now: number): Float64Array {
  const numCells = world.config.world.numItems * world.config.numSegments;
  const counts: CellCounts = { conversions: new Float64Array(numCells), clicks: new Float64Array(numCells) };
  switch (valuation) {
    case 'clicks':
    case 'uplift-oracle':
      return new Float64Array(numCells).fill(1);
    case 'attributed-so-far':
      countClicks(world, journeys, counts, () => 1);
      break;
    case 'attributed-matured': {
      const window = windowOf(world.config.world);
      countClicks(world, journeys, counts, (time) => (now - time >= window ? 1 : 0));
      break;
    }
    case 'attributed-corrected': {
      const window = windowOf(world.config.world);
      const curves = maturityCurves(world, journeys, now);
      countClicks(world, journeys, counts, (time, item) => maturityAt(curves[item]!, window, now - time));
      break;
    }
    case 'uplift':
      countUplift(world, journeys, now, counts);
      break;
  }
  return factoredRates(counts, world.config.numSegments);
}

/** Cell of a click. */
function cellOf({ config, segments }: ResponseWorld, item: number, user: number): number {
  return item * config.numSegments + segments[user]!;
}

/** Adds clicks by the weight of their time and item, and the credits of clicks with any weight. */
function countClicks(
  world: ResponseWorld,
  { clicks, credits }: Journeys,
  counts: CellCounts,
  weightOf: (time: number, item: number) => number,
): void {
  for (const { item, user, time } of clicks) {
    const cell = cellOf(world, item, user);
    counts.clicks[cell] = counts.clicks[cell]! + weightOf(time, item);
  }
  for (const { click, share } of credits) {
    const { item, user, time } = clicks[click]!;
    if (weightOf(time, item) === 0) continue;
    const cell = cellOf(world, item, user);
    counts.conversions[cell] = counts.conversions[cell]! + share;
  }
}

function countUplift(world: ResponseWorld, journeys: Journeys, now: number, counts: CellCounts): void {
  const { clicks } = journeys;
  const window = windowOf(world.config.world);
  const organic = organicRates(world, journeys, now);
  const curves = maturityCurves(world, journeys, now);
  countClicks(world, journeys, counts, (time, item) => maturityAt(curves[item]!, window, now - time));
  // A conversion without an ad is credited to the last click while its window is open: until the next click at the latest.
  const ends = Float64Array.from(clicks, ({ time }) => Math.min(now, time + window));
  for (const { previous, time } of clicks) if (previous >= 0) ends[previous] = Math.min(ends[previous]!, time);
  for (const [i, { item, user, time }] of clicks.entries()) {
    const cell = cellOf(world, item, user);
    counts.conversions[cell] = counts.conversions[cell]! - organic[world.segments[user]!]! * (ends[i]! - time);
  }
}

/** `[S]` conversions a day of a held-out user of each segment, by now. */
function organicRates({ config, segments, heldOut }: ResponseWorld, { withAds }: Journeys, now: number): Float64Array {
  const conversions = new Float64Array(config.numSegments);
  const users = new Float64Array(config.numSegments);
  for (let user = 0; user < segments.length; user++) {
    if (heldOut[user] === 0) continue;
    const segment = segments[user]!;
    users[segment] = users[segment]! + 1;
    conversions[segment] = conversions[segment]! + withAds[user]!;
  }
  return conversions.map((count, segment) => (users[segment]! > 0 ? count / (users[segment]! * now) : 0));
}

/**
 * `[I]` estimated maturity of credits by the age of their click: nothing is known beforehand of any delay (spread evenly over
 * the window), the credits of all items tell what an item is expected to be like, its own how it differs.
 */
export function maturityCurves(world: ResponseWorld, { clicks, credits }: Journeys, now: number): Float64Array[] {
  const { numItems } = world.config.world;
  const delays = Array.from({ length: numItems }, (): number[] => []);
  const ages = Array.from({ length: numItems }, (): number[] => []);
  for (const { click, time } of credits) {
    const { item, time: clicked } = clicks[click]!;
    delays[item]!.push(time - clicked);
    ages[item]!.push(now - clicked);
  }
  const window = windowOf(world.config.world);
  const even: DelayLaw = { cdf: (days) => days / window, quantile: (p) => p * window };
  const unknown = maturityByLaw(even, window, MATURITY_BINS);
  const common = estimateMaturity(delays.flat(), ages.flat(), window, unknown);
  return delays.map((own, item) => estimateMaturity(own, ages[item]!, window, common));
}

/**
 * Rates of cells as a common rate times a factor of the item and one of the segment, each drawn towards 1: far less noise than
 * a rate for every cell. The factors are conversions over those expected from the common rate and the other factor.
 */
function factoredRates({ conversions, clicks }: CellCounts, numSegments: number): Float64Array {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const common = sum(clicks) > 0 ? Math.max(0, sum(conversions)) / sum(clicks) : 0;
  const rates = new Float64Array(conversions.length).fill(common > 0 ? common : 1);
  if (common === 0) return rates;
  const scale = (groupOf: (cell: number) => number, numGroups: number) => {
    const seen = new Float64Array(numGroups).fill(PRIOR_CLICKS * common);
    const expected = seen.slice();
    for (let cell = 0; cell < rates.length; cell++) {
      const group = groupOf(cell);
      seen[group] = seen[group]! + conversions[cell]!;
      expected[group] = expected[group]! + clicks[cell]! * rates[cell]!;
    }
    for (let cell = 0; cell < rates.length; cell++) {
      const group = groupOf(cell);
      rates[cell] = rates[cell]! * Math.max(LEAST_SHARE, seen[group]! / expected[group]!);
    }
  };
  scale((cell) => Math.floor(cell / numSegments), rates.length / numSegments);
  scale((cell) => cell % numSegments, numSegments);
  return rates;
}

/**
 * `[n]` what an opportunity is worth before the value of its cell: predicted clicks, or for the oracle the true conversions by an
 * ad less those that they displace.
 */
export function opportunityValues(valuation: Valuation, world: ResponseWorld): Float64Array {
  if (valuation !== 'uplift-oracle') return world.pCtr;
  const { traffic, truth, config } = world;
  const { organic } = config.world;
  return truth.clickRates.map((ctr, o) => {
    const rate = organicRate(organic, traffic.intents[traffic.users[o]!]!);
    const displaced = organic.displacement * rate * organic.displacementDays;
    return ctr * truth.conversionRates[o]! * Math.max(0, 1 - displaced);
  });
}
