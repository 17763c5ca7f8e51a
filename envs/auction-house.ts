import { checkActions, checkSeed } from '../src/core/env-inputs.ts';
import { SimError } from '../src/core/errors.ts';
import { type AgentPort, checkNames, type JointActions, type ParallelEnv } from '../src/core/parallel-env.ts';
import { Rng } from '../src/core/rng.ts';
import { box, discrete, type Space } from '../src/core/space.ts';
import {
  type ActionDecoding,
  decodeMultiplier,
  observeFlight,
  PACING_FEATURES,
  type PacingScales,
} from '../src/policy/runtime.ts';
import type { House } from '../src/sim/market/house.ts';
import { MarketFloor } from '../src/sim/market/market-floor.ts';

/** Range of log α/base that the continuous action covers. */
const LOG_RANGE = 4;

/** What `auction-house-v1` is made of. */
export interface AuctionHouseOptions {
  /** The market; its agents' seats are the agents, by name. */
  readonly house: House;
  /** How an action becomes a multiplier on worth; 1 bids what an impression (or click) is worth. */
  readonly decoding: ActionDecoding;
  /** What agents are paid: worth of what people saw less what it cost, or the worth alone. */
  readonly reward: 'surplus' | 'value';
  /** Micros that one unit of reward stands for, positive. */
  readonly rewardUnitMicros: number;
  /** Mean price and mean worth of an opportunity, micros; observations are relative to them. */
  readonly scales: PacingScales;
  /** Multiplier that observations show before the first tick. */
  readonly startingMultiplier: number;
  readonly numEnvs: number;
}

/**
 * `auction-house-v1`: several agents bid against one another and against scripted rivals in one market.
 *
 * ### Description
 * A flight of T ticks over opportunities that everybody sees with a worth of its own. In each tick every agent chooses a
 * multiplier; its bids are multiplier · worth of what is billed (impression, click, conversion). Auctions are held one by one
 * in the market's format; money runs out. The seller may learn its reserves from the bids of the episode.
 *
 * ### Agents
 * One a seat for agents of the market, named as the seat. All act in every step. An agent without money stays as a
 * spectator until the flight is over: its bids win nothing and it earns 0.
 *
 * ### Action space
 * By `decoding.kind`: `grid` Discrete(n), the multiplier itself; `moves` Discrete(n), which divide the last multiplier by
 * 1 + move; `log` Box(1), multiplier = base · exp(a), a in [−4, 4].
 *
 * ### Observation space
 * Box of the features of `PACING_FEATURES` in `src/policy/runtime.ts`, each agent's own: names, units, bounds and meaning
 * stand there. Value is worth in micros. What rivals bid is seen only in the prices paid and the win rate. For an agent with
 * a daily budget the flight of these features is the day: at midnight they begin anew.
 *
 * ### Rewards
 * By `reward`: worth of the impressions that people saw in the tick, less the spend for `surplus`, over `rewardUnitMicros`.
 *
 * ### Starting state
 * Budgets, worths and opportunities of the flight, each from the stream `episode/n/e`; nothing an agent does shifts them.
 *
 * ### Episode end
 * Termination for all agents after T ticks. Never truncated.
 *
 * ### Version history
 * v1: first version.
 *
 * @throws SimError `CONFIG_INVALID` on a market without agents' seats or a unit of reward that is not positive.
 */
export function createAuctionHouse(options: AuctionHouseOptions): ParallelEnv {
  if (options.house.firstAgent === options.house.seats.length) {
    throw new SimError(
      'CONFIG_INVALID',
      'auction-house-v1: expected a market with agents’ seats, received none; add one',
    );
  }
  if (!(options.rewardUnitMicros > 0)) {
    throw new SimError(
      'CONFIG_INVALID',
      `auction-house-v1: rewardUnitMicros: expected a positive number [micros], received ${options.rewardUnitMicros}`,
    );
  }
  return new AuctionHouseEnv(options);
}

class AuctionHouseEnv implements ParallelEnv {
  readonly id = 'auction-house-v1';
  readonly numEnvs: number;
  readonly possibleAgents: readonly string[];
  agents: readonly string[] = [];
  readonly ports: Readonly<Record<string, AgentPort>>;
  readonly #options: AuctionHouseOptions;
  readonly #floor: MarketFloor;
  readonly #episode: Int32Array;
  #root: Rng | null = null;

