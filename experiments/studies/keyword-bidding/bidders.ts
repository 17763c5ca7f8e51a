import { microsToUnits } from '../../../src/core/units.ts';
import type { KeywordDay } from '../../../src/sim/keyword/keyword-day.ts';
import type { Keywords } from '../../../src/sim/keyword/keywords.ts';

/** Bids for one account day by day; knows what its own days brought and nothing else. */
export interface KeywordBidder {
  /** Takes in yesterday; called before every day but the first. */
  learn(day: KeywordDay, bids: Float64Array): void;
  /** @param bids `[K]` currency units, overwritten. */
  decide(dayIndex: number, bids: Float64Array): void;
}

/** What a click is thought to bring before any was seen, currency units, and how many clicks that guess is worth. */
const FIRST_GUESS = 0.3;
const GUESS_WEIGHT = 5;

/** Revenue per click by keyword, a first guess mixed in. */
class ClickWorth {
  readonly #revenue: Float64Array;
  readonly #clicks: Float64Array;

  constructor(size: number) {
    this.#revenue = new Float64Array(size);
    this.#clicks = new Float64Array(size);
  }

  add(day: KeywordDay): void {
    for (let k = 0; k < this.#clicks.length; k++) {
      this.#revenue[k]! += microsToUnits(day.revenueMicros[k]!);
      this.#clicks[k]! += day.clicks[k]!;
    }
  }

  of(k: number): number {
    return (this.#revenue[k]! + FIRST_GUESS * GUESS_WEIGHT) / (this.#clicks[k]! + GUESS_WEIGHT);
  }
}

/** Bids each click's revenue so far: were the bid the price, the margin would be zero. */
export function zeroMargin(size: number): KeywordBidder {
  const worth = new ClickWorth(size);
  return {
    learn: (day) => worth.add(day),
    decide(_dayIndex, bids) {
      for (let k = 0; k < size; k++) bids[k] = worth.of(k);
    },
  };
}

/** Bids tried in turn, and how many rounds of them. */
const TRIED_BIDS: readonly number[] = [0.1, 0.2, 0.3, 0.45, 0.65];
const ROUNDS = 2;

/**
 * Tries a few bids for some days, then bids where clicks × (revenue per click − cost per click) is highest, clicks and cost
 * per click interpolated between the bids tried.
 */
export function interpolation(size: number): KeywordBidder {
  const worth = new ClickWorth(size);
  const levels = TRIED_BIDS.length;
  const clicks = new Float64Array(size * levels);
  const cost = new Float64Array(size * levels);
  let best: Float64Array | null = null;
  return {
    learn(day, bids) {
      worth.add(day);
      if (best !== null) return;
      const level = TRIED_BIDS.indexOf(bids[0]!);
      for (let k = 0; k < size; k++) {
        clicks[k * levels + level]! += day.clicks[k]!;
        cost[k * levels + level]! += microsToUnits(day.costMicros[k]!);
      }
    },
    decide(dayIndex, bids) {
      if (dayIndex < ROUNDS * levels) {
        bids.fill(TRIED_BIDS[dayIndex % levels]!);
        return;
      }
      best ??= Float64Array.from({ length: size }, (_, k) =>
        bestBid(
          clicks.subarray(k * levels, (k + 1) * levels),
          cost.subarray(k * levels, (k + 1) * levels),
          worth.of(k),
        ),
      );
      bids.set(best);
    },
  };
}

/** The bid in cents of most interpolated profit; a cent where none makes a profit. */
function bestBid(clicks: Float64Array, cost: Float64Array, worth: number): number {
  let best = 0.01;
  let bestProfit = 0;
  for (let cents = 2; cents <= 100 * TRIED_BIDS.at(-1)!; cents++) {
    const bid = cents / 100;
    const numClicks = interpolated(bid, (level) => clicks[level]!);
    const perClick = interpolated(bid, (level) =>
      clicks[level]! > 0 ? cost[level]! / clicks[level]! : TRIED_BIDS[level]!,
    );
    const profit = numClicks * (worth - perClick);
    if (profit > bestProfit) {
      bestProfit = profit;
      best = bid;
    }
  }
  return best;
}

/** Linear between the bids tried, and from 0 at a bid of 0. */
function interpolated(bid: number, at: (level: number) => number): number {
  let lowBid = 0;
  let low = 0;
  for (const [level, tried] of TRIED_BIDS.entries()) {
    const value = at(level);
    if (bid <= tried) return low + ((value - low) * (bid - lowBid)) / (tried - lowBid);
    lowBid = tried;
    low = value;
  }
  return low;
}

/** Knows the account: bids what a click is worth, which no bidder can beat in second price. */
export function idealBids(keywords: Keywords): KeywordBidder {
  return {
    learn: () => undefined,
    decide(_dayIndex, bids) {
      for (let k = 0; k < keywords.size; k++) bids[k] = keywords.cvr[k]! * keywords.meanRevenue[k]!;
    },
  };
}
