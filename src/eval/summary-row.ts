/** What a policy is in a comparison. */
export type PolicyKind = 'learner' | 'baseline' | 'reference' | 'ceiling';

/**
 * The result of one policy on one flight. Money in micros, `value` in the tape's value units.
 *
 * Rows of one (budgetFraction, seed, flight) stand on the same tape for every policy, so they are paired.
 */
export interface SummaryRow {
  /** Policy id, unique in the experiment. */
  readonly policy: string;
  /** Words for people: "RLB (exact DP)". */
  readonly title: string;
  readonly kind: PolicyKind;
  readonly seed: number;
  /** Budget over what the flight's whole traffic costs at market prices. */
  readonly budgetFraction: number;
  /** Which flight (test day), in words or a number as text. */
  readonly flight: string;
  /** Decision steps of the flight. */
  readonly horizon: number;
  readonly auctions: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly budgetMicros: number;
  readonly spendMicros: number;
  readonly value: number;
  /** Fractional hindsight knapsack by value over price (R*). */
  readonly hindsightValue: number;
  /** value / hindsightValue. */
  readonly valueRatio: number;
  readonly winRate: number;
  /** Currency units per thousand impressions; null without impressions. */
  readonly cpm: number | null;
  /** Currency units per click; null without clicks. */
  readonly ecpc: number | null;
  /** spend / budget. */
  readonly budgetUtilization: number;
  /** Spend above the budget; 0 unless something is broken. */
  readonly overspendMicros: number;
  /** Share of the flight after which the budget was gone; null where it never was. */
  readonly exhaustedAt: number | null;
}
