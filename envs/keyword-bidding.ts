import { checkActions, checkSeed } from '../src/core/env-inputs.ts';
import { SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import { type Box, box, type Feature, type MultiDiscrete, multiDiscrete } from '../src/core/space.ts';
import { MICROS_PER_UNIT, microsToUnits } from '../src/core/units.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { emptyKeywordDay, type KeywordDay, playKeywordDay } from '../src/sim/keyword/keyword-day.ts';
import { copyKeywords, driftKeywords, type Keywords, resetKeywords } from '../src/sim/keyword/keywords.ts';

/** Bids are in whole cents. */
const CENT_MICROS = MICROS_PER_UNIT / 100;

/** What the bidder decides each day. */
export type KeywordActions =
  /** A bid per keyword and the share of the budget held back, as in the source. */
  | { readonly kind: 'bids' }
  /** One of the bids listed for each group of keywords; the whole budget may be spent. */
  | {
      readonly kind: 'levels';
      /** Keywords by their index; each in one group, none left out. */
      readonly groups: readonly (readonly number[])[];
      /** Currency units, .01 … maxBid. */
      readonly bids: readonly number[];
    };

/** What `keyword-bidding-v1` is made of. */
export interface KeywordBiddingOptions {
  /** The account; every episode begins with it. */
  readonly keywords: Keywords;
  /** Days of an episode, 60 in the source. */
  readonly numDays: number;
  /** Largest budget of a day, currency units; 1000 in the source. */
  readonly dailyBudget: number;
  /** Largest bid, currency units. */
  readonly maxBid: number;
  /** Default `bids`. */
  readonly actions?: KeywordActions;
  /** A cumulative loss beyond this ends the episode, currency units; 10,000 in the source. */
  readonly lossThreshold: number;
  /** Largest daily change of volumes, click and conversion rates; 0 for none, .03 in the source's drifting accounts. */
  readonly drift: number;
  /** Currency units of profit that are one unit of reward. */
  readonly rewardUnit: number;
  readonly numEnvs: number;
}

const PER_KEYWORD: readonly Omit<Feature, 'low' | 'high'>[] = [
  { name: 'impressions', unit: 'log(1 + count)', description: 'Searches won yesterday.' },
  { name: 'clicks', unit: 'log(1 + count)', description: 'Paid clicks yesterday.' },
  { name: 'cost', unit: 'log(1 + currency units)', description: 'Cost of yesterday’s clicks.' },
  { name: 'conversions', unit: 'log(1 + count)', description: 'Conversions of yesterday.' },
  { name: 'revenue', unit: 'log(1 + currency units)', description: 'Revenue of yesterday’s conversions.' },
];

/** The observation of `keyword-bidding-v1` for K keywords: five features a keyword, then profit so far and the day. */
function keywordFeatures(numKeywords: number): Feature[] {
  const own = Array.from({ length: numKeywords }, (_, k) =>
    PER_KEYWORD.map((feature) => ({ ...feature, name: `${feature.name}${k + 1}`, low: 0, high: 16 })),
  ).flat();
  return [
    ...own,
    {
      name: 'cumulativeProfit',
      unit: 'signed log(1 + currency units)',
      low: -16,
      high: 16,
      description: 'Revenue less cost since the episode began.',
    },
    { name: 'daysPassed', unit: 'share of the episode', low: 0, high: 1, description: 'Days played over all days.' },
  ];
}

/**
 * `keyword-bidding-v1`: sponsored search, one bid a keyword and one budget a day.
 *
 * ### Description
 * An account of K keywords over up to 60 days. Every search is an auction of second price against the highest of the
 * competing bids, |Laplace|; clicks are paid, some convert and bring revenue. Bids hold for a day of 24 rounds.
 *
 * ### Action space
 * By `actions.kind`: `bids` Box(K + 1), a bid per keyword in currency units, .01 … maxBid, rounded down to whole cents, then the share
 * of the largest daily budget that is held back, 0 … 1; `levels` MultiDiscrete, for each group of keywords the index of its bid.
 *
 * ### Observation space
 * Box(5 · K + 2): by keyword yesterday's impressions, paid clicks, cost, conversions and revenue, then cumulative profit and
 * the day.
 *
 * ### Rewards
 * Profit of the day (revenue less cost) over `rewardUnit`.
 *
 * ### Starting state
 * Nothing observed; volumes and rates are those of the account. All draws come from the stream `episode/n/e`, and their
 * number does not depend on the bids.
 *
 * ### Episode end
 * Termination after the last day, or when the cumulative loss is above `lossThreshold`. Never truncated.
 *
 * ### Version history
 * v1: first version. Source: Gomrokchi et al. (2023), arXiv:2306.11971 (AdCraft). Differs from its code: seeds hold; the
 * switch per keyword that the code ignores is left out; a loss above the threshold is part of the problem and so terminates.
 *
 * @throws SimError `CONFIG_INVALID` on days, budget, bids, groups or thresholds that allow no bidding.
 */
export function createKeywordBidding(options: KeywordBiddingOptions): KeywordBiddingEnv {
  const { numDays, dailyBudget, maxBid, lossThreshold, drift, rewardUnit } = options;
  refuse(!(Number.isInteger(numDays) && numDays >= 1), 'numDays: expected a whole number >= 1 [days]', numDays);
  refuse(!(dailyBudget > 0 && dailyBudget <= 1e9), 'dailyBudget: expected 0 to 1e9 [currency]', dailyBudget);
  refuse(!(maxBid > 0.01 && maxBid <= 1e6), 'maxBid: expected more than .01, at most 1e6 [currency]', maxBid);
  refuse(!(lossThreshold >= 0), 'lossThreshold: expected at least 0 [currency]', lossThreshold);
  refuse(!(drift >= 0 && drift < 1), 'drift: expected 0 to 1 [share a day]', drift);
  refuse(!(rewardUnit > 0), 'rewardUnit: expected more than 0 [currency]', rewardUnit);
  if (options.actions?.kind === 'levels') checkLevels(options.actions, options);
  return new KeywordBiddingEnv(options);
}

function checkLevels(actions: KeywordActions & { kind: 'levels' }, { keywords, maxBid }: KeywordBiddingOptions): void {
  const { groups, bids } = actions;
  const sorted = groups.flat().sort((a, b) => a - b);
  const whole = sorted.length === keywords.size && sorted.every((k, i) => k === i);
  refuse(!whole, `groups: expected each of the keywords 0 to ${keywords.size - 1} once`, `[${sorted}]`);
  refuse(
    groups.some(({ length }) => length === 0),
    'groups: expected a keyword in each',
    'an empty one',
  );
  refuse(bids.length === 0, 'bids: expected at least one [currency]', 'none');
  for (const bid of bids) refuse(!(bid >= 0.01 && bid <= maxBid), `bids: expected .01 to ${maxBid} [currency]`, bid);
}

/** The action space of `keyword-bidding-v1` for K keywords. */
function keywordActionSpace(actions: KeywordActions, numKeywords: number, maxBid: number): Box | MultiDiscrete {
  if (actions.kind === 'levels') {
    return multiDiscrete(actions.groups.map((_, g) => ({ name: `bidOfGroup${g + 1}`, n: actions.bids.length })));
  }
  return box([
    ...Array.from({ length: numKeywords }, (_, k) => ({
      name: `bid${k + 1}`,
      unit: 'currency units',
      low: 0.01,
      high: maxBid,
      description: `Bid for a click of keyword ${k + 1}, in whole cents.`,
    })),
    {
      name: 'budgetHeldBack',
      unit: 'share of the largest daily budget',
      low: 0,
      high: 1,
      description: 'What the day may not spend.',
    },
  ]);
}

function refuse(wrong: boolean, what: string, received: number | string): void {
  if (wrong) throw new SimError('CONFIG_INVALID', `keyword-bidding-v1: ${what}, received ${received}`);
}

/** One running episode. */
interface Account {
  readonly keywords: Keywords;
  readonly day: KeywordDay;
  rng: Rng;
  dayIndex: number;
  profitMicros: number;
}

/** The environment behind {@link createKeywordBidding}. */
export class KeywordBiddingEnv implements VectorEnv {
  readonly id = 'keyword-bidding-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box;
  readonly actionSpace: Box | MultiDiscrete;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** Largest bid, currency units. */
  readonly maxBid: number;
  readonly #options: KeywordBiddingOptions;
  readonly #actions: KeywordActions;
  readonly #accounts: Account[];
  readonly #bidsMicros: Float64Array;
  readonly #episode: Int32Array;
  #root: Rng | null = null;

  constructor(options: KeywordBiddingOptions) {
    const { keywords, numEnvs, maxBid, actions = { kind: 'bids' } } = options;
    this.#options = options;
    this.maxBid = maxBid;
    this.#actions = actions;
    this.numEnvs = numEnvs;
    this.observationSpace = box(keywordFeatures(keywords.size));
    this.actionSpace = keywordActionSpace(actions, keywords.size, maxBid);
    const obsDim = this.observationSpace.features.length;
    this.observations = new Float32Array(numEnvs * obsDim);
    this.finalObservations = new Float32Array(numEnvs * obsDim);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#bidsMicros = new Float64Array(keywords.size);
    this.#episode = new Int32Array(numEnvs);
    this.#accounts = Array.from({ length: numEnvs }, () => ({
      keywords: copyKeywords(keywords),
      day: emptyKeywordDay(keywords.size),
      rng: new Rng('unset'),
      dayIndex: 0,
      profitMicros: 0,
    }));
  }

  /** What yesterday brought in copy n, raw; read only, overwritten by the next step. */
  day(n: number): KeywordDay {
    return this.#accounts[n]!.day;
  }

  /** The account of copy n as it stands today, drift included; read only. */
  keywords(n: number): Keywords {
    return this.#accounts[n]!.keywords;
  }

  reset(seed: number): void {
    checkSeed(seed);
    this.#root = new Rng(seed).split('episode');
    this.#episode.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(this.#root, n);
  }

  beginEpisode(n: number, episode: number): void {
    const root = this.#root;
    if (root === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    this.#episode[n] = episode;
    this.#begin(root, n);
  }

  step(actions: Int32Array | Float32Array): void {
    const root = this.#root;
    if (root === null) throw new SimError('ENV_NOT_RESET', 'keyword-bidding-v1: call reset(seed) before step');
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    for (let n = 0; n < this.numEnvs; n++) {
      if (this.#advance(n, actions)) {
        this.#observe(n, this.finalObservations);
        this.#episode[n] = this.#episode[n]! + 1;
        this.#begin(root, n);
      } else {
        this.#observe(n, this.observations);
      }
    }
  }

  /** Plays copy n's day; true where its episode ended. */
  #advance(n: number, actions: Int32Array | Float32Array): boolean {
    const { numDays, dailyBudget, lossThreshold, drift, rewardUnit } = this.#options;
    const account = this.#accounts[n]!;
    const { keywords, day } = account;
    const heldBack = this.#decode(n, actions);
    const budgetMicros = Math.round(dailyBudget * (1 - heldBack) * MICROS_PER_UNIT);
    playKeywordDay(keywords, this.#bidsMicros, budgetMicros, account.rng, day);
    let profitMicros = 0;
    for (let k = 0; k < keywords.size; k++) profitMicros += day.revenueMicros[k]! - day.costMicros[k]!;
    account.profitMicros += profitMicros;
    account.dayIndex++;
    if (drift > 0) driftKeywords(keywords, this.#options.keywords, drift, account.rng);
    this.rewards[n] = microsToUnits(profitMicros) / rewardUnit;
    const ended = account.dayIndex >= numDays || microsToUnits(account.profitMicros) < -lossThreshold;
    this.terminated[n] = ended ? 1 : 0;
    return ended;
  }

  /** Fills in the bids of copy n's day. @returns Share of the budget held back. */
  #decode(n: number, actions: Int32Array | Float32Array): number {
    const bids = this.#bidsMicros;
    const form = this.#actions;
    if (form.kind === 'bids') {
      const at = n * (bids.length + 1);
      for (let k = 0; k < bids.length; k++) bids[k] = wholeCents(actions[at + k]!);
      return actions[at + bids.length]!;
    }
    const { groups } = form;
    for (let g = 0; g < groups.length; g++) {
      const bidMicros = wholeCents(form.bids[actions[n * groups.length + g]!]!);
      for (const k of groups[g]!) bids[k] = bidMicros;
    }
    return 0;
  }

  #begin(root: Rng, n: number): void {
    const account = this.#accounts[n]!;
    account.rng = root.split(n).split(this.#episode[n]!);
    account.dayIndex = 0;
    account.profitMicros = 0;
    resetKeywords(account.keywords, this.#options.keywords);
    const obsDim = this.observationSpace.features.length;
    this.observations.fill(0, n * obsDim, (n + 1) * obsDim);
  }

  #observe(n: number, out: Float32Array): void {
    const { day, keywords, profitMicros, dayIndex } = this.#accounts[n]!;
    let at = n * this.observationSpace.features.length;
    for (let k = 0; k < keywords.size; k++) {
      out[at++] = Math.log1p(day.impressions[k]!);
      out[at++] = Math.log1p(day.clicks[k]!);
      out[at++] = Math.log1p(microsToUnits(day.costMicros[k]!));
      out[at++] = Math.log1p(day.conversions[k]!);
      out[at++] = Math.log1p(microsToUnits(day.revenueMicros[k]!));
    }
    const profit = microsToUnits(profitMicros);
    out[at++] = Math.max(-16, Math.min(16, Math.sign(profit) * Math.log1p(Math.abs(profit))));
    out[at] = dayIndex / this.#options.numDays;
  }
}

/** A bid in whole cents, micros; what float32 takes from a whole cent is given back. */
function wholeCents(bid: number): number {
  return Math.max(1, Math.floor(bid * 100 + 1e-4)) * CENT_MICROS;
}
