import type { FlightCounters } from '../policy/runtime.ts';

export type { FlightCounters } from '../policy/runtime.ts';

/**
 * Decides one multiplier α per flight and step: every bid of the step is α · value.
 *
 * N flights are played side by side; a stateful policy keeps one state per flight.
 */
export interface MultiplierPolicy {
  readonly kind: 'multiplier';
  /** Forgets the state of the flights whose mask entry is 1; of all flights without a mask. */
  reset(mask?: Uint8Array): void;
  /**
   * @param flights `[N]` raw counters before the step; read only.
   * @param active `[N]`, 1 where the flight still runs; entries of ended flights are left alone.
   * @param out `[N]` multipliers, micros per value unit; overwritten where active.
   */
  decide(flights: readonly FlightCounters[], active: Uint8Array, out: Float64Array): void;
}

/** One bid request as a bidder sees it. The simulator reuses one object: copy what must outlive the call. */
export interface Opportunity {
  /** Expected value of the impression, value units. */
  value: number;
  /** Smallest price the seller takes, integer micros (OpenRTB bidfloor). */
  floorMicros: number;
  /** Money left in this flight, integer micros. */
  remainingMicros: number;
  /** Auctions expected to be left in the flight, this one included. Exact in a replay with a known number of records. */
  auctionsLeft: number;
  /** What the log's own bidder bid, integer micros; NaN where the log does not tell. */
  loggedBidMicros: number;
  /** Of the request, unique in its flight; absent where outcomes are told at once and never twice. Notices name it. */
  id?: number;
}

/** What a market tells of a bid beside win and price. The simulator reuses one object: copy what must outlive the call. */
export interface BidNotice {
  /** Of the opportunity, unique in its flight; a second notice of one id repeats the first. */
  readonly id: number;
  /** The bid as it counted, 0 for none. */
  readonly bidMicros: number;
  /** The bid that would have tied for the last place that wins; NaN where the bidder is not told. */
  readonly minToWinMicros: number;
}

/** Decides one bid per opportunity. */
export interface BidPolicy {
  readonly kind: 'bid';
  reset(mask?: Uint8Array): void;
  /** Called before the opportunities of a step with the flight's counters. */
  beginStep(flight: number, counters: FlightCounters): void;
  /** The bid in micros (the simulator rounds it down to the bid quantum and caps it); NaN or below 0 is no bid. */
  bid(flight: number, opportunity: Opportunity): number;
  /**
   * What came of a bid; price 0 where lost. Without a notice, or where notices travel without delay, it was the last one.
   *
   * @param notice Which bid it was, and how much would have won. A market's notices may come late, twice or never: count
   * money by their ids, as `FeedbackLedger` does.
   */
  observe?(flight: number, won: boolean, priceMicros: number, notice?: BidNotice): void;
}

/**
 * Anything that can bid: baselines, trained agents, exports, a user's own. One evaluator plays both kinds on the same
 * tape.
 */
export type Policy = MultiplierPolicy | BidPolicy;
