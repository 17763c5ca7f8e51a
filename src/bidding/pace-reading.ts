import type { FlightCounters } from '../policy/runtime.ts';
import { plannedShare } from './spend-plan.ts';

/** What a pacing controller sees between two intervals: shares of the budget against shares of the plan. */
export interface PaceReading {
  /** Decision intervals of the whole flight. */
  numIntervals: number;
  /** Spend so far over the budget. */
  spentShare: number;
  /** What the plan has spent by now, share of the budget. */
  targetShare: number;
  /** Spend of the last interval over the budget. */
  lastSpentShare: number;
  /** What the plan gave to the last interval, share of the budget. */
  lastTargetShare: number;
}

/** The reading of a flight whose plan spends in step with expected traffic. */
export function paceReading(c: FlightCounters): PaceReading {
  return {
    numIntervals: c.numSteps,
    spentShare: 1 - c.remainingMicros / c.budgetMicros,
    targetShare: plannedShare(c),
    lastSpentShare: c.lastSpendMicros / c.budgetMicros,
    lastTargetShare: c.expectedAuctionsTotal > 0 ? c.lastExpectedAuctions / c.expectedAuctionsTotal : 0,
  };
}
