/** What a tape's numbers mean; stored with it as JSON. */
export interface TapeMeta {
  /** Name in words, for reports. */
  readonly name: string;
  readonly origin: 'log' | 'generated';
  /** ISO 4217 code. */
  readonly currency: string;
  /** The log's own price unit and how many micros it is for one impression: iPinYou's fen CPM is 10 micros CNY. */
  readonly priceUnit: { readonly name: string; readonly micros: number };
  /** `seconds`: `timeSeconds` counts from midnight of day 0. `order`: only the order is known and it is 0, 1, 2, … */
  readonly clock: 'seconds' | 'order';
  /** Whether the market price of auctions that the log's bidder lost is known. */
  readonly lostPrices: 'known' | 'won-only';
  /**
   * Only where `lostPrices` is 'won-only': the largest price or bid that the log shows, in micros, and the number of lost
   * auctions. What a bid above it would have met is unknown; lost auctions stand one quantum above it, so they stay lost
   * to every bid up to there.
   */
  readonly support?: { readonly largestMicros: number; readonly lostAuctions: number };
  readonly pricing: 'second-price' | 'first-price';
  /** Whether a bid equal to the market price wins. */
  readonly ties: 'win' | 'lose';
  readonly minBidMicros: number;
  readonly bidQuantumMicros: number;
  /** No bid is above this; null for no cap. */
  readonly maxBidMicros: number | null;
  /** What one unit of `value` is, in words: "expected clicks". */
  readonly valueUnit: string;
  /** Names of the segment codes; empty where the log has none. */
  readonly segments: readonly string[];
}

/**
 * An immutable, columnar record of bid opportunities in time order, on SharedArrayBuffer so that workers share it.
 *
 * It comes from a log or from a generator and is the same thing after that. Outcomes are part of it, so policies played on
 * one tape face common random numbers. All columns are `length` long.
 */
export interface Tape {
  readonly meta: TapeMeta;
  readonly length: number;
  /** Never decreasing. */
  readonly timeSeconds: Float64Array;
  /** Expected value of the impression, value units, finite and not negative. */
  readonly value: Float64Array;
  /** Highest rival price, integer micros. */
  readonly marketPriceMicros: Float64Array;
  /** Smallest price the seller takes, integer micros. */
  readonly floorMicros: Float64Array;
  /** 1 where the impression, if shown, is clicked. */
  readonly click: Uint8Array;
  /** 1 where it converts. */
  readonly conversion: Uint8Array;
  /** Index into `meta.segments`; 0 where there are none. */
  readonly segment: Uint16Array;
  /** What the log's own bidder bid, integer micros, NaN where unknown; null where the log never tells. */
  readonly loggedBidMicros: Float64Array | null;
}

/** A tape of `length` opportunities with every column zero, to be filled by a reader or a generator. */
export function allocateTape(meta: TapeMeta, length: number, withLoggedBids = false): Tape {
  const doubles = () => new Float64Array(new SharedArrayBuffer(8 * length));
  const bytes = () => new Uint8Array(new SharedArrayBuffer(length));
  return {
    meta,
    length,
    timeSeconds: doubles(),
    value: doubles(),
    marketPriceMicros: doubles(),
    floorMicros: doubles(),
    click: bytes(),
    conversion: bytes(),
    segment: new Uint16Array(new SharedArrayBuffer(2 * length)),
    loggedBidMicros: withLoggedBids ? doubles() : null,
  };
}