  constructor(options: AuctionHouseOptions) {
    const { house, numEnvs } = options;
    this.#options = options;
    this.numEnvs = numEnvs;
    this.possibleAgents = house.seats.slice(house.firstAgent).map(({ name }) => name);
    this.ports = Object.fromEntries(this.possibleAgents.map((name) => [name, makePort(options)]));
    this.#floor = new MarketFloor(
      house,
      numEnvs,
      this.possibleAgents.map(() => null),
    );
    this.#episode = new Int32Array(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    this.#root = new Rng(seed).split('episode');
    this.#episode.fill(0);
    this.agents = this.possibleAgents;
    for (const port of Object.values(this.ports)) {
      port.rewards.fill(0);
      port.terminated.fill(0);
    }
    for (let n = 0; n < this.numEnvs; n++) this.#begin(this.#root, n);
  }

  beginEpisode(n: number, episode: number): void {
    const root = this.#root;
    if (root === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    this.#episode[n] = episode;
    this.#begin(root, n);
  }

  step(actions: JointActions): void {
    const root = this.#root;
    if (root === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before step`);
    checkNames(`${this.id}: actions`, Object.keys(actions), this.possibleAgents);
    for (const name of this.possibleAgents) {
      checkActions(`${this.id}: ${name}`, this.ports[name]!.actionSpace, this.numEnvs, actions[name]!);
    }
    const { decoding, house } = this.#options;
    for (const [i, name] of this.possibleAgents.entries()) {
      const seat = house.firstAgent + i;
      const [row, counters] = [this.#floor.multipliers[seat]!, this.#floor.counters[seat]!];
      const chosen = actions[name]!;
      for (let n = 0; n < this.numEnvs; n++)
        row[n] = decodeMultiplier(decoding, chosen[n]!, counters[n]!.lastMultiplier);
    }
    this.#floor.step();
    for (let n = 0; n < this.numEnvs; n++) this.#finish(root, n);
  }

  /** Pays everybody in copy n, and begins its next episode where this one is over. */
  #finish(root: Rng, n: number): void {
    const { reward, rewardUnitMicros, house } = this.#options;
    const run = this.#floor.runs[n]!;
    const ended = run.tickIndex >= house.numTicks;
    for (const [i, name] of this.possibleAgents.entries()) {
      const seat = house.firstAgent + i;
      const port = this.ports[name]!;
      const spend = reward === 'surplus' ? run.tick.spendMicros[seat]! : 0;
      port.rewards[n] = (run.tick.worthMicros[seat]! - spend) / rewardUnitMicros;
      port.terminated[n] = ended ? 1 : 0;
      this.#observe(i, n, ended ? port.finalObservations : port.observations);
    }
    if (!ended) return;
    this.#episode[n]! += 1;
    this.#begin(root, n);
  }

  #begin(root: Rng, n: number): void {
    this.#floor.begin(n, root.split(n).split(this.#episode[n]!), this.#options.startingMultiplier);
    for (const [i, name] of this.possibleAgents.entries()) this.#observe(i, n, this.ports[name]!.observations);
  }

  #observe(agent: number, n: number, out: Float32Array): void {
    const counters = this.#floor.counters[this.#options.house.firstAgent + agent]![n]!;
    observeFlight(counters, this.#options.scales, out, n * PACING_FEATURES.length);
  }
}

function makePort({ decoding, numEnvs }: AuctionHouseOptions): AgentPort {
  const size = numEnvs * PACING_FEATURES.length;
  return {
    observationSpace: box(PACING_FEATURES),
    actionSpace: actionSpaceOf(decoding),
    observations: new Float32Array(size),
    finalObservations: new Float32Array(size),
    rewards: new Float64Array(numEnvs),
    terminated: new Uint8Array(numEnvs),
    truncated: new Uint8Array(numEnvs),
  };
}

function actionSpaceOf(decoding: ActionDecoding): Space {
  if (decoding.kind === 'grid') {
    return discrete(
      decoding.multipliers.length,
      decoding.multipliers.map((m) => `bid ${Number(m.toPrecision(3))} times the worth`),
    );
  }
  if (decoding.kind === 'moves') {
    return discrete(
      decoding.lambdaMoves.length,
      decoding.lambdaMoves.map((move) => (move === 0 ? 'keep' : `divide the multiplier by ${1 + move}`)),
    );
  }
  const description = 'Logarithm of the multiplier over the base multiplier.';
  return box([{ name: 'logMultiplier', unit: 'log ratio', low: -LOG_RANGE, high: LOG_RANGE, description }]);
}
