import { checkActions, checkSeed } from '../src/core/env-inputs.ts';
import { SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import { type Box, box, discrete, type Space } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { ShadingEpisode, segmentTruths } from '../src/sim/bid-shading/episode.ts';
import { checkShadingMarket, type ShadingMarket } from '../src/sim/bid-shading/market.ts';
import { ShadingObserver, shadingFeatures } from '../src/sim/bid-shading/observer.ts';

/** How an action becomes bids: the share γ of its value for every opportunity of the batch, or a curve. */
export type ShadingActions =
  /** Discrete: action i is γ = factors[i]. */
  | { readonly kind: 'grid'; readonly factors: readonly number[] }
  /** Continuous: γ = (low + high) / 2 + a · (high − low) / 2 for a in [−1, 1]; a Gaussian policy begins in the middle. */
  | { readonly kind: 'linear'; readonly low: number; readonly high: number }
  /**
   * Continuous, two numbers in [−1, 1]: γ as for `linear`, and a power η from 0 to 1. With m the mean value of the segment the bid is
   * min(v, γ · m · (v / m)^η): η = 1 is the plain factor, and at 0 all values bid alike.
   */
  | { readonly kind: 'curve'; readonly low: number; readonly high: number };

/** What `bid-shading-v1` is made of. */
export interface BidShadingOptions {
  readonly market: ShadingMarket;
  readonly actions: ShadingActions;
  /** Surplus of what was won, or its expectation given the bids, which has less noise. */
  readonly reward: 'realised' | 'expected';
  readonly numEnvs: number;
}

/**
 * `bid-shading-v1`: bid below value in first-price auctions whose prices are hidden, drift, and are told as the feedback mode
 * tells them.
 *
 * ### Description
 * An episode is T batches of B opportunities; a batch is of one segment, drawn uniformly. Each segment has a log-normal or gamma
 * price law whose level is drawn anew each episode. Values are drawn for each opportunity and seen by the bidder, who chooses one
 * shading factor γ a batch and bids ⌊γ · value⌋. A bid above the highest rival bid wins and is paid. Notices of wins and losses,
 * with the minimum to win where the mode tells it, arrive late, twice or never as the market's delivery says.
 *
 * ### Action space
 * By `actions.kind`: `grid` Discrete(n), the factors listed; `linear` Box(1) in [−1, 1], from the lowest to the highest
 * factor; `curve` Box(2), a factor and how far bids follow values.
 *
 * ### Observation space
 * Time left, the segment at hand (one-hot), evidence, notices missing, last factor, win rate, and the estimated win probability at
 * ten bids, all of the segment at hand and from notices alone; names, units, bounds and meaning in
 * `src/sim/bid-shading/observer.ts`. S + 15 numbers in [0, 1].
 *
 * ### Rewards
 * Surplus of the batch, realised or expected, over what the best bids under the known landscapes are expected to earn in a batch
 * of this episode: the mean reward of an episode is its share of the best possible, at most about 1; bidding value earns 0.
 *
 * ### Starting state
 * Nothing told. Everything random in an episode comes from the stream `episode/n/e`, none of it from what is bid.
 *
 * ### Episode end
 * Termination after batch T. Never truncated.
 *
 * ### Version history
 * v1: first version.
 *
 * Source of the problem: Pan et al. (2020), arXiv:2009.09259; Gligorijevic et al. (2020), arXiv:2009.01360.
 *
 * @throws SimError `CONFIG_INVALID` on an impossible market, an empty grid, or factors that are not in [0, 2].
 */
export function createBidShading(options: BidShadingOptions): BidShadingEnv {
  checkShadingMarket(options.market);
  checkActionSettings(options.actions);
  return new BidShadingEnv(options);
}

/** The environment behind {@link createBidShading}. */
export class BidShadingEnv implements VectorEnv {
  readonly id = 'bid-shading-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** `[N]` the copies' running episodes; read only. */
  readonly episodes: readonly ShadingEpisode[];
  readonly #options: BidShadingOptions;
  readonly #observers: readonly ShadingObserver[];
  readonly #receivers: readonly ShadingObserver['receive'][];
  readonly #bids: Float64Array;
  readonly #episode: Int32Array;
  /** `[N]` a copy's stream `episode/n`; empty before the first reset. */
  #streams: readonly Rng[] = [];

  constructor(options: BidShadingOptions) {
    const { market, numEnvs } = options;
    const features = shadingFeatures(market);
    this.#options = options;
    this.numEnvs = numEnvs;
    this.observationSpace = box(features);
    this.actionSpace = actionSpaceOf(options.actions);
    this.observations = new Float32Array(numEnvs * features.length);
    this.finalObservations = new Float32Array(numEnvs * features.length);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    const truths = segmentTruths(market);
    const unused = new Rng('unused');
    this.episodes = Array.from({ length: numEnvs }, () => new ShadingEpisode(market, truths, unused));
    this.#observers = Array.from({ length: numEnvs }, () => new ShadingObserver(market));
    this.#receivers = this.#observers.map((observer): ShadingObserver['receive'] => {
      return (notice, segment) => observer.receive(notice, segment);
    });
    this.#bids = new Float64Array(market.batchSize);
    this.#episode = new Int32Array(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    const root = new Rng(seed).split('episode');
    this.#streams = Array.from({ length: this.numEnvs }, (_, n) => root.split(n));
    this.#episode.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n);
  }

  beginEpisode(n: number, episode: number): void {
    if (this.#streams.length === 0)
      throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    this.#episode[n] = episode;
    this.#begin(n);
  }

  step(actions: Int32Array | Float32Array): void {
    if (this.#streams.length === 0) throw new SimError('ENV_NOT_RESET', 'bid-shading-v1: call reset(seed) before step');
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    for (let n = 0; n < this.numEnvs; n++) {
      this.#advance(n, actions);
      const episode = this.episodes[n]!;
      if (episode.ended) {
        this.#observers[n]!.write(episode, n, this.finalObservations);
        this.#episode[n] = this.#episode[n]! + 1;
        this.#begin(n);
      } else {
        this.#observers[n]!.write(episode, n, this.observations);
      }
    }
  }

  #advance(n: number, actions: Int32Array | Float32Array): void {
    const episode = this.episodes[n]!;
    const observer = this.#observers[n]!;
    const { segment, bestPerBatch } = episode;
    const bids = this.#bids;
    shadeBatch(this.#options.actions, actions, n, episode, bids);
    episode.settle(bids, this.#receivers[n]!);
    observer.settled(episode, segment);
    const { surplusMicros, expectedMicros } = episode.last;
    this.rewards[n] = (this.#options.reward === 'realised' ? surplusMicros : expectedMicros) / bestPerBatch;
    this.terminated[n] = episode.ended ? 1 : 0;
  }

  #begin(n: number): void {
    const episode = this.episodes[n]!;
    const observer = this.#observers[n]!;
    episode.begin(this.#streams[n]!.split(this.#episode[n]!));
    observer.reset();
    observer.write(episode, n, this.observations);
  }
}

/**
 * Writes the bids that an action stands for, integer micros.
 *
 * @param chosen `[N, A]` actions; that of row n is taken. @param out `[B]`
 */
export function shadeBatch(
  actions: ShadingActions,
  chosen: Int32Array | Float32Array,
  n: number,
  { values, segment, market }: ShadingEpisode,
  out: Float64Array,
): void {
  const wide = actions.kind === 'curve';
  const action = chosen[wide ? 2 * n : n]!;
  const factor =
    actions.kind === 'grid'
      ? actions.factors[action]!
      : 0.5 * (actions.low + actions.high + action * (actions.high - actions.low));
  if (!wide) {
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(factor * values[i]!);
    return;
  }
  const power = 0.5 * (1 + chosen[2 * n + 1]!);
  const mean = market.segments[segment]!.meanValueMicros;
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.floor(Math.min(values[i]!, factor * mean * (values[i]! / mean) ** power));
  }
}

/** Bids above twice the value are no shading. */
const HIGHEST_FACTOR = 2;

function checkActionSettings(actions: ShadingActions): void {
  const isFactor = (factor: number) => factor >= 0 && factor <= HIGHEST_FACTOR;
  if (actions.kind === 'grid') {
    const faulty = actions.factors.find((factor) => !isFactor(factor));
    if (actions.factors.length > 0 && faulty === undefined) return;
    throw new SimError(
      'CONFIG_INVALID',
      `bid-shading-v1: actions.factors expected one or more shares of value in [0, ${HIGHEST_FACTOR}], received ${faulty ?? 'none'}`,
    );
  }
  const { low, high } = actions;
  if (isFactor(low) && isFactor(high) && low < high) return;
  throw new SimError(
    'CONFIG_INVALID',
    `bid-shading-v1: actions expected shares of value 0 <= low < high <= ${HIGHEST_FACTOR}, received [${low}, ${high}]`,
  );
}

function actionSpaceOf(actions: ShadingActions): Space {
  if (actions.kind === 'grid') {
    return discrete(
      actions.factors.length,
      actions.factors.map((factor) => `bid ${Math.round(1000 * factor) / 10} % of value`),
    );
  }
  const { kind, low, high } = actions;
  const feature = (name: string, description: string) => ({ name, unit: 'half range', low: -1, high: 1, description });
  const factor = feature('shading', `From −1, bid ${low} of the value, to 1, bid ${high} of it.`);
  if (kind === 'linear') return box([factor]);
  return box([factor, feature('power', 'From −1, bid the same for every value, to 1, bid in proportion to value.')]);
}
