import { shareCredit } from '../../campaign/attribution.ts';
import { SimError } from '../../core/errors.ts';
import type { DelayLaw } from '../../response/delay.ts';
import { FatigueState } from '../../response/fatigue.ts';
import { isDisplaced } from '../../response/organic.ts';
import type { JourneyConfig } from './journey-config.ts';
import type { UserTraffic } from './user-traffic.ts';

/** True rates of every opportunity and the delay of every item. */
export interface ResponseTruth {
  /** `[n]` click probability of a fresh user. */
  readonly clickRates: Float64Array;
  /** `[n]` probability that a click brings a conversion. */
  readonly conversionRates: Float64Array;
  /** `[I]` */
  readonly delays: readonly DelayLaw[];
}

/** A click and the opportunity that it was on. */
export interface Click {
  readonly opportunity: number;
  readonly user: number;
  readonly item: number;
  /** Days. */
  readonly time: number;
  /** The same user's click before this one; −1 where there is none. */
  readonly previous: number;
}

/** A share of a conversion that a click is credited with. */
export interface Credit {
  readonly click: number;
  /** In (0, 1]; the credits of a conversion sum to 1. */
  readonly share: number;
  /** Of the conversion, days. */
  readonly time: number;
  /** Whether an ad brought the conversion; nobody in the market can see that. */
  readonly byAd: boolean;
}

/**
 * What comes of exposures: clicks, conversions that come late, credits, and conversions that come without ads.
 *
 * Exposures are given in time order; {@link settle} lets time pass. The luck of an opportunity lies in the traffic, so whatever
 * else is bought, the same exposure of an equally fresh user brings the same click, and the same click the same conversion.
 */
export class Journeys {
  readonly clicks: Click[] = [];
  readonly credits: Credit[] = [];
  /** `[U]` conversions until the time settled, with the ads and had there been none. */
  readonly withAds: Int32Array;
  readonly withoutAds: Int32Array;
  readonly #traffic: UserTraffic;
  readonly #truth: ResponseTruth;
  readonly #config: JourneyConfig;
  readonly #fatigue: FatigueState;
  readonly #window: number;
  /** Conversions by ads to come: clicks and times. */
  #pending: { readonly click: number; readonly time: number }[] = [];
  #nextOrganic = 0;
  #now = 0;
  /** `[U]` last click, −1 before the first. */
  readonly #lastClicks: Int32Array;
  /** `[U]` time of the last conversion by an ad. */
  readonly #lastByAd: Float64Array;
  #touched: number[] = [];
  #touchTimes = new Float64Array(8);
  #shares = new Float64Array(8);

  constructor(config: JourneyConfig, traffic: UserTraffic, truth: ResponseTruth) {
    const { numUsers } = traffic;
    this.#config = config;
    this.#traffic = traffic;
    this.#truth = truth;
    this.#fatigue = new FatigueState(numUsers, config.fatigue);
    this.#window = config.attribution.windowDays ?? Number.POSITIVE_INFINITY;
    this.withAds = new Int32Array(numUsers);
    this.withoutAds = new Int32Array(numUsers);
    this.#lastClicks = new Int32Array(numUsers).fill(-1);
    this.#lastByAd = new Float64Array(numUsers).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Shows the ad at an opportunity.
   *
   * @returns whether the user clicks.
   * @throws SimError `VALUE_OUT_OF_RANGE` for an opportunity before the last one shown or before the time settled.
   */
  expose(opportunity: number): boolean {
    const { times, users, items, clickChances, conversionChances, delayChances } = this.#traffic;
    const time = times[opportunity]!;
    if (!(time >= this.#now)) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `exposure: expected a time not before ${this.#now} [days], received ${time}; show opportunities in time order`,
      );
    }
    this.#now = time;
    const user = users[opportunity]!;
    const rate = this.#truth.clickRates[opportunity]! * this.#fatigue.multiplier(user, time);
    this.#fatigue.expose(user, time);
    if (clickChances[opportunity]! >= rate) return false;
    const item = items[opportunity]!;
    const click = this.clicks.push({ opportunity, user, item, time, previous: this.#lastClicks[user]! }) - 1;
    this.#lastClicks[user] = click;
    if (conversionChances[opportunity]! < this.#truth.conversionRates[opportunity]!) {
      const delay = this.#truth.delays[item]!.quantile(delayChances[opportunity]!);
      this.#pending.push({ click, time: time + delay });
    }
    return true;
  }

  /** Lets time pass: conversions up to a time [days] come, by ads and without, and are credited to clicks. */
  settle(until: number): void {
    const due = this.#pending.filter(({ time }) => time <= until).sort((a, b) => a.time - b.time || a.click - b.click);
    this.#pending = this.#pending.filter(({ time }) => time > until);
    for (const { click, time } of due) {
      this.#settleOrganic(time);
      const { user } = this.clicks[click]!;
      this.#lastByAd[user] = time;
      this.#convert(user, time, true);
    }
    this.#settleOrganic(until);
    this.#now = Math.max(this.#now, until);
  }

  #settleOrganic(until: number): void {
    const { organicTimes, organicUsers, organicChances, organicCount } = this.#traffic;
    for (; this.#nextOrganic < organicCount && organicTimes[this.#nextOrganic]! <= until; this.#nextOrganic++) {
      const time = organicTimes[this.#nextOrganic]!;
      const user = organicUsers[this.#nextOrganic]!;
      this.withoutAds[user] = this.withoutAds[user]! + 1;
      const since = time - this.#lastByAd[user]!;
      if (isDisplaced(this.#config.organic, since, organicChances[this.#nextOrganic]!)) continue;
      this.#convert(user, time, false);
    }
  }

  #convert(user: number, time: number, byAd: boolean): void {
    this.withAds[user] = this.withAds[user]! + 1;
    const count = this.#collectTouches(user, time);
    if (count === 0) return;
    shareCredit(this.#config.attribution.credit, this.#touchTimes, count, this.#shares);
    for (let i = 0; i < count; i++) {
      const share = this.#shares[i]!;
      if (share > 0) this.credits.push({ click: this.#touched[i]!, share, time, byAd });
    }
  }

  /** Puts the user's clicks in the window before a time in ascending order. */
  #collectTouches(user: number, time: number): number {
    this.#touched = [];
    for (let click = this.#lastClicks[user]!; click >= 0; click = this.clicks[click]!.previous) {
      const clicked = this.clicks[click]!.time;
      if (clicked < time - this.#window) break;
      if (clicked <= time) this.#touched.push(click);
    }
    this.#touched.reverse();
    const count = this.#touched.length;
    if (count > this.#shares.length) {
      this.#shares = new Float64Array(2 * count);
      this.#touchTimes = new Float64Array(2 * count);
    }
    for (let i = 0; i < count; i++) this.#touchTimes[i] = this.clicks[this.#touched[i]!]!.time;
    return count;
  }
}

/**
 * Conversions that would not have come without the ads, until the time settled: over users, with ads minus without, the same
 * users with the same luck in both. Negative where ads displaced more than they brought.
 */
export function incrementalConversions({ withAds, withoutAds }: Pick<Journeys, 'withAds' | 'withoutAds'>): number {
  let sum = 0;
  for (let user = 0; user < withAds.length; user++) sum += withAds[user]! - withoutAds[user]!;
  return sum;
}
