import { checkActions, checkSeed } from '../src/core/env-inputs.ts';
import { SimError } from '../src/core/errors.ts';
import type { FlightCounters } from '../src/core/policy.ts';
import { Rng } from '../src/core/rng.ts';
import { type Box, box, type Discrete, discrete, type Space } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import {
  type ActionDecoding,
  decodeMultiplier,
  observeFlight,
  PACING_FEATURES,
  type PacingScales,
} from '../src/policy/runtime.ts';
import { advanceFlight, beginFlight, blankCounters } from '../src/sim/flight-counters.ts';
import type { FlightWindow, TrafficPlan } from '../src/sim/flight-window.ts';
import type { Replay } from '../src/sim/replay.ts';
import {
  emptyOutcomes,
  emptyQueries,
  type StepOutcomes,
  type StepQueries,
  takeOutcome,
} from '../src/sim/step-batch.ts';
import { emptyOutcome } from '../src/sim/step-outcome.ts';

/** Range of log α/base that the continuous action covers. */
const LOG_RANGE = 4;

/** What `budget-pacing-v1` is made of. */
export interface BudgetPacingOptions {
  /** Tape and index, shared by all copies. */
  readonly replay: Replay;
  /** Flights that episodes are drawn from, all of T steps. */
  readonly windows: readonly FlightWindow[];
  readonly plan: TrafficPlan;
  /**
   * Budgets that episodes are drawn from, as fractions of `plan.fullCostMicros`: one of the list, or log-uniform between
   * the two ends of a range.
   */
  readonly budgetFractions: { readonly list: readonly number[] } | { readonly low: number; readonly high: number };
  /** Starting multipliers are log-uniform on [low, high], micros per value unit. */
  readonly startingMultiplier: { readonly low: number; readonly high: number };
  readonly decoding: ActionDecoding;
  /** What is rewarded: expected value, realised clicks or realised conversions. */
  readonly reward: 'value' | 'clicks' | 'conversions';
  /**
   * What one unit of reward is for an episode, value units: `() => 1` for raw value, or for instance a tenth of the
   * flight's hindsight optimum, so that small and large budgets weigh alike.
   */
  readonly rewardUnit: (window: FlightWindow, budgetMicros: number) => number;
  readonly scales: PacingScales;
  /**
   * How wrong an episode's scales may be: the half-width of a uniform draw of the logarithm, for price and value apart; 0 or
   * absent where they are right. A bidder whose scales come from other days meets markets that are dearer or cheaper than
   * it believes, and here it meets them in training (domain randomisation, Tobin et al. 2017, arXiv:1703.06907).
   */
  readonly scaleError?: number;
  readonly numEnvs: number;
}

/**
 * `budget-pacing-v1`: spend one budget over one flight by a multiplier on value.
 *
 * ### Description
 * A flight of T steps (a day in 48 half hours) over a tape of bid opportunities. Each step the bidder chooses the
 * multiplier α; every bid of the step is α · value. What is won is bought while the budget lasts.
 *
 * ### Action space
 * By `decoding.kind`: `grid` Discrete(n), the multiplier itself; `moves` Discrete(n), λ = 1/α times 1 + move (Wu et al.,
 * CIKM 2018, arXiv:1802.08365); `log` Box(1), α = base · exp(a), a in [−4, 4].
 *
 * ### Observation space
 * Box of the features of `PACING_FEATURES` in `src/policy/runtime.ts`: names, units, bounds and meaning stand there.
 *
 * ### Rewards
 * Value (or clicks, or conversions) won in the step, over `rewardUnit` of the episode.
 *
 * ### Starting state
 * A flight drawn uniformly, a budget fraction, a starting multiplier and, with `scaleError`, the error of the scales, each
 * from the stream `episode/n/e`.
 *
 * ### Episode end
 * Termination: the flight is over, or the cheapest later opportunity costs more than what is left. Never truncated.
 *
 * ### Version history
 * v1: first version.
 *
 * @throws SimError `CONFIG_INVALID` without windows or with windows of unequal length.
 */
export function createBudgetPacing(options: BudgetPacingOptions): BudgetPacingEnv {
  const numSteps = options.plan.expectedAuctions.length;
  if (options.windows.length === 0 || options.windows.some((window) => window.numSteps !== numSteps)) {
    throw new SimError(
      'CONFIG_INVALID',
      `budget-pacing-v1: expected at least one flight, all of ${numSteps} steps, received ${options.windows.length}`,
    );
  }
  return new BudgetPacingEnv(options);
}

/** The environment behind {@link createBudgetPacing}. */
export class BudgetPacingEnv implements VectorEnv {
  readonly id = 'budget-pacing-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = box(PACING_FEATURES);
  readonly actionSpace: Space;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** `[N]` raw counters of the running episodes; read only. */
  readonly counters: readonly FlightCounters[];
  readonly #options: BudgetPacingOptions;
  readonly #windows: FlightWindow[];
  readonly #rewardUnits: Float64Array;
  /** What the bidder of each copy takes for the campaign's scales. */
  readonly #scales: { priceMicros: number; value: number }[];
  readonly #episode: Int32Array;
  readonly #queries: StepQueries;
  readonly #outcomes: StepOutcomes;
  readonly #outcome = emptyOutcome();
  #root: Rng | null = null;

