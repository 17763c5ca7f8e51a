import type { CostPlan } from '../../../src/bidding/online-lp.ts';
import { cpaScore } from '../../../src/campaign/cpa-goal.ts';
import { Rng } from '../../../src/core/rng.ts';
import { type BiddingRule, rulePolicy } from '../../../src/sim/auction-net/bidding-rules.ts';
import { type AuctionNetConfig, NUM_TICKS } from '../../../src/sim/auction-net/period-config.ts';
import { type MultiplierGrid, playRecorded, type RecordedSeat } from '../../../src/sim/auction-net/recorded-seat.ts';
import {
  beginSeat,
  blankSeatRecord,
  emptyReport,
  expectedTraffic,
  reportTick,
} from '../../../src/sim/auction-net/seat-record.ts';

/** Recorded periods to try rules on. */
export interface RecordedSet {
  readonly config: AuctionNetConfig;
  readonly grid: MultiplierGrid;
  readonly recorded: readonly RecordedSeat[];
  /** `[categories]` */
  readonly costPlans: readonly CostPlan[];
}

/**
 * Mean score of a rule over recorded seats, each played several times with other luck in conversions; the luck is the same for
 * every rule.
 */
export function scoreOnRecorded(
  set: RecordedSet,
  rule: Exclude<BiddingRule, { rule: 'abid' }>,
  repetitions: number,
): number {
  const { config, grid, costPlans } = set;
  const flights = Array.from({ length: repetitions }, () => set.recorded).flat();
  const plan = expectedTraffic(config.opportunities);
  const records = flights.map(({ seat }) => {
    const record = blankSeatRecord();
    beginSeat(record, plan, seat.budgetMicros, seat.cpaTargetMicros);
    return record;
  });
  const policy = rulePolicy(rule, {
    cpaTargetMicros: Float64Array.from(flights, ({ seat }) => seat.cpaTargetMicros),
    startFactor: new Float64Array(flights.length).fill(1),
    meanValue: new Float64Array(flights.length).fill(config.meanValue),
    costPlan: (n) => costPlans[flights[n]!.seat.category]!,
  });
  if (policy.kind === 'bid') return Number.NaN;
  const counters = records.map((record) => record.counters);
  const active = new Uint8Array(flights.length);
  const multipliers = new Float64Array(flights.length);
  const report = emptyReport();
  const luck = new Rng('tuning-luck');
  for (let t = 0; t < NUM_TICKS; t++) {
    for (let n = 0; n < flights.length; n++)
      active[n] = counters[n]!.remainingMicros >= config.minBalanceMicros ? 1 : 0;
    policy.decide(counters, active, multipliers);
    for (let n = 0; n < flights.length; n++) {
      const multiplier = active[n] === 1 ? multipliers[n]! : 0;
      playRecorded(flights[n]!, grid, t, multiplier, counters[n]!.remainingMicros, luck.next(), report);
      reportTick(records[n]!, plan, report);
    }
  }
  let sum = 0;
  for (const { counters: c, cpaTargetMicros, conversions } of records) {
    sum += cpaScore(cpaTargetMicros, c.budgetMicros - c.remainingMicros, conversions);
  }
  return sum / records.length;
}
