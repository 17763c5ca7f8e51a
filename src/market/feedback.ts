/**
 * What a bidder is told of an auction besides whether it won and what it paid.
 *
 * - `full`: everybody learns its minimum to win (OpenRTB's `${AUCTION_MIN_TO_WIN}`): the winner what would have tied the
 *   runner-up or the floor, a loser what would have tied the winner.
 * - `winner-only`: winners learn it, losers only that they lost.
 * - `censored`: nobody learns it.
 */
export type FeedbackMode = 'full' | 'winner-only' | 'censored';

/** All modes, the most told first. */
export const FEEDBACK_MODES: readonly FeedbackMode[] = ['full', 'winner-only', 'censored'];

/** What one bidder is told of one auction. The queue reuses one object: copy what must outlive the call. */
export interface Notice {
  /** Of the auction, unique for this bidder; integer ≥ 0. A second notice of one id repeats the first. */
  id: number;
  /** Integer micros. */
  bidMicros: number;
  won: boolean;
  /** What was paid, integer micros; 0 where lost. */
  priceMicros: number;
  /** The bid that would have tied, integer micros; NaN where the mode does not tell. */
  minToWinMicros: number;
}

/** The minimum to win if the mode tells it, else NaN. */
export function toldMinToWin(mode: FeedbackMode, won: boolean, minToWinMicros: number): number {
  return mode === 'full' || (mode === 'winner-only' && won) ? minToWinMicros : Number.NaN;
}