  constructor(options: BudgetPacingOptions) {
    const { numEnvs } = options;
    const size = PACING_FEATURES.length;
    this.#options = options;
    this.numEnvs = numEnvs;
    this.actionSpace = actionSpaceOf(options.decoding);
    this.observations = new Float32Array(numEnvs * size);
    this.finalObservations = new Float32Array(numEnvs * size);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.counters = Array.from({ length: numEnvs }, blankCounters);
    this.#windows = Array.from({ length: numEnvs }, () => options.windows[0]!);
    this.#rewardUnits = new Float64Array(numEnvs);
    this.#scales = Array.from({ length: numEnvs }, () => ({ ...options.scales }));
    this.#episode = new Int32Array(numEnvs);
    this.#queries = emptyQueries(numEnvs);
    this.#outcomes = emptyOutcomes(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    this.#root = new Rng(seed).split('episode');
    this.#episode.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
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
    if (root === null) throw new SimError('ENV_NOT_RESET', 'budget-pacing-v1: call reset(seed) before step');
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    this.#ask(actions);
    this.#options.replay.playMany(this.#queries, this.#outcomes, this.numEnvs);
    for (let n = 0; n < this.numEnvs; n++) {
      if (this.#advance(n)) {
        this.#observe(n, this.finalObservations);
        this.#episode[n] = this.#episode[n]! + 1;
        this.#begin(root, n);
      } else {
        this.#observe(n, this.observations);
      }
    }
  }

  /** What all copies want to play. */
  #ask(actions: Int32Array | Float32Array): void {
    const { decoding } = this.#options;
    const { steps, multipliers, remainingMicros } = this.#queries;
    for (let n = 0; n < this.numEnvs; n++) {
      const c = this.counters[n]!;
      steps[n] = this.#windows[n]!.firstStep + c.stepIndex;
      // Multipliers are offered in multiples of what the bidder takes for price over value.
      const belief = this.#belief(n);
      multipliers[n] = belief * decodeMultiplier(decoding, actions[n]!, c.lastMultiplier / belief);
      remainingMicros[n] = c.remainingMicros;
    }
  }

  /** Books copy n's step; true where its episode ended. */
  #advance(n: number): boolean {
    const { replay, plan, reward } = this.#options;
    const c = this.counters[n]!;
    const window = this.#windows[n]!;
    const { steps, multipliers } = this.#queries;
    const outcome = this.#outcome;
    takeOutcome(this.#outcomes, n, outcome);
    advanceFlight(c, plan, outcome, replay.numAuctions(steps[n]!), multipliers[n]!);
    this.rewards[n] = outcome[reward] / this.#rewardUnits[n]!;
    const ended = c.stepIndex >= c.numSteps || c.remainingMicros < window.minCostFromMicros[c.stepIndex]!;
    this.terminated[n] = ended ? 1 : 0;
    return ended;
  }

  /** Price over value as copy n's bidder believes, over what it is; exactly 1 where the scales are right. */
  #belief(n: number): number {
    const { scales } = this.#options;
    const believed = this.#scales[n]!;
    return believed.priceMicros / scales.priceMicros / (believed.value / scales.value);
  }

  #begin(root: Rng, n: number): void {
    const { windows, plan, budgetFractions, startingMultiplier, rewardUnit } = this.#options;
    const rng = root.split(`${n}/${this.#episode[n]!}`);
    const window = windows[rng.int(windows.length)]!;
    const fraction =
      'list' in budgetFractions
        ? budgetFractions.list[rng.int(budgetFractions.list.length)]!
        : logUniform(rng, budgetFractions.low, budgetFractions.high);
    const start = logUniform(rng, startingMultiplier.low, startingMultiplier.high);
    const budgetMicros = Math.max(1, Math.floor(fraction * plan.fullCostMicros));
    this.#drawScales(rng, n);
    this.#windows[n] = window;
    this.#rewardUnits[n] = rewardUnit(window, budgetMicros);
    beginFlight(this.counters[n]!, plan, budgetMicros, start);
    this.#observe(n, this.observations);
  }

  #drawScales(rng: Rng, n: number): void {
    const { scales, scaleError = 0 } = this.#options;
    if (scaleError === 0) return;
    const believed = this.#scales[n]!;
    believed.priceMicros = scales.priceMicros * Math.exp(scaleError * (2 * rng.next() - 1));
    believed.value = scales.value * Math.exp(scaleError * (2 * rng.next() - 1));
  }

  #observe(n: number, out: Float32Array): void {
    observeFlight(this.counters[n]!, this.#scales[n]!, out, n * PACING_FEATURES.length);
  }
}

function actionSpaceOf(decoding: ActionDecoding): Discrete | Box {
  if (decoding.kind === 'grid') {
    return discrete(
      decoding.multipliers.length,
      decoding.multipliers.map((m) => `bid ${m.toPrecision(3)} micros per value unit`),
    );
  }
  if (decoding.kind === 'moves') {
    return discrete(
      decoding.lambdaMoves.length,
      decoding.lambdaMoves.map((move) =>
        move === 0 ? 'keep' : `shadow price ${move > 0 ? '+' : '−'}${Math.abs(move * 100)} %`,
      ),
    );
  }
  return box([
    {
      name: 'logMultiplier',
      unit: 'log ratio',
      low: -LOG_RANGE,
      high: LOG_RANGE,
      description: 'Logarithm of the multiplier over the base multiplier.',
    },
  ]);
}

function logUniform(rng: Rng, low: number, high: number): number {
  return low === high ? low : low * (high / low) ** rng.next();
}
