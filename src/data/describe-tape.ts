import { microsToCpm } from '../core/units.ts';
import type { Tape } from './tape.ts';

const SECONDS_PER_DAY = 86_400;

/** One kind of traffic of a tape. */
export interface SegmentSummary {
  readonly name: string;
  readonly rows: number;
  readonly clicks: number;
}

/** What a tape holds, for people. Means are null where nothing is there to take the mean of. */
export interface TapeSummary {
  readonly name: string;
  readonly rows: number;
  /** Days from the first to the last, both included; null where only the order is known. */
  readonly days: number | null;
  readonly currency: string;
  readonly valueUnit: string;
  /** Over the auctions whose price is known, currency per thousand impressions. */
  readonly meanPriceCpm: number | null;
  readonly largestPriceCpm: number | null;
  readonly meanValue: number | null;
  readonly clicks: number;
  readonly clickRate: number | null;
  readonly conversions: number;
  readonly conversionsPerClick: number | null;
  /** Auctions with a floor above 0. */
  readonly floors: number;
  /** Auctions of which the log tells its own bid. */
  readonly loggedBids: number;
  /** Lost auctions whose price is unknown. */
  readonly unknownPrices: number;
  readonly segments: readonly SegmentSummary[];
}

/** Counts and means of a tape. */
export function describeTape(tape: Tape): TapeSummary {
  const { meta, length } = tape;
  const prices = priceTotals(tape);
  const clicks = total(tape.click);
  const conversions = total(tape.conversion);
  const ratio = (a: number, b: number) => (b > 0 ? a / b : null);
  return {
    name: meta.name,
    rows: length,
    days: meta.clock === 'seconds' && length > 0 ? daysOf(tape) : null,
    currency: meta.currency,
    valueUnit: meta.valueUnit,
    meanPriceCpm: prices.known > 0 ? microsToCpm(prices.sumMicros / prices.known) : null,
    largestPriceCpm: prices.known > 0 ? microsToCpm(prices.largestMicros) : null,
    meanValue: ratio(total(tape.value), length),
    clicks,
    clickRate: ratio(clicks, length),
    conversions,
    conversionsPerClick: ratio(conversions, clicks),
    floors: count(tape.floorMicros, (floor) => floor > 0),
    loggedBids: tape.loggedBidMicros === null ? 0 : count(tape.loggedBidMicros, (bid) => !Number.isNaN(bid)),
    unknownPrices: length - prices.known,
    segments: segmentSummaries(tape),
  };
}

/** Over the auctions whose price is known. */
function priceTotals(tape: Tape): { known: number; sumMicros: number; largestMicros: number } {
  const knownUpTo = tape.meta.support?.largestMicros ?? Number.POSITIVE_INFINITY;
  const totals = { known: 0, sumMicros: 0, largestMicros: 0 };
  for (const price of tape.marketPriceMicros) {
    if (price > knownUpTo) continue;
    totals.known++;
    totals.sumMicros += price;
    if (price > totals.largestMicros) totals.largestMicros = price;
  }
  return totals;
}

function total(column: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const x of column) sum += x;
  return sum;
}

function count(column: Float64Array, holds: (x: number) => boolean): number {
  let hits = 0;
  for (const x of column) if (holds(x)) hits++;
  return hits;
}

function segmentSummaries(tape: Tape): SegmentSummary[] {
  const names = tape.meta.segments;
  if (names.length === 0) return [];
  const rows = new Float64Array(names.length);
  const clicks = new Float64Array(names.length);
  for (let i = 0; i < tape.length; i++) {
    const segment = tape.segment[i]!;
    rows[segment] = rows[segment]! + 1;
    clicks[segment] = clicks[segment]! + tape.click[i]!;
  }
  return names.map((name, i) => ({ name, rows: rows[i]!, clicks: clicks[i]! }));
}

function daysOf(tape: Tape): number {
  const day = (seconds: number) => Math.floor(seconds / SECONDS_PER_DAY);
  return day(tape.timeSeconds[tape.length - 1]!) - day(tape.timeSeconds[0]!) + 1;
}

/**
 * Sentences that belong beside every result on a tape whose lost auctions have unknown prices; empty where all prices are
 * known.
 */
export function supportWarnings(tape: Tape): string[] {
  const { support, currency } = tape.meta;
  if (tape.meta.lostPrices === 'known' || support === undefined) return [];
  const largest = `${microsToCpm(support.largestMicros)} ${currency} CPM`;
  if (support.lostAuctions === 0) {
    return [
      `This log holds only auctions that its bidder won, so real competition was stronger than it shows; bids above ${largest}, ` +
        'the largest price or bid in it, were never tried.',
    ];
  }
  const share = ((100 * support.lostAuctions) / tape.length).toFixed(1);
  return [
    `The prices of ${support.lostAuctions} lost auctions (${share} %) are unknown: they count as lost to every bid up to ` +
      `${largest}, the largest price or bid in the log, and what bids above it would have met is a guess.`,
  ];
}
