import { SimError } from '../src/core/errors.ts';
import { microsToUnits } from '../src/core/units.ts';
import type { FlightWindow } from '../src/sim/flight-window.ts';

/** What budgets are to be spent on. */
interface BudgetedFlights {
  readonly budgetFractions: readonly number[];
  /** Flights that judge. */
  readonly windows: readonly FlightWindow[];
  /** What a whole flight is expected to cost at market prices, micros. */
  readonly fullCostMicros: number;
  readonly currency: string;
  /** The budget of a fraction, integer micros. */
  budgetMicros(fraction: number): number;
}

/**
 * Refuses a budget that can buy nothing in any of the flights: every policy would score 0 and the report would say nothing.
 *
 * @throws SimError `CONFIG_INVALID` with the budget, the cheapest opportunity and the fraction that pays for it.
 */
export function refuseIdleBudgets(flights: BudgetedFlights): void {
  const { budgetFractions, windows, fullCostMicros, currency } = flights;
  const cheapest = Math.min(...windows.map((window) => window.minCostFromMicros[0]!));
  // Where nothing can be won at any price, the budget is not to blame.
  if (cheapest === Number.POSITIVE_INFINITY) return;
  for (const fraction of budgetFractions) {
    const budget = flights.budgetMicros(fraction);
    if (budget >= cheapest) continue;
    throw new SimError(
      'CONFIG_INVALID',
      `budget fraction ${fraction}: expected a budget that buys at least the cheapest opportunity of the test flights, ${microsToUnits(cheapest)} ${currency}, received ${microsToUnits(budget)} ${currency}; raise it to ${roundedUp(cheapest / fullCostMicros)} or more`,
    );
  }
}

/** The next number of two digits, so that the advice is enough. */
function roundedUp(x: number): number {
  const digit = 10 ** (Math.floor(Math.log10(x)) - 1);
  return Number((Math.ceil(x / digit) * digit).toPrecision(2));
}
