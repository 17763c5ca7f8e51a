/** What one flight bought in one step; reused by the caller, overwritten by the kernels. */
export interface StepOutcome {
  /** Impressions won and paid for. */
  wins: number;
  /** Integer micros. */
  spendMicros: number;
  /** Expected value won, value units. */
  value: number;
  clicks: number;
  conversions: number;
}

/** An outcome with nothing in it. */
export function emptyOutcome(): StepOutcome {
  return { wins: 0, spendMicros: 0, value: 0, clicks: 0, conversions: 0 };
}
