import type { Rng } from '../../core/rng.ts';
import { converts } from './conversions.ts';
import type { Period } from './period.ts';

/** Slots sold in an auction, and ranks that must be known to price them. */
const SLOTS = 3;
/** Ranked bids of an auction: three winners and the price of the last slot. */
export const RANKS = SLOTS + 1;

/** What one tick brought each advertiser; `[A]` each. */
interface TickTotals {
  /** Slots bought, seen or not. */
  readonly wins: Int32Array;
  /** Slots bought and seen: what is paid for. */
  readonly exposures: Int32Array;
  /** Integer micros. */
  readonly costMicros: Float64Array;
  /** Σ predicted conversion rate over seen slots. */
  readonly value: Float64Array;
  readonly conversions: Int32Array;
}

/** A bidder whose bids are not its multiplier times its values. */
export interface FreeBids {
  readonly seat: number;
  /** `[opportunities of the tick]` micros, from place 0 on. */
  readonly bidsMicros: Float64Array;
}

/**
 * Clears one tick of a {@link Period} after the other: generalised second price with three slots, cascade exposure and
 * AuctionNet's handling of overspend. Allocates nothing but where somebody overspends.
 *
 * Bids are α · pValue rounded down to micros. Slots go by rank, ties to the lowest index; slot k pays the bid of rank k + 1,
 * at least the reserve; a slot whose price would be the reserve stays unsold. Only seen slots are paid for.
 *
 * Overspend: while somebody's cost is above what it has left, ratio = (cost − left) / cost, it gives up ⌈ratio · wins⌉ of its
 * wins in each slot, drawn at random, and the auctions are run again without those bids.
 *
 * Source: Su et al. (2024), "AuctionNet", arXiv:2412.10798, sections 3.2 and 3.3.
 */
export class TickAuction implements TickTotals {
  readonly wins: Int32Array;
  readonly exposures: Int32Array;
  readonly costMicros: Float64Array;
  readonly value: Float64Array;
  readonly conversions: Int32Array;
  /** `[K of the tick, 4]` the highest bids after all that was given up; the reserve where there are fewer. */
  bidsMicros = new Float64Array(0);
  /** `[K of the tick, 4]` whose they are; −1 where there are fewer. */
  bidders = new Int8Array(0);
  /** Opportunities of the tick last cleared. */
  numOpportunities = 0;
  /** Mean of the fourth-highest bid: from this on, a bid wins a slot. Micros; the reserve where there are fewer bids. */
  leastWinningCostMicros = 0;
  readonly #numSeats: number;
  readonly #active: Int32Array;
  /** `[K of the tick, A]` 1 where the bid was given up; all 0 between ticks. */
  #dropped = new Uint8Array(0);
  #anyDropped = false;

  constructor(numSeats: number) {
    this.#numSeats = numSeats;
    this.#active = new Int32Array(numSeats);
    this.wins = new Int32Array(numSeats);
    this.exposures = new Int32Array(numSeats);
    this.costMicros = new Float64Array(numSeats);
    this.value = new Float64Array(numSeats);
    this.conversions = new Int32Array(numSeats);
  }

  /**
   * Clears tick t.
   *
   * @param multipliers `[A]` α of each advertiser, micros per predicted conversion; 0 bids nothing.
   * @param remainingMicros `[A]` what each can spend.
   * @param free Bids of one advertiser, in place of its multiplier; null where all are linear.
   */
  clear(
    period: Period,
    tick: number,
    multipliers: Float64Array,
    remainingMicros: Float64Array,
    free: FreeBids | null = null,
  ): void {
    const first = period.tickOffsets[tick]!;
    const length = period.tickOffsets[tick + 1]! - first;
    this.#grow(length);
    this.numOpportunities = length;
    for (const totals of [this.wins, this.exposures, this.costMicros, this.value, this.conversions]) totals.fill(0);
    let numActive = 0;
    for (let a = 0; a < this.#numSeats; a++) {
      if (multipliers[a]! > 0 && a !== free?.seat) this.#active[numActive++] = a;
    }
    for (let k = 0; k < length; k++) {
      this.#rank(period, first, k, multipliers, numActive, free);
      this.#book(period, first, k, 1);
    }
    this.#settle(period, tick, multipliers, remainingMicros, numActive, free);
    this.#finish(period, first, length);
  }

