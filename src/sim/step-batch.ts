import type { StepOutcome } from './step-outcome.ts';

/** What is asked of a batch of N plays, each of one step with one multiplier: columns, reused by the caller. */
export interface StepQueries {
  /** `[N]` step of the tape. */
  readonly steps: Int32Array;
  /** `[N]` α ≥ 0, finite, micros per value unit. */
  readonly multipliers: Float64Array;
  /** `[N]` budget left, integer micros ≥ 0. */
  readonly remainingMicros: Float64Array;
}

/** What N plays bought: the fields of {@link StepOutcome} as columns. */
export interface StepOutcomes {
  /** `[N]` */
  readonly wins: Int32Array;
  /** `[N]` integer micros. */
  readonly spendMicros: Float64Array;
  /** `[N]` value units. */
  readonly value: Float64Array;
  /** `[N]` */
  readonly clicks: Int32Array;
  /** `[N]` */
  readonly conversions: Int32Array;
}

/** Room for n queries. */
export function emptyQueries(n: number): StepQueries {
  return { steps: new Int32Array(n), multipliers: new Float64Array(n), remainingMicros: new Float64Array(n) };
}

/** Room for n outcomes, with nothing in them. */
export function emptyOutcomes(n: number): StepOutcomes {
  return {
    wins: new Int32Array(n),
    spendMicros: new Float64Array(n),
    value: new Float64Array(n),
    clicks: new Int32Array(n),
    conversions: new Int32Array(n),
  };
}

/** Writes one outcome into place n of the columns. */
export function putOutcome(outcomes: StepOutcomes, n: number, outcome: StepOutcome): void {
  outcomes.wins[n] = outcome.wins;
  outcomes.spendMicros[n] = outcome.spendMicros;
  outcomes.value[n] = outcome.value;
  outcomes.clicks[n] = outcome.clicks;
  outcomes.conversions[n] = outcome.conversions;
}

/** Reads the outcome in place n of the columns. */
export function takeOutcome(outcomes: StepOutcomes, n: number, outcome: StepOutcome): void {
  outcome.wins = outcomes.wins[n]!;
  outcome.spendMicros = outcomes.spendMicros[n]!;
  outcome.value = outcomes.value[n]!;
  outcome.clicks = outcomes.clicks[n]!;
  outcome.conversions = outcomes.conversions[n]!;
}
