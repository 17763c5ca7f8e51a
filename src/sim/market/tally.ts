/** What every seat got, `[A]` each; money and worth in integer micros, so that sums are exact in any order. */
export interface Tally {
  /** Slots won that could be paid. */
  readonly wins: Float64Array;
  /** Ads that were seen, by people or bots. */
  readonly impressions: Float64Array;
  readonly clicks: Float64Array;
  readonly conversions: Float64Array;
  readonly spendMicros: Float64Array;
  /** Worth of what people saw. */
  readonly worthMicros: Float64Array;
  /** Worth that the seat believes in: it cannot tell bots from people, and its predictions may be wrong. */
  readonly believedMicros: Float64Array;
  /** Of impressions, clicks and spend, what went to bots. */
  readonly invalidImpressions: Float64Array;
  readonly invalidClicks: Float64Array;
  readonly invalidSpendMicros: Float64Array;
}

const FIELDS = [
  'wins',
  'impressions',
  'clicks',
  'conversions',
  'spendMicros',
  'worthMicros',
  'believedMicros',
  'invalidImpressions',
  'invalidClicks',
  'invalidSpendMicros',
] as const satisfies readonly (keyof Tally)[];

/** A tally of zeros. */
export function emptyTally(numSeats: number): Tally {
  const zeros = () => new Float64Array(numSeats);
  return {
    wins: zeros(),
    impressions: zeros(),
    clicks: zeros(),
    conversions: zeros(),
    spendMicros: zeros(),
    worthMicros: zeros(),
    believedMicros: zeros(),
    invalidImpressions: zeros(),
    invalidClicks: zeros(),
    invalidSpendMicros: zeros(),
  };
}

/** Back to zeros. */
export function clearTally(tally: Tally): void {
  for (const field of FIELDS) tally[field].fill(0);
}

/** Adds one tally to another. */
export function addTally(total: Tally, more: Tally): void {
  for (const field of FIELDS) {
    const [to, from] = [total[field], more[field]];
    for (let a = 0; a < to.length; a++) to[a] = to[a]! + from[a]!;
  }
}
