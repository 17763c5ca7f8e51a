import type { FlightCounters } from '../policy/runtime.ts';

/** Money that the last step should have spent for what was left before it to last the traffic left before it, micros. */
export function plannedLastSpend(c: FlightCounters): number {
  const trafficBefore = c.expectedAuctionsLeft + c.lastExpectedAuctions;
  if (!(trafficBefore > 0)) return 0;
  return ((c.remainingMicros + c.lastSpendMicros) * c.lastExpectedAuctions) / trafficBefore;
}

/** Share of the flight's traffic that the plan expected until now, in [0, 1]. */
export function plannedShare(c: FlightCounters): number {
  if (!(c.expectedAuctionsTotal > 0)) return 0;
  return Math.min(1, Math.max(0, 1 - c.expectedAuctionsLeft / c.expectedAuctionsTotal));
}
