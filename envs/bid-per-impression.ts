import { checkSeed } from '../src/core/env-inputs.ts';
import { checkLength, SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import { type Box, box, type Discrete, discrete } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';

/** Where requests come from. Prices are whole price units, values are value units. */
export type ImpressionSource =
  /** Independent requests: a price by its probability, a value from a sample, independent of each other. */
  | {
      readonly kind: 'market';
      /** `[P]` probability of the market price 0 … P − 1; sums to 1. */
      readonly priceProbabilities: Float64Array;
      readonly values: Float64Array;
    }
  /** A log in time order: an episode is one of its whole stretches of `horizon` records. */
  | { readonly kind: 'log'; readonly prices: Float64Array; readonly values: Float64Array };

/** What `bid-per-impression-v1` is made of. */
export interface BidPerImpressionOptions {
  readonly source: ImpressionSource;
  /** Auctions of an episode, T. */
  readonly horizon: number;
  /** Budgets that episodes are drawn from, whole price units ≥ 1. */
  readonly budgets: readonly number[];
  /** Largest bid, price units; 300 in the paper. */
  readonly maxBid: number;
  /** What one unit of reward is, value units: 1 for raw value, the mean value for rewards near 1. */
  readonly rewardUnit: number;
  readonly numEnvs: number;
}

const FEATURES = box([
  {
    name: 'timeLeft',
    unit: 'share of the episode',
    low: 0,
    high: 1,
    description: 'Auctions left, this one included, over all auctions.',
  },
  {
    name: 'budgetLeft',
    unit: 'share of the budget',
    low: 0,
    high: 1,
    description: 'Money left over the budget of the episode.',
  },
  {
    name: 'budgetPressure',
    unit: 'log ratio',
    low: -6,
    high: 3,
    description: 'Money left against what buying every auction left at the mean market price would cost.',
  },
  {
    name: 'budgetTightness',
    unit: 'log ratio',
    low: -6,
    high: 3,
    description: 'The same at the start of the episode: how scarce the whole budget is.',
  },
  {
    name: 'value',
    unit: 'log ratio',
    low: -5,
    high: 5,
    description: 'Value of this request against the mean value; the lower end where there is no request or no value.',
  },
  {
    name: 'winRate',
    unit: 'share of auctions',
    low: 0,
    high: 1,
    description: 'Impressions won over auctions since the episode began.',
  },
]);
const NUM_FEATURES = FEATURES.features.length;

/**
 * `bid-per-impression-v1`: RLB's decision process, one bid an auction.
 *
 * ### Description
 * An episode is T auctions under one budget. In each the bidder sees the value of the request and bids a whole number of
 * price units; the second price is paid. A bid equal to the market price wins.
 *
 * ### Action space
 * Discrete(maxBid + 1): the bid in price units, cut to the money left.
 *
 * ### Observation space
 *
 * | Num | Name | Range | Unit | Meaning |
 * |---|---|---|---|---|
 * | 0 | timeLeft | [0, 1] | share of the episode | auctions left, this one included |
 * | 1 | budgetLeft | [0, 1] | share of the budget | money left |
 * | 2 | budgetPressure | [−6, 3] | log ratio | money left against the cost of all auctions left at the mean price |
 * | 3 | budgetTightness | [−6, 3] | log ratio | the same at the start |
 * | 4 | value | [−5, 5] | log ratio | value of the request against the mean value |
 * | 5 | winRate | [0, 1] | share of auctions | impressions won so far |
 *
 * ### Rewards
 * The value of the request where it is won, over `rewardUnit`; 0 where it is lost.
 *
 * ### Starting state
 * A budget from the list and, from a log, one of its stretches, both uniform; requests as the source says. Everything comes
 * from the stream `episode/n/e`, and a request is drawn whatever the bidder did before it.
 *
 * ### Episode end
 * Termination: no auction is left, or no money: V(0, b) = V(t, 0) = 0. Never truncated.
 *
 * ### Arguments
 * See {@link BidPerImpressionOptions}.
 *
 * ### Version history
 * v1: first version.
 *
 * @throws SimError `CONFIG_INVALID` on an empty source, a log shorter than the horizon, or a number out of range;
 * `SHAPE_MISMATCH` where a log's columns differ in length.
 *
 * Source: Cai et al. (2017), "Real-Time Bidding by Reinforcement Learning in Display Advertising", WSDM, section 3.1.
 */
export function createBidPerImpression(options: BidPerImpressionOptions): VectorEnv {
  checkOptions(options);
  return new BidPerImpressionEnv(options);
}

class BidPerImpressionEnv implements VectorEnv {
  readonly id = 'bid-per-impression-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = FEATURES;
  readonly actionSpace: Discrete;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #options: BidPerImpressionOptions;
  readonly #requests: Requests;
  readonly #episode: Int32Array;
  readonly #auctionsLeft: Int32Array;
  readonly #wins: Int32Array;
  readonly #budget: Float64Array;
  readonly #money: Float64Array;
  #root: Rng | null = null;

  constructor(options: BidPerImpressionOptions) {
    const { numEnvs } = options;
    this.#options = options;
    this.numEnvs = numEnvs;
    this.actionSpace = discrete(options.maxBid + 1);
    this.observations = new Float32Array(numEnvs * NUM_FEATURES);
    this.finalObservations = new Float32Array(numEnvs * NUM_FEATURES);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#requests = new Requests(options.source, options.horizon, numEnvs);
    this.#episode = new Int32Array(numEnvs);
    this.#auctionsLeft = new Int32Array(numEnvs);
    this.#wins = new Int32Array(numEnvs);
    this.#budget = new Float64Array(numEnvs);
    this.#money = new Float64Array(numEnvs);
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
    if (root === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before step`);
    this.#checkActions(actions);
    for (let n = 0; n < this.numEnvs; n++) {
      if (this.#advance(n, actions[n]!)) {
        this.#observe(n, this.finalObservations);
        this.#episode[n]! += 1;
        this.#begin(root, n);
      } else {
        this.#requests.draw(n);
        this.#observe(n, this.observations);
      }
    }
  }

  /** Holds copy n's auction; true where its episode ended. */
  #advance(n: number, action: number): boolean {
    const money = this.#money[n]!;
    const price = this.#requests.price[n]!;
    const won = (action < money ? action : money) >= price;
    if (won) {
      this.#money[n] = money - price;
      this.#wins[n]! += 1;
    }
    this.rewards[n] = won ? this.#requests.value[n]! / this.#options.rewardUnit : 0;
    this.#auctionsLeft[n]! -= 1;
    const ended = this.#auctionsLeft[n] === 0 || this.#money[n] === 0;
    this.terminated[n] = ended ? 1 : 0;
    return ended;
  }

  #begin(root: Rng, n: number): void {
    const { budgets, horizon } = this.#options;
    const rng = root.split(n).split(this.#episode[n]!);
    const budget = budgets[rng.int(budgets.length)]!;
    this.#budget[n] = budget;
    this.#money[n] = budget;
    this.#auctionsLeft[n] = horizon;
    this.#wins[n] = 0;
    this.#requests.begin(n, rng);
    this.#requests.draw(n);
    this.#observe(n, this.observations);
  }

  #observe(n: number, out: Float32Array): void {
    const { horizon } = this.#options;
    const { meanPrice, meanValue } = this.#requests;
    const left = this.#auctionsLeft[n]!;
    const offset = n * NUM_FEATURES;
    out[offset] = left / horizon;
    out[offset + 1] = this.#money[n]! / this.#budget[n]!;
    out[offset + 2] = clippedLog(this.#money[n]!, left * meanPrice, -6, 3);
    out[offset + 3] = clippedLog(this.#budget[n]!, horizon * meanPrice, -6, 3);
    // An ended episode has no request: its last one is gone and the next belongs to the next episode.
    const value = this.terminated[n] === 1 && out === this.finalObservations ? 0 : this.#requests.value[n]!;
    out[offset + 4] = clippedLog(value, meanValue, -5, 5);
    out[offset + 5] = left === horizon ? 0 : this.#wins[n]! / (horizon - left);
  }

  #checkActions(actions: Int32Array | Float32Array): void {
    checkLength(`${this.id}: actions`, actions.length, this.numEnvs);
    const { maxBid } = this.#options;
    for (let n = 0; n < actions.length; n++) {
      const bid = actions[n]!;
      if (!(bid >= 0 && bid <= maxBid && bid === Math.floor(bid))) {
        throw new SimError(
          'VALUE_OUT_OF_RANGE',
          `${this.id}: bid of copy ${n}: expected a whole number of price units 0 to ${maxBid}, received ${bid}`,
        );
      }
    }
  }
}

/** The current request of every copy. */
class Requests {
  /** `[N]` market price, price units. */
  readonly price: Float64Array;
  /** `[N]` value units. */
  readonly value: Float64Array;
  readonly meanPrice: number;
  readonly meanValue: number;
  readonly #source: ImpressionSource;
  readonly #horizon: number;
  /** `[P]` running sums of the price probabilities; empty for a log. */
  readonly #cumulative: Float64Array;
  /** `[N]` next record of a log. */
  readonly #next: Int32Array;
  readonly #streams: Rng[] = [];

  constructor(source: ImpressionSource, horizon: number, numEnvs: number) {
    this.#source = source;
    this.#horizon = horizon;
    this.price = new Float64Array(numEnvs);
    this.value = new Float64Array(numEnvs);
    this.#next = new Int32Array(numEnvs);
    this.#cumulative = source.kind === 'market' ? cumulate(source.priceProbabilities) : new Float64Array(0);
    this.meanPrice =
      source.kind === 'market'
        ? source.priceProbabilities.reduce((sum, p, price) => sum + p * price, 0)
        : mean(source.prices);
    this.meanValue = mean(source.values);
  }

  /** Starts copy n's episode with its own stream. */
  begin(n: number, rng: Rng): void {
    this.#streams[n] = rng;
    if (this.#source.kind === 'log') {
      this.#next[n] = this.#horizon * rng.int(Math.floor(this.#source.prices.length / this.#horizon));
    }
  }

  /** Moves copy n to its next request. */
  draw(n: number): void {
    const source = this.#source;
    if (source.kind === 'log') {
      const at = this.#next[n]!;
      this.price[n] = source.prices[at]!;
      this.value[n] = source.values[at]!;
      this.#next[n] = at + 1;
      return;
    }
    const rng = this.#streams[n]!;
    this.value[n] = source.values[rng.int(source.values.length)]!;
    this.price[n] = firstAbove(this.#cumulative, rng.next());
  }
}

/** The smallest price whose running probability is above u; the last one at the end. */
function firstAbove(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

function cumulate(probabilities: Float64Array): Float64Array {
  let sum = 0;
  return probabilities.map((p) => {
    sum += p;
    return sum;
  });
}

function mean(xs: Float64Array): number {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length;
}

/** ln(a / b) on [low, high]; low where a is 0, high where only b is. */
function clippedLog(a: number, b: number, low: number, high: number): number {
  if (!(a > 0)) return low;
  if (!(b > 0)) return high;
  const log = Math.log(a / b);
  return log < low ? low : log > high ? high : log;
}

function checkOptions(options: BidPerImpressionOptions): void {
  const { source, horizon, budgets, maxBid, numEnvs, rewardUnit } = options;
  const whole = (name: string, x: number, least: number) => {
    if (!Number.isInteger(x) || x < least) fail(`expected ${name} to be a whole number >= ${least}, received ${x}`);
  };
  whole('horizon', horizon, 1);
  whole('maxBid', maxBid, 0);
  whole('numEnvs', numEnvs, 1);
  if (budgets.length === 0) fail('expected at least one budget, received none');
  for (const budget of budgets) whole('every budget', budget, 1);
  if (!(rewardUnit > 0 && rewardUnit < Number.POSITIVE_INFINITY)) {
    fail(`expected a positive rewardUnit, received ${rewardUnit}`);
  }
  checkSource(source, horizon);
}

function checkSource(source: ImpressionSource, horizon: number): void {
  if (!source.values.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY)) {
    fail('expected finite values >= 0 in the source');
  }
  if (source.kind === 'log') {
    checkLength('bid-per-impression-v1: prices of the log', source.prices.length, source.values.length);
    if (source.prices.length < horizon) {
      fail(`expected a log of at least ${horizon} records, received ${source.prices.length}; shorten the horizon`);
    }
    if (!source.prices.every((price) => price >= 0 && Number.isInteger(price))) {
      fail('expected whole prices >= 0 in the log, in price units');
    }
    return;
  }
  if (source.values.length === 0 || source.priceProbabilities.length === 0) {
    fail('expected values and price probabilities, received none');
  }
  const total = source.priceProbabilities.reduce((sum, p) => sum + (p >= 0 ? p : Number.NaN), 0);
  if (!(Math.abs(total - 1) < 1e-9)) fail(`expected price probabilities that sum to 1, received ${total}`);
}

function fail(message: string): never {
  throw new SimError('CONFIG_INVALID', `bid-per-impression-v1: ${message}`);
}
