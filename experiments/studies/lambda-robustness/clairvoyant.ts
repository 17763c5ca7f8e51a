import { moveTowards } from '../../../src/bidding/drlb-moves.ts';
import type { MultiplierPolicy } from '../../../src/core/policy.ts';
import type { FlightWindow } from '../../../src/sim/flight-window.ts';
import type { DayTable } from './day-table.ts';

/**
 * Knows every price of the day: before each step it takes the move that comes nearest to the multiplier whose spend on the
 * rest of the day is exactly the money left. What it misses of R* is what the moves themselves cost.
 *
 * @param windows Of the flights, in the order in which the policy is asked about them.
 */
export function clairvoyant(
  windows: readonly FlightWindow[],
  tableOf: (window: FlightWindow) => DayTable,
  moves: readonly number[],
): MultiplierPolicy {
  return {
    kind: 'multiplier',
    reset: () => undefined,
    decide(counters, active, out) {
      for (let n = 0; n < counters.length; n++) {
        if (active[n] !== 1) continue;
        const { stepIndex, remainingMicros, lastMultiplier } = counters[n]!;
        out[n] = moveTowards(lastMultiplier, tableOf(windows[n]!).multiplierFor(stepIndex, remainingMicros), moves);
      }
    },
  };
}
