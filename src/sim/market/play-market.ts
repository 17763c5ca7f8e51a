import type { Policy } from '../../core/policy.ts';
import type { Rng } from '../../core/rng.ts';
import { gini, herfindahl } from '../../market/concentration.ts';
import { type House, UNLIMITED_MICROS } from './house.ts';
import type { ImpressionRow } from './impression-log.ts';
import { MarketFloor } from './market-floor.ts';
import type { MarketRun } from './market-run.ts';

/** What one seat got out of a flight; money and worth in integer micros. */
export interface SeatOutcome {
  readonly seat: string;
  readonly title: string;
  /** All its money, every day's together; null where there is no limit. */
  readonly budgetMicros: number | null;
  /** Opportunities while the seat was in the market. */
  readonly auctions: number;
  readonly wins: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spendMicros: number;
  /** Worth of the impressions that people saw. */
  readonly worthMicros: number;
  /** worth − spend, exactly. */
  readonly surplusMicros: number;
  readonly invalidImpressions: number;
  readonly invalidClicks: number;
  readonly invalidSpendMicros: number;
  /** `[T]` wins over opportunities of each tick; NaN where the seat is absent or nothing came. */
  readonly winRates: Float64Array;
  /** `[T]` spend of each tick, integer micros. */
  readonly spendByTick: Float64Array;
}

/** How a flight of a market went. `welfareMicros === revenueMicros + Σ surplusMicros` holds exactly. */
export interface MarketOutcome {
  readonly seats: readonly SeatOutcome[];
  readonly auctions: number;
  readonly revenueMicros: number;
  /** Worth of all impressions that people saw, to those who bought them. */
  readonly welfareMicros: number;
  /** Concentration of spend: Herfindahl–Hirschman index and Gini coefficient; null without revenue. */
  readonly hhi: number | null;
  readonly gini: number | null;
  /** Share of slots that somebody won. */
  readonly fillRate: number;
  /** Every ad served; empty unless asked for. */
  readonly log: readonly ImpressionRow[];
}

/** What {@link playMarket} may be told beside who plays what. */
export interface PlayOptions {
  /** Multiplier that agents' counters show before the first tick. */
  readonly startingMultiplier?: number;
  /** Flights that keep a row for every ad that is served; none by default. */
  readonly log?: 'first' | 'all';
}

/**
 * Plays flights of a market side by side, every one to its end.
 *
 * @param agents One policy for each agent's seat, in the order of the seats; each knows the flights by their index.
 * @param streams One a flight: equal streams give equal opportunities, whoever plays.
 */
export function playMarket(
  house: House,
  agents: readonly Policy[],
  streams: readonly Rng[],
  options: PlayOptions = {},
): MarketOutcome[] {
  const floor = new MarketFloor(house, streams.length, agents);
  const books = streams.map(() => new Book(house));
  for (const [n, rng] of streams.entries()) {
    const logged = options.log === 'all' || (options.log === 'first' && n === 0);
    floor.begin(n, rng, options.startingMultiplier ?? 1, logged ? { log: books[n]!.log } : {});
  }
  for (let t = 0; t < house.numTicks; t++) {
    floor.step();
    for (const [n, run] of floor.runs.entries()) books[n]!.note(run, t);
  }
  return floor.runs.map((run, n) => books[n]!.close(run));
}

/** Collects one flight tick by tick. */
class Book {
  readonly log: ImpressionRow[] = [];
  readonly #house: House;
  readonly #winRates: Float64Array[];
  readonly #spend: Float64Array[];
  readonly #auctions: Float64Array;

  constructor(house: House) {
    this.#house = house;
    this.#winRates = house.seats.map(() => new Float64Array(house.numTicks).fill(Number.NaN));
    this.#spend = house.seats.map(() => new Float64Array(house.numTicks));
    this.#auctions = new Float64Array(house.seats.length);
  }

  /** Notes tick t, which has just been played. */
  note(run: MarketRun, t: number): void {
    const { tickOffsets } = run.opportunities;
    const count = tickOffsets[t + 1]! - tickOffsets[t]!;
    for (const [a, { enterTick, exitTick }] of this.#house.seats.entries()) {
      if (t < enterTick || t >= exitTick) continue;
      this.#auctions[a]! += count;
      this.#winRates[a]![t] = count === 0 ? Number.NaN : run.tick.wins[a]! / count;
      this.#spend[a]![t] = run.tick.spendMicros[a]!;
    }
  }

  close(run: MarketRun): MarketOutcome {
    const { total } = run;
    const sum = (column: Float64Array) => column.reduce((x, y) => x + y, 0);
    const slots = run.auctions * this.#house.selling.slots.exposure.length;
    return {
      seats: this.#house.seats.map((_, a) => this.#seat(run, a)),
      auctions: run.auctions,
      revenueMicros: sum(total.spendMicros),
      welfareMicros: sum(total.worthMicros),
      hhi: herfindahl(total.spendMicros),
      gini: gini(total.spendMicros),
      fillRate: slots === 0 ? 0 : 1 - run.unsoldSlots / slots,
      log: this.log,
    };
  }

  #seat(run: MarketRun, a: number): SeatOutcome {
    const { name, title, periods } = this.#house.seats[a]!;
    const { total } = run;
    const { budgetMicros } = run.opportunities.seats[a]!;
    return {
      seat: name,
      title,
      budgetMicros: budgetMicros === UNLIMITED_MICROS ? null : budgetMicros * periods.length,
      auctions: this.#auctions[a]!,
      wins: total.wins[a]!,
      impressions: total.impressions[a]!,
      clicks: total.clicks[a]!,
      conversions: total.conversions[a]!,
      spendMicros: total.spendMicros[a]!,
      worthMicros: total.worthMicros[a]!,
      surplusMicros: total.worthMicros[a]! - total.spendMicros[a]!,
      invalidImpressions: total.invalidImpressions[a]!,
      invalidClicks: total.invalidClicks[a]!,
      invalidSpendMicros: total.invalidSpendMicros[a]!,
      winRates: this.#winRates[a]!,
      spendByTick: this.#spend[a]!,
    };
  }
}
