import { checkActions, checkSeed } from '../src/core/env-inputs.ts';
import { SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import { type Box, box, discrete, type Space } from '../src/core/space.ts';
import { MICROS_PER_UNIT } from '../src/core/units.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { type EpisodeSource, FreshEpisodes, TapeEpisodes } from '../src/sim/rtbgym/episodes.ts';
import { beginFlight, makeFlights, type RtbGymFlights, recordStep } from '../src/sim/rtbgym/flights.ts';
import type { RtbGymMarket } from '../src/sim/rtbgym/market.ts';
import { type FlightObserver, flightObserver, type RtbGymObservations } from '../src/sim/rtbgym/observations.ts';
import type { RtbGymTape } from '../src/sim/rtbgym/tape.ts';
import { emptyOutcome, type StepOutcome } from '../src/sim/step-outcome.ts';

/** How an action becomes the multiplier α. */
export type RtbGymActions =
  /** Discrete: action i is α = multipliers[i]. */
  | { readonly kind: 'grid'; readonly multipliers: readonly number[] }
  /** Continuous: the action is α itself, in [low, high]. */
  | { readonly kind: 'linear'; readonly low: number; readonly high: number }
  /** Continuous: α = exp(action), in [low, high]; a Gaussian policy begins around α = 1. */
  | { readonly kind: 'log'; readonly low: number; readonly high: number };

/** What `rtbgym-v1` is made of. */
export interface RtbGymOptions {
  /** Auctions drawn as they are played, or episodes of a tape: the same market, about ten times as fast. */
  readonly auctions:
    | { readonly kind: 'fresh'; readonly market: RtbGymMarket }
    | { readonly kind: 'tape'; readonly tape: RtbGymTape };
  readonly actions: RtbGymActions;
  readonly observations: RtbGymObservations;
  /** Realised conversions, or their expectation, the sum of CTR · CVR over what was won, which has less noise. */
  readonly reward: 'conversions' | 'expected-conversions';
  /** Conversions that one unit of reward stands for. */
  readonly rewardUnit: number;
  readonly numEnvs: number;
}

/**
 * `rtbgym-v1`: win conversions with one budget over seven steps by a multiplier on value; RTBGym's default problem.
 *
 * ### Description
 * Each of T = 7 steps brings about 200 auctions of random ads and users. The bidder chooses the multiplier α; the bid of an
 * auction is ⌊α · CTR · CVR · 50 · scaler⌋. It wins where the price of the ad, gamma-distributed, is below the bid, and pays
 * the price rounded down if the impression is clicked. Within a step, from the auction on whose cost brings the step's spend
 * to the remaining budget, all auctions are void.
 *
 * ### Action space
 * By `actions.kind`: `grid` Discrete(n), the multipliers listed; `linear` Box(1), α itself; `log` Box(1), α = exp(a).
 *
 * ### Observation space
 * By `observations`, names, units, bounds and meaning in `src/sim/rtbgym/observations.ts`: `pacing`, the step as a one-hot
 * vector, the share of budget left, and budget left per step left (T + 2 numbers; all that matters, since steps are
 * independent); or `original`, the seven quantities of RTBGym, scaled.
 *
 * ### Rewards
 * Conversions of the step, realised or expected, over `rewardUnit`.
 *
 * ### Starting state
 * The whole budget. Everything random in episode e of copy n comes from the stream `episode/n/e` (of a tape: from number e
 * of the stream `episode/n`), none of it from what is bid.
 *
 * ### Episode end
 * Termination after step T. Never truncated.
 *
 * ### Differences from RTBGym 1.0
 * The observation after the last step is that of the episode's own end, not that of the next reset; the first observation
 * has zeros where RTBGym draws random entries; a step's number of auctions is its own, not the next step's.
 *
 * ### Version history
 * v1: first version.
 *
 * Source: Kiyohara et al. (2023), "SCOPE-RL", arXiv:2311.18206; hakuhodo-technologies/scope-rl, class RTBEnv.
 *
 * @throws SimError `CONFIG_INVALID` on an empty grid, a multiplier or range that is not positive, or a reward unit that is
 * not positive.
 */
export function createRtbGym(options: RtbGymOptions): RtbGymEnv {
  checkActionSettings(options.actions);
  if (!(options.rewardUnit > 0)) {
    throw new SimError(
      'CONFIG_INVALID',
      `rtbgym-v1: rewardUnit expected a positive number of conversions, received ${options.rewardUnit}`,
    );
  }
  return new RtbGymEnv(options);
}

/** The environment behind {@link createRtbGym}. */
export class RtbGymEnv implements VectorEnv {
  readonly id = 'rtbgym-v1';
  readonly numEnvs: number;
  readonly market: RtbGymMarket;
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** What the copies' running episodes have done so far; read only. */
  readonly flights: RtbGymFlights;
  /** `[N]` what the last step bought; read only. */
  readonly outcomes: readonly StepOutcome[];
  readonly #options: RtbGymOptions;
  readonly #source: EpisodeSource;
  readonly #observer: FlightObserver;
  readonly #multipliers: Float64Array | null;
  readonly #logarithmic: boolean;
  readonly #episode: Int32Array;
  /** `[N]` a copy's stream `episode/n`; empty before the first reset. */
  #streams: Rng[] = [];
  #root: Rng | null = null;

  constructor(options: RtbGymOptions) {
    const { numEnvs, auctions, actions } = options;
    this.#options = options;
    this.market = auctions.kind === 'fresh' ? auctions.market : auctions.tape.market;
    this.#source = auctions.kind === 'fresh' ? new FreshEpisodes(auctions.market) : new TapeEpisodes(auctions.tape);
    this.#observer = flightObserver(options.observations, this.market);
    this.#multipliers = actions.kind === 'grid' ? Float64Array.from(actions.multipliers) : null;
    this.#logarithmic = actions.kind === 'log';
    this.numEnvs = numEnvs;
    this.observationSpace = box(this.#observer.features);
    this.actionSpace = actionSpaceOf(actions);
    const size = this.#observer.features.length;
    this.observations = new Float32Array(numEnvs * size);
    this.finalObservations = new Float32Array(numEnvs * size);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.flights = makeFlights(numEnvs);
    this.outcomes = Array.from({ length: numEnvs }, emptyOutcome);
    this.#episode = new Int32Array(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    const root = new Rng(seed).split('episode');
    this.#root = root;
    this.#streams = Array.from({ length: this.numEnvs }, (_, n) => root.split(n));
    this.#episode.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n);
  }

  beginEpisode(n: number, episode: number): void {
    if (this.#root === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    const stream = this.#root.split(n);
    this.#source.skip(stream, episode);
    this.#streams[n] = stream;
    this.#episode[n] = episode;
    this.#begin(n);
  }

  step(actions: Int32Array | Float32Array): void {
    if (this.#streams.length === 0) throw new SimError('ENV_NOT_RESET', 'rtbgym-v1: call reset(seed) before step');
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    for (let n = 0; n < this.numEnvs; n++) {
      this.#advance(n, this.#multiplier(actions[n]!));
      if (this.terminated[n] === 1) {
        this.#observer.write(this.flights, n, this.finalObservations);
        this.#episode[n] = this.#episode[n]! + 1;
        this.#begin(n);
      } else {
        this.#observer.write(this.flights, n, this.observations);
      }
    }
  }

  #advance(n: number, multiplier: number): void {
    const { reward, rewardUnit } = this.#options;
    const { flights } = this;
    const outcome = this.outcomes[n]!;
    const step = flights.step[n]!;
    const auctions = this.#source.play(n, step, multiplier, flights.remainingMicros[n]!, outcome);
    recordStep(flights, n, outcome, auctions, multiplier);
    this.rewards[n] = (reward === 'conversions' ? outcome.conversions : outcome.value) / rewardUnit;
    this.terminated[n] = step + 1 === this.market.numSteps ? 1 : 0;
  }

  #begin(n: number): void {
    this.#source.begin(n, this.#streams[n]!, this.#episode[n]!);
    beginFlight(this.flights, n, this.market.budgetUnits * MICROS_PER_UNIT);
    this.#observer.write(this.flights, n, this.observations);
  }

  #multiplier(action: number): number {
    if (this.#multipliers !== null) return this.#multipliers[action]!;
    return this.#logarithmic ? Math.exp(action) : action;
  }
}

function checkActionSettings(actions: RtbGymActions): void {
  if (actions.kind === 'grid') {
    const faulty = actions.multipliers.find(
      (multiplier) => !(multiplier >= 0 && multiplier < Number.POSITIVE_INFINITY),
    );
    if (actions.multipliers.length > 0 && faulty === undefined) return;
    throw new SimError(
      'CONFIG_INVALID',
      `rtbgym-v1: actions.multipliers expected one or more finite numbers >= 0, received ${faulty ?? 'none'}`,
    );
  }
  const { kind, low, high } = actions;
  if (low < high && high < Number.POSITIVE_INFINITY && (kind === 'log' ? low > 0 : low >= 0)) return;
  throw new SimError(
    'CONFIG_INVALID',
    `rtbgym-v1: actions expected a range of multipliers with 0 ${kind === 'log' ? '<' : '<='} low < high, received [${low}, ${high}]`,
  );
}

function actionSpaceOf(actions: RtbGymActions): Space {
  if (actions.kind === 'grid') {
    return discrete(
      actions.multipliers.length,
      actions.multipliers.map((multiplier) => `multiplier ${multiplier.toPrecision(3)}`),
    );
  }
  if (actions.kind === 'linear') {
    const { low, high } = actions;
    return box([
      {
        name: 'multiplier',
        unit: '1',
        low: Math.fround(low),
        high: Math.fround(high),
        description: 'The multiplier α.',
      },
    ]);
  }
  return box([
    {
      name: 'logMultiplier',
      unit: 'log ratio',
      low: Math.fround(Math.log(actions.low)),
      high: Math.fround(Math.log(actions.high)),
      description: 'Natural logarithm of the multiplier α.',
    },
  ]);
}
