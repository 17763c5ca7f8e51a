import type { Policy } from '../src/core/policy.ts';
import type { PolicyKind, SummaryRow } from '../src/eval/summary-row.ts';
import type { FlightWindow } from '../src/sim/flight-window.ts';
import { type Flight, playFlights } from '../src/sim/play-flights.ts';
import { measured } from './measured.ts';
import type { World } from './world.ts';

/** One flight per window, each with the fraction's budget and the neutral starting multiplier. */
export function flightsOf(world: World, windows: readonly FlightWindow[], fraction: number): Flight[] {
  const budgetMicros = world.budgetMicros(fraction);
  return windows.map((window) => ({ window, budgetMicros, startingMultiplier: world.referenceMultiplier }));
}

/** Mean value over hindsight value of a policy on windows at one budget fraction; flights without any winnable value count as 1. */
export function meanValueRatio(
  world: World,
  windows: readonly FlightWindow[],
  fraction: number,
  policy: Policy,
): number {
  const flights = flightsOf(world, windows, fraction);
  const results = playFlights(world.replay, world.plan, flights, policy);
  let sum = 0;
  for (const [n, result] of results.entries()) sum += ratio(result.value, hindsightOf(world, flights[n]!));
  return sum / results.length;
}

/** R* of a flight, value units. */
function hindsightOf(world: World, flight: Flight): number {
  return world.hindsight.value(flight.window, flight.budgetMicros);
}

function ratio(value: number, best: number): number {
  return best > 0 ? value / best : 1;
}

/** Who a row is about. */
export interface RowIdentity {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  readonly seed: number;
  readonly budgetFraction: number;
}

/** What a row needs to know of a flight's outcome. */
export interface FlightTotals {
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spendMicros: number;
  readonly value: number;
  /** −1 where the budget lasted. */
  readonly exhaustedAtStep: number;
}

/** The summary row of a flight. */
export function summaryRow(world: World, who: RowIdentity, flight: Flight, result: FlightTotals): SummaryRow {
  const { window, budgetMicros } = flight;
  return {
    ...who,
    flight: window.label,
    horizon: window.numSteps,
    ...measured(window.numAuctions, result, budgetMicros, hindsightOf(world, flight)),
    exhaustedAt: result.exhaustedAtStep < 0 ? null : (result.exhaustedAtStep + 1) / window.numSteps,
  };
}