  /** Finds the four highest bids of opportunity k. */
  #rank(
    period: Period,
    first: number,
    k: number,
    multipliers: Float64Array,
    numActive: number,
    free: FreeBids | null,
  ): void {
    const { values, config } = period;
    const { bidsMicros, bidders } = this;
    const active = this.#active;
    const row = (first + k) * this.#numSeats;
    const at = k * RANKS;
    for (let r = 0; r < RANKS; r++) {
      bidsMicros[at + r] = config.reserveMicros;
      bidders[at + r] = -1;
    }
    // A bid counts once rounded down to micros: it beats rank 4 from one micro above it.
    let needed = config.reserveMicros + 1;
    for (let i = 0; i < numActive; i++) {
      const a = active[i]!;
      const bid = multipliers[a]! * values[row + a]!;
      if (bid < needed || (this.#anyDropped && this.#dropped[k * this.#numSeats + a] === 1)) continue;
      this.#insert(at, Math.floor(bid), a);
      needed = bidsMicros[at + RANKS - 1]! + 1;
    }
    if (free !== null && this.#dropped[k * this.#numSeats + free.seat] === 0) {
      const bid = Math.floor(free.bidsMicros[k]!);
      if (bid > config.reserveMicros) this.#insert(at, bid, free.seat);
    }
  }

  /** Puts a bid in its rank among four; equal bids rank by index. */
  #insert(at: number, bid: number, seat: number): void {
    const { bidsMicros, bidders } = this;
    let r = at + RANKS;
    while (r > at && (bid > bidsMicros[r - 1]! || (bid === bidsMicros[r - 1]! && seat < bidders[r - 1]!))) {
      r--;
      if (r === at + RANKS - 1) continue;
      bidsMicros[r + 1] = bidsMicros[r]!;
      bidders[r + 1] = bidders[r]!;
    }
    if (r === at + RANKS) return;
    bidsMicros[r] = bid;
    bidders[r] = seat;
  }

  /** Adds (`sign` 1) or takes back (−1) what opportunity k cost and brought, conversions aside. */
  #book(period: Period, first: number, k: number, sign: 1 | -1): void {
    const { bidsMicros, bidders } = this;
    const seen = period.slotsSeen[first + k]!;
    const at = k * RANKS;
    for (let s = 0; s < SLOTS; s++) {
      const price = bidsMicros[at + s + 1]!;
      const a = bidders[at + s]!;
      if (a < 0 || price === period.config.reserveMicros) return;
      this.wins[a]! += sign;
      if (s >= seen) continue;
      this.exposures[a]! += sign;
      this.costMicros[a]! += sign * price;
    }
  }

  /** Gives up wins until everybody can pay. */
  #settle(
    period: Period,
    tick: number,
    multipliers: Float64Array,
    remainingMicros: Float64Array,
    numActive: number,
    free: FreeBids | null,
  ): void {
    const first = period.tickOffsets[tick]!;
    let rng: Rng | null = null;
    for (let round = 0; ; round++) {
      const changed = new Set<number>();
      for (let a = 0; a < this.#numSeats; a++) {
        if (this.costMicros[a]! <= remainingMicros[a]!) continue;
        rng ??= period.rng.split(tick);
        const ratio = (this.costMicros[a]! - remainingMicros[a]!) / this.costMicros[a]!;
        this.#giveUp(a, ratio, rng.split(`${a}/${round}`), changed);
      }
      if (changed.size === 0) break;
      for (const k of changed) {
        this.#book(period, first, k, -1);
        this.#rank(period, first, k, multipliers, numActive, free);
        this.#book(period, first, k, 1);
      }
    }
    if (this.#anyDropped) this.#dropped.fill(0);
    this.#anyDropped = false;
  }

  /** Marks ⌈ratio · wins⌉ random wins of an advertiser in each slot as given up. */
  #giveUp(seat: number, ratio: number, rng: Rng, changed: Set<number>): void {
    this.#anyDropped = true;
    for (let s = 0; s < SLOTS; s++) {
      const won: number[] = [];
      for (let k = 0; k < this.numOpportunities; k++) if (this.bidders[k * RANKS + s] === seat) won.push(k);
      const count = Math.min(won.length, Math.ceil(ratio * won.length));
      for (let i = 0; i < count; i++) {
        const j = i + rng.int(won.length - i);
        const k = won[j]!;
        won[j] = won[i]!;
        this.#dropped[k * this.#numSeats + seat] = 1;
        changed.add(k);
      }
    }
  }

  /** Values and conversions of what was bought, and the price of a slot. */
  #finish(period: Period, first: number, length: number): void {
    const { bidsMicros, bidders } = this;
    const { values, slotsSeen, conversionLaws, luck, config } = period;
    let least = 0;
    for (let k = 0; k < length; k++) {
      const at = k * RANKS;
      least += bidsMicros[at + RANKS - 1]!;
      const seen = slotsSeen[first + k]!;
      for (let s = 0; s < seen; s++) {
        const a = bidders[at + s]!;
        if (a < 0 || bidsMicros[at + s + 1] === config.reserveMicros) break;
        const value = values[(first + k) * this.#numSeats + a]!;
        this.value[a]! += value;
        if (converts(conversionLaws[a]!, value, luck, first + k, a)) this.conversions[a]!++;
      }
    }
    this.leastWinningCostMicros = length > 0 ? least / length : config.reserveMicros;
  }

  #grow(length: number): void {
    if (this.bidders.length >= length * RANKS) return;
    this.bidsMicros = new Float64Array(length * RANKS);
    this.bidders = new Int8Array(length * RANKS);
    this.#dropped = new Uint8Array(length * this.#numSeats);
  }
}
