import { normalQuantile } from '../../core/distributions.ts';
import type { Rng } from '../../core/rng.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';
import type { Keywords } from './keywords.ts';
import { rivalBid, rivalSurplus } from './rival-bid.ts';

/** Rounds of bidding in a day. */
const SUB_STEPS = 24;
/** Least revenue of a conversion, currency units. */
const LEAST_REVENUE = 0.01;

/** What a day brought, by keyword; overwritten by {@link playKeywordDay}. */
export interface KeywordDay {
  /** `[K]` counts. */
  readonly impressions: Float64Array;
  readonly clicks: Float64Array;
  readonly conversions: Float64Array;
  /** `[K]` integer micros. */
  readonly costMicros: Float64Array;
  readonly revenueMicros: Float64Array;
}

/** A day in which nothing happened yet. */
export function emptyKeywordDay(size: number): KeywordDay {
  const column = () => new Float64Array(size);
  return {
    impressions: column(),
    clicks: column(),
    conversions: column(),
    costMicros: column(),
    revenueMicros: column(),
  };
}

/**
 * Plays a day of 24 rounds. Each keyword's searches are spread evenly at random over the rounds; each search is an auction
 * of second price against the highest competing bid, paid when clicked. A click that the rest of the day's budget does not
 * cover is not bought, and ends the day.
 *
 * The same numbers are drawn whatever is bid, so nothing a bidder does shifts the luck of later searches.
 *
 * @param bidsMicros `[K]` integer micros; a bid must be above the competing one.
 * @param budgetMicros Integer micros; never exceeded.
 */
export function playKeywordDay(
  keywords: Keywords,
  bidsMicros: Float64Array,
  budgetMicros: number,
  rng: Rng,
  out: KeywordDay,
): void {
  for (const column of Object.values(out)) column.fill(0);
  const { size } = keywords;
  const left = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    left[k] = Math.max(0, Math.round(keywords.meanVolume[k]! + keywords.volumeStd[k]! * rng.normal()));
  }
  const purse = { leftMicros: budgetMicros, open: true };
  for (let round = 0; round < SUB_STEPS; round++) {
    for (let k = 0; k < size; k++) {
      const searches = binomial(left[k]!, 1 / (SUB_STEPS - round), rng);
      left[k] = left[k]! - searches;
      for (let i = 0; i < searches; i++) playSearch(keywords, k, bidsMicros[k]!, purse, rng, out);
    }
  }
}

/** Number of n searches that fall in this round; one uniform number each. */
function binomial(n: number, p: number, rng: Rng): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (rng.next() < p) count++;
  return count;
}

function playSearch(
  keywords: Keywords,
  k: number,
  bidMicros: number,
  purse: { leftMicros: number; open: boolean },
  rng: Rng,
  out: KeywordDay,
): void {
  const rival = rng.double();
  const click = rng.next();
  const conversion = rng.next();
  const revenue = rng.double();
  if (!purse.open) return;
  const price = rivalBid(keywords.rivalLocation[k]!, keywords.rivalScale[k]!, rival) * MICROS_PER_UNIT;
  if (bidMicros <= price) return;
  const costMicros = Math.round(price);
  if (click < keywords.ctr[k]! && costMicros > purse.leftMicros) {
    purse.open = false;
    return;
  }
  out.impressions[k]!++;
  if (click >= keywords.ctr[k]!) return;
  purse.leftMicros -= costMicros;
  out.clicks[k]!++;
  out.costMicros[k]! += costMicros;
  if (conversion >= keywords.cvr[k]!) return;
  out.conversions[k]!++;
  const spread = keywords.revenueStd[k]! * normalQuantile(revenue);
  out.revenueMicros[k]! += Math.round(Math.max(LEAST_REVENUE, keywords.meanRevenue[k]! + spread) * MICROS_PER_UNIT);
}

/**
 * `[K]` the most that each keyword can be expected to earn in a day, currency units: bidding what a click is worth, which is
 * best against any second price, with budget to spare. Differs from what is earned by the cut of revenues at a cent.
 */
export function idealProfit(keywords: Keywords, out: Float64Array): void {
  for (let k = 0; k < keywords.size; k++) {
    const worth = keywords.cvr[k]! * keywords.meanRevenue[k]!;
    const surplus = rivalSurplus(keywords.rivalLocation[k]!, keywords.rivalScale[k]!, worth);
    out[k] = keywords.meanVolume[k]! * keywords.ctr[k]! * surplus;
  }
}
