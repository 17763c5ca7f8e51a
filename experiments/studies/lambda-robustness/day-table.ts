import type { FlightWindow } from '../../../src/sim/flight-window.ts';
import type { Replay } from '../../../src/sim/replay.ts';
import { emptyOutcome } from '../../../src/sim/step-outcome.ts';

/** How far multipliers of a table reach from its centre either way, and how many there are. */
const FACTOR = 500;
const SIZE = 600;

/** What each multiplier of a log grid would spend and win from each step of a day to its end, with money to spare. */
export class DayTable {
  /** `[G]` ascending. */
  readonly #multipliers: Float64Array;
  /** `[T + 1, G]` row-major, micros and value units. */
  readonly #spendFrom: Float64Array;
  readonly #valueFrom: Float64Array;

  /** @param centre A plausible multiplier, micros per value unit, positive. */
  constructor(replay: Replay, window: FlightWindow, centre: number) {
    const { numSteps, firstStep } = window;
    this.#multipliers = Float64Array.from({ length: SIZE }, (_, g) => centre * FACTOR ** ((2 * g) / (SIZE - 1) - 1));
    this.#spendFrom = new Float64Array((numSteps + 1) * SIZE);
    this.#valueFrom = new Float64Array((numSteps + 1) * SIZE);
    const outcome = emptyOutcome();
    for (let t = numSteps - 1; t >= 0; t--) {
      for (let g = 0; g < SIZE; g++) {
        replay.play(firstStep + t, this.#multipliers[g]!, Number.MAX_SAFE_INTEGER, outcome);
        const at = t * SIZE + g;
        this.#spendFrom[at] = outcome.spendMicros + this.#spendFrom[at + SIZE]!;
        this.#valueFrom[at] = outcome.value + this.#valueFrom[at + SIZE]!;
      }
    }
  }

  /** The largest multiplier of the grid whose spend from `step` on is at most `money`; 0 where none is. */
  multiplierFor(step: number, money: number): number {
    const g = this.#affordable(step, money);
    return g < 0 ? 0 : this.#multipliers[g]!;
  }

  /** The most value that `money` could still buy from `step` on, linear between the multipliers of the grid. */
  valueOf(step: number, money: number): number {
    const g = this.#affordable(step, money);
    const at = step * SIZE + g;
    const spend = g < 0 ? 0 : this.#spendFrom[at]!;
    const value = g < 0 ? 0 : this.#valueFrom[at]!;
    if (g === SIZE - 1) return value;
    const width = this.#spendFrom[at + 1]! - spend;
    return value + ((this.#valueFrom[at + 1]! - value) * (money - spend)) / width;
  }

  #affordable(step: number, money: number): number {
    const row = step * SIZE;
    let low = -1;
    let high = SIZE - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#spendFrom[row + middle]! <= money) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
