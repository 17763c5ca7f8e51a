import type { Policy } from '../../../src/core/policy.ts';
import { type FlightResult, playFlights } from '../../../src/sim/play-flights.ts';
import type { Days, Start } from './days.ts';

/** What a policy made of one group of starts: means over days. */
export interface GroupOutcome {
  /** R/R*. */
  readonly valueRatio: number;
  /** Spend over budget. */
  readonly budgetUtilization: number;
  /** Share of the day until the budget was gone; 1 where it lasted. */
  readonly aliveShare: number;
}

/** Plays every start once. @returns One outcome a group, in the order of the groups. */
export function playGroups(days: Days, starts: readonly Start[], numGroups: number, policy: Policy): GroupOutcome[] {
  const flights = starts.map(({ flight }) => flight);
  const results = playFlights(days.replay, days.plan, flights, policy);
  return Array.from({ length: numGroups }, (_, group) => {
    const members = starts.flatMap((start, n) => (start.group === group ? [{ start, result: results[n]! }] : []));
    const mean = (of: (member: { start: Start; result: FlightResult }) => number) =>
      members.reduce((sum, member) => sum + of(member), 0) / members.length;
    return {
      valueRatio: mean(({ start, result }) => result.value / optimumOf(days, start)),
      budgetUtilization: mean(({ result }) => result.spendMicros / days.budgetMicros),
      aliveShare: mean(({ start, result }) =>
        result.exhaustedAtStep < 0 ? 1 : (result.exhaustedAtStep + 1) / start.flight.window.numSteps,
      ),
    };
  });
}

/** Mean R/R* over all starts. */
export function meanRatio(days: Days, starts: readonly Start[], policy: Policy): number {
  const results = playFlights(
    days.replay,
    days.plan,
    starts.map(({ flight }) => flight),
    policy,
  );
  return results.reduce((sum, result, n) => sum + result.value / optimumOf(days, starts[n]!), 0) / results.length;
}

function optimumOf({ hindsight }: Days, { flight }: Start): number {
  return Math.max(hindsight.value(flight.window, flight.budgetMicros), Number.MIN_VALUE);
}
