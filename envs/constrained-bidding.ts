import { cpaScore, expectedCpaScore } from '../src/campaign/cpa-goal.ts';
import { checkActions, checkSeed } from '../src/core/env-inputs.ts';
import { SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import { type Box, box, type Discrete, discrete, type Space } from '../src/core/space.ts';
import type { CostConstraint, VectorEnv } from '../src/core/vector-env.ts';
import { observeSeat, SEAT_FEATURES } from '../src/sim/auction-net/seat-features.ts';
import type { SeatRecord } from '../src/sim/auction-net/seat-record.ts';
import {
  type GoalSpread,
  makeSeatWorld,
  type SeatSource,
  type SeatWorld,
  seatIsDone,
} from '../src/sim/auction-net/seat-world.ts';

/**
 * How an action becomes the tick's multiplier α. Its unit is the CPA target, or the multiplier that earlier periods say the
 * money left buys (OnlineLP; the CPA target where nothing is known of them): actions then correct a plan.
 */
export type ConstrainedActions = { readonly unit: 'target' | 'plan' } & (
  | {
      /** Action i is `multipliers[i]`; 0 sits a tick out. */
      readonly kind: 'grid';
      readonly multipliers: readonly number[];
    }
  | {
      /** One number a in [−1, 1]: α = exp(a · logRange). */
      readonly kind: 'log';
      readonly logRange: number;
    }
);

/** What `constrained-bidding-v1` is made of. */
export interface ConstrainedBiddingOptions {
  readonly source: SeatSource;
  readonly spread: GoalSpread;
  readonly actions: ConstrainedActions;
  /**
   * `sparse`: conversions of the tick. `dense`: Σ pValue of the tick's seen slots. `score`: how the tick changed the score that
   * the period would end with; their sum is the score. `expected-score`: the same on average over the tick's luck in
   * conversions, taken as Poisson: equal in expectation, with a fraction of the noise.
   */
  readonly reward: 'sparse' | 'dense' | 'score' | 'expected-score';
  /** The period's score is added to its last reward this many times. */
  readonly scoreBonus: number;
  readonly numEnvs: number;
}

/**
 * `constrained-bidding-v1`: spend one budget under a CPA target, one multiplier a tick (AuctionNet's decision process).
 *
 * ### Description
 * A period of 48 ticks in a market of 48 advertisers: generalised second price with three slots, cascade exposure (1, .8, .6),
 * payment when seen. The advertiser bids α · pValue on every opportunity of a tick. A ROAS target is the CPA target
 * `cpaTargetMicros` of `src/campaign/cpa-goal.ts`.
 *
 * ### Action space
 * `grid`: Discrete(n), α = multipliers[i] units. `log`: Box(1) in [−1, 1], α = exp(a · logRange) units. The
 * unit is the CPA target or the plan's multiplier, see {@link ConstrainedActions}.
 *
 * ### Observation space
 * Box of the features of `SEAT_FEATURES` in `src/sim/auction-net/seat-features.ts`: names, units, bounds and meaning stand there.
 *
 * ### Rewards
 * Conversions, predicted conversions, or the change of the score conversions · min(1, (target / CPA)²); see `reward` and
 * `scoreBonus`.
 *
 * ### Constraint
 * `cpaOverrun`, at most 0 on average: what the tick cost, in CPA targets, beyond its conversions. Its sum over a period is
 * at most 0 exactly where the CPA is at most its target.
 *
 * ### Starting state
 * A seat and its period from the source, budget and target within `spread`, from the stream `episode/n/e`. With recorded
 * rivals a tick is a look-up, rivals do not answer, and overspend keeps the same share of everything; with live ones each
 * tick clears all auctions.
 *
 * ### Episode end
 * Termination: 48 ticks are over, or less money is left than an advertiser may bid with. Never truncated.
 *
 * ### Version history
 * v1: first version.
 *
 * Source: Su et al. (2024), "AuctionNet", arXiv:2412.10798.
 *
 * @throws SimError `CONFIG_INVALID` on a source without seats, fewer than two multipliers, a negative one, or a range ≤ 0.
 */
export function createConstrainedBidding(options: ConstrainedBiddingOptions): VectorEnv {
  const { actions } = options;
  if (actions.kind === 'grid' && (actions.multipliers.length < 2 || actions.multipliers.some((m) => !(m >= 0)))) {
    throw new SimError(
      'CONFIG_INVALID',
      `constrained-bidding-v1: actions.multipliers: expected at least two numbers >= 0 [CPA targets], received [${actions.multipliers.join(', ')}]`,
    );
  }
  if (actions.kind === 'log' && !(actions.logRange > 0 && actions.logRange <= 10)) {
    throw new SimError(
      'CONFIG_INVALID',
      `constrained-bidding-v1: actions.logRange: expected a number in (0, 10], received ${actions.logRange}`,
    );
  }
  return new ConstrainedBiddingEnv(options);
}

/** The multiplier of an action before a tick, micros per predicted conversion. */
export function decodeConstrained(actions: ConstrainedActions, action: number, record: SeatRecord): number {
  const unit = actions.unit === 'plan' ? record.planMultiplier : record.cpaTargetMicros;
  return unit * (actions.kind === 'grid' ? actions.multipliers[action]! : Math.exp(action * actions.logRange));
}

/** The action space of a decoding. */
export function constrainedActionSpace(actions: ConstrainedActions): Discrete | Box {
  const unit = actions.unit === 'plan' ? 'times the plan' : 'CPA targets';
  if (actions.kind === 'grid') {
    const words = (m: number) => (m === 0 ? 'sit out' : `bid ${Number(m.toPrecision(3))} ${unit}`);
    return discrete(actions.multipliers.length, actions.multipliers.map(words));
  }
  return box([
    {
      name: 'logMultiplier',
      unit: `${actions.logRange} ln ${unit}`,
      low: -1,
      high: 1,
      description: 'Logarithm of the multiplier over its unit, over the range of the action.',
    },
  ]);
}

class ConstrainedBiddingEnv implements VectorEnv {
  readonly id = 'constrained-bidding-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = box(SEAT_FEATURES);
  readonly actionSpace: Space;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly constraint: CostConstraint;
  readonly #options: ConstrainedBiddingOptions;
  readonly #worlds: readonly SeatWorld[];
  readonly #scores: Float64Array;
  readonly #episode: Int32Array;
  #root: Rng | null = null;

  constructor(options: ConstrainedBiddingOptions) {
    const { numEnvs } = options;
    const size = SEAT_FEATURES.length;
    this.#options = options;
    this.numEnvs = numEnvs;
    this.actionSpace = constrainedActionSpace(options.actions);
    this.observations = new Float32Array(numEnvs * size);
    this.finalObservations = new Float32Array(numEnvs * size);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.constraint = { name: 'cpaOverrun', unit: 'CPA targets', limit: 0, costs: new Float64Array(numEnvs) };
    this.#worlds = Array.from({ length: numEnvs }, () => makeSeatWorld(options.source, options.spread));
    this.#scores = new Float64Array(numEnvs);
    this.#episode = new Int32Array(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    this.#root = new Rng(seed).split('episode');
    this.#episode.fill(0);
    this.rewards.fill(0);
    this.constraint.costs.fill(0);
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
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    for (let n = 0; n < this.numEnvs; n++) {
      if (this.#advance(n, actions[n]!)) {
        this.#observe(n, this.finalObservations);
        this.#episode[n] = this.#episode[n]! + 1;
        this.#begin(root, n);
      } else {
        this.#observe(n, this.observations);
      }
    }
  }

  /** Plays copy n's tick; true where its episode ended. */
  #advance(n: number, action: number): boolean {
    const { scoreBonus, source, actions } = this.#options;
    const world = this.#worlds[n]!;
    const { record } = world;
    const { counters, cpaTargetMicros } = record;
    const before = record.conversions;
    const remainingBefore = counters.remainingMicros;
    world.play(decodeConstrained(actions, action, record));
    const score = cpaScore(cpaTargetMicros, counters.budgetMicros - counters.remainingMicros, record.conversions);
    const ended = seatIsDone(record, source.kind === 'live' ? source.setup.config : source.config);
    this.rewards[n] = this.#gained(n, before, score) + (ended ? scoreBonus * score : 0);
    const paid = (remainingBefore - counters.remainingMicros) / cpaTargetMicros;
    this.constraint.costs[n] = paid - (record.conversions - before);
    this.#scores[n] = score;
    this.terminated[n] = ended ? 1 : 0;
    return ended;
  }

  /** Reward of copy n's tick, bonus aside. @param before Conversions before it. @param score Score after it. */
  #gained(n: number, before: number, score: number): number {
    const { record, meanConversions } = this.#worlds[n]!;
    const { counters, cpaTargetMicros } = record;
    switch (this.#options.reward) {
      case 'sparse':
        return record.conversions - before;
      case 'dense':
        return counters.lastValue;
      case 'score':
        return score - this.#scores[n]!;
      case 'expected-score': {
        const spent = counters.budgetMicros - counters.remainingMicros;
        return expectedCpaScore(cpaTargetMicros, spent, before, meanConversions) - this.#scores[n]!;
      }
    }
  }

  #begin(root: Rng, n: number): void {
    this.#worlds[n]!.begin(root.split(n).split(this.#episode[n]!));
    this.#scores[n] = 0;
    this.#observe(n, this.observations);
  }

  #observe(n: number, out: Float32Array): void {
    const { source } = this.#options;
    const config = source.kind === 'live' ? source.setup.config : source.config;
    observeSeat(this.#worlds[n]!.record, config, out, n * SEAT_FEATURES.length);
  }
}
