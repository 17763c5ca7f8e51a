import type { FlightWindow } from './flight-window.ts';
import type { Replay } from './replay.ts';
import { emptyOutcome } from './step-outcome.ts';

const COARSE_POINTS = 161;
const REFINEMENTS = 3;

/**
 * The constant multiplier that, known in hindsight, wins the most value on one flight: a reference that no bidder can
 * reach on purpose.
 *
 * Value against α is not concave once the budget runs out early, so the search is a log grid over five decades around
 * `centre`, refined three times around its best point (relative resolution below 1e-4).
 *
 * @param centre A plausible multiplier, micros per value unit, positive: mean price over mean value.
 */
export function hindsightMultiplier(
  replay: Replay,
  window: FlightWindow,
  budgetMicros: number,
  centre: number,
): { readonly multiplier: number; readonly value: number } {
  let best = { multiplier: centre, value: -1 };
  let low = Math.log(centre) - Math.log(10) * 2.5;
  let high = Math.log(centre) + Math.log(10) * 2.5;
  for (let round = 0; round <= REFINEMENTS; round++) {
    const width = (high - low) / (COARSE_POINTS - 1);
    for (let k = 0; k < COARSE_POINTS; k++) {
      const multiplier = Math.exp(low + k * width);
      const value = constantValue(replay, window, budgetMicros, multiplier);
      if (value > best.value) best = { multiplier, value };
    }
    low = Math.log(best.multiplier) - width;
    high = Math.log(best.multiplier) + width;
  }
  return best;
}

/** Value that one multiplier wins over a whole flight. */
function constantValue(replay: Replay, window: FlightWindow, budgetMicros: number, multiplier: number): number {
  const outcome = emptyOutcome();
  let remaining = budgetMicros;
  let value = 0;
  for (let t = 0; t < window.numSteps && remaining >= window.minCostFromMicros[t]!; t++) {
    replay.play(window.firstStep + t, multiplier, remaining, outcome);
    remaining -= outcome.spendMicros;
    value += outcome.value;
  }
  return value;
}
