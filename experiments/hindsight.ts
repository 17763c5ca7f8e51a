import { type KnapsackCurve, knapsackCurve, knapsackValue } from '../src/bidding/knapsack.ts';
import type { FlightWindow } from '../src/sim/flight-window.ts';
import type { Replay } from '../src/sim/replay.ts';
import { emptyOutcome, type StepOutcome } from '../src/sim/step-outcome.ts';

/**
 * R* of flights: the fractional knapsack by value over price on what was winnable, sorted once per flight.
 *
 * Prices are the least that a win can cost: max(price, floor) in second price, the smallest winning bid in first price.
 */
export class Hindsight {
  readonly #replay: Replay;
  readonly #values: Float64Array;
  readonly #prices: Float64Array;
  readonly #curves = new Map<FlightWindow, KnapsackCurve>();

  constructor(replay: Replay) {
    this.#replay = replay;
    const winnable = (i: number) => replay.needMicros[i]! < Number.POSITIVE_INFINITY;
    const prices = replay.firstPrice ? replay.needMicros : replay.paidMicros;
    // What cannot be won has no value to a bidder, and the knapsack leaves out what has no value.
    this.#values = replay.tape.value.map((value, i) => (winnable(i) ? value : 0));
    this.#prices = prices.map((price, i) => (winnable(i) ? price : 0));
  }

  /** The most value that the budget could have bought on the flight, value units. */
  value(window: FlightWindow, budgetMicros: number): number {
    return knapsackValue(this.#curve(window), budgetMicros);
  }

  /**
   * What the optimum buys: the whole budget (or everything), R*, and of impressions and clicks those that are better than
   * the item bought in part.
   */
  play(window: FlightWindow, budgetMicros: number): StepOutcome {
    const { cost, value } = this.#curve(window);
    const all = cost.length - 1;
    let whole = 0;
    while (whole < all && cost[whole + 1]! <= budgetMicros) whole++;
    const marginal = whole === all ? -1 : (value[whole + 1]! - value[whole]!) / (cost[whole + 1]! - cost[whole]!);
    const out = emptyOutcome();
    const { click, conversion } = this.#replay.tape;
    const [from, to] = this.#bounds(window);
    for (let i = from; i < to; i++) {
      const v = this.#values[i]!;
      if (!(v > 0 && v / this.#prices[i]! > marginal)) continue;
      out.wins++;
      out.clicks += click[i]!;
      out.conversions += conversion[i]!;
    }
    out.spendMicros = whole === all ? cost[all]! : budgetMicros;
    out.value = this.value(window, budgetMicros);
    return out;
  }

  #bounds(window: FlightWindow): [number, number] {
    const { stepOffsets } = this.#replay;
    return [stepOffsets[window.firstStep]!, stepOffsets[window.firstStep + window.numSteps]!];
  }

  #curve(window: FlightWindow): KnapsackCurve {
    let curve = this.#curves.get(window);
    if (curve === undefined) {
      curve = knapsackCurve(this.#values, this.#prices, ...this.#bounds(window));
      this.#curves.set(window, curve);
    }
    return curve;
  }
}
