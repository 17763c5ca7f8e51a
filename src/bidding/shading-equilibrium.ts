import { SimError } from '../core/errors.ts';
import {
  addSeat,
  type ConstantResponse,
  emptySums,
  GRID,
  highestPoint,
  type Pricing,
  runningSurplus,
} from './surplus-curve.ts';

/** K single-slot auctions among P participants each, by what winning is worth to each: common random numbers for strategies. */
export interface ShadingMarket {
  /** M agents that participants are drawn from. */
  readonly numAgents: number;
  /** P */
  readonly numParticipants: number;
  /** K */
  readonly numRounds: number;
  /** `[K, P]` agent in 0 … M − 1. */
  readonly agents: Int32Array;
  /** `[K, P]` expected value of winning, currency units, ≥ 0. */
  readonly values: Float64Array;
}

/** A symmetric equilibrium in constant shading, as near as the market's luck tells. */
export interface ShadingEquilibrium {
  /** Everybody bids γ · value. */
  readonly gamma: number;
  /** Expected surplus of one seat in one round at γ, currency units. */
  readonly surplus: number;
  /** What the best deviation to another constant would add to that surplus, as a share of it: about 0 at an equilibrium. */
  readonly regret: number;
}

/** Expectations of a round when every agent bids its own constant share of value. */
export interface RoundExpectation {
  /** Currency units a round. */
  readonly revenue: number;
  readonly surplus: number;
  readonly welfare: number;
  /** Standard errors of the three over the market's rounds. */
  readonly standardErrors: { readonly revenue: number; readonly surplus: number; readonly welfare: number };
}

const MAX_ROUNDS = 100;

/**
 * γ of the symmetric equilibrium of a first-price auction among n bidders with values i.i.d. uniform on [0, 1]: (n − 1)/n.
 *
 * @param n ≥ 1.
 *
 * Source: Krishna (2009), Auction Theory, 2nd ed., example 2.1.
 */
export function uniformShadingEquilibrium(n: number): number {
  if (!Number.isInteger(n) || n < 1) {
    throw new SimError('VALUE_OUT_OF_RANGE', `uniform shading equilibrium: expected n >= 1 bidders, received ${n}`);
  }
  return (n - 1) / n;
}

/**
 * Expected surplus of one seat that bids γ · value, for every γ = g / 1000, while the others bid as given: exact on the market's
 * rounds. The seat is each participant of each round in turn; with `agent`, only those where that agent sits in it.
 *
 * A seat of value v against a highest rival bid m wins from γ = m / v on (a tie is lost), so one pass over the market sorts
 * every seat into the step from which it wins, and running sums do the rest.
 *
 * @param rivalGammas `[M]` share of value that each agent bids when it is a rival; one number for all alike.
 * @returns `[1001]` surplus a round, currency units.
 * @throws SimError `VALUE_OUT_OF_RANGE` for a market without rounds or seats, or rivals' γ that are negative or too few.
 */
export function surplusByGamma(
  market: ShadingMarket,
  pricing: Pricing,
  rivalGammas: number | ArrayLike<number>,
  agent: number | null = null,
): Float64Array {
  const gammas = perAgent(market, rivalGammas);
  const sums = emptySums();
  const { numParticipants, agents, values } = market;
  const top: TopTwo = { leader: -1, first: 0, second: 0 };
  let seats = 0;
  for (let k = 0; k < market.numRounds; k++) {
    topTwo(market, gammas, k, top);
    for (let p = k * numParticipants; p < (k + 1) * numParticipants; p++) {
      if (agent !== null && agents[p] !== agent) continue;
      seats++;
      addSeat(sums, values[p]!, p === top.leader ? top.second : top.first);
    }
  }
  if (seats === 0) {
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `shading market: expected rounds with ${agent === null ? 'participants' : `agent ${agent}`}, received none; draw more rounds`,
    );
  }
  return runningSurplus(sums, pricing, seats);
}

/** The two highest bids of a round, 0 where there are fewer, and the seat of the highest. */
interface TopTwo {
  leader: number;
  first: number;
  second: number;
}

function topTwo(market: ShadingMarket, gammas: ArrayLike<number>, k: number, out: TopTwo): void {
  const { numParticipants, agents, values } = market;
  out.leader = -1;
  out.first = 0;
  out.second = 0;
  for (let p = k * numParticipants; p < (k + 1) * numParticipants; p++) {
    const bid = gammas[agents[p]!]! * values[p]!;
    if (bid > out.first) {
      out.second = out.first;
      out.first = bid;
      out.leader = p;
    } else if (bid > out.second) out.second = bid;
  }
}

/**
 * The constant γ in [0, 1] that earns one seat most while the others bid as given.
 *
 * Near its highest point the curve is flat and its noise moves the argmax about, so a cubic is fitted to the points around it.
 *
 * @param rivalGammas As for {@link surplusByGamma}. @param agent The agent that answers; null is any of them, averaged.
 * @throws SimError as {@link surplusByGamma}.
 */
export function bestConstantResponse(
  market: ShadingMarket,
  pricing: Pricing,
  rivalGammas: number | ArrayLike<number>,
  agent: number | null = null,
): ConstantResponse {
  return highestPoint(surplusByGamma(market, pricing, rivalGammas, agent));
}

/**
 * The symmetric equilibrium in constant shading, by best responses on common random numbers: γ moves halfway to the best answer to
 * everybody else's γ until it stays.
 *
 * @param startGamma Where the search begins.
 * @throws SimError as {@link surplusByGamma}.
 *
 * Source: best-response dynamics, Fudenberg and Levine (1998), The Theory of Learning in Games, chapter 1.
 */
export function symmetricShadingEquilibrium(
  market: ShadingMarket,
  pricing: Pricing,
  startGamma = 1,
): ShadingEquilibrium {
  let gamma = startGamma;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = (gamma + bestConstantResponse(market, pricing, gamma).gamma) / 2;
    const moved = Math.abs(next - gamma);
    gamma = next;
    if (moved < 1e-4) break;
  }
  const curve = surplusByGamma(market, pricing, gamma);
  const surplus = curve[Math.round(gamma * GRID)]!;
  const best = highestPoint(curve).surplus;
  return { gamma, surplus, regret: surplus > 0 ? Math.max(0, best / surplus - 1) : 0 };
}

/**
 * What a round brings when each agent bids a constant share of value: exact on the market's rounds.
 *
 * @param gammas `[M]` or one number for all.
 * @throws SimError `VALUE_OUT_OF_RANGE` as {@link surplusByGamma}.
 */
export function expectedRound(
  market: ShadingMarket,
  pricing: Pricing,
  gammas: number | ArrayLike<number>,
): RoundExpectation {
  const shares = perAgent(market, gammas);
  const sums = { revenue: 0, revenueSquares: 0, welfare: 0, welfareSquares: 0, surplusSquares: 0 };
  const top: TopTwo = { leader: -1, first: 0, second: 0 };
  for (let k = 0; k < market.numRounds; k++) {
    topTwo(market, shares, k, top);
    const won = top.leader === -1 ? 0 : market.values[top.leader]!;
    const price = pricing === 'first-price' ? top.first : top.second;
    sums.revenue += price;
    sums.revenueSquares += price * price;
    sums.welfare += won;
    sums.welfareSquares += won * won;
    sums.surplusSquares += (won - price) ** 2;
  }
  const rounds = market.numRounds;
  const error = (sum: number, squares: number) =>
    Math.sqrt(Math.max(0, squares / rounds - (sum / rounds) ** 2) / rounds);
  const surplus = sums.welfare - sums.revenue;
  return {
    revenue: sums.revenue / rounds,
    surplus: surplus / rounds,
    welfare: sums.welfare / rounds,
    standardErrors: {
      revenue: error(sums.revenue, sums.revenueSquares),
      surplus: error(surplus, sums.surplusSquares),
      welfare: error(sums.welfare, sums.welfareSquares),
    },
  };
}

/** One γ for each agent, checked. */
function perAgent(market: ShadingMarket, gammas: number | ArrayLike<number>): ArrayLike<number> {
  const list = typeof gammas === 'number' ? new Float64Array(market.numAgents).fill(gammas) : gammas;
  if (market.numRounds < 1 || market.numParticipants < 1) {
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `shading market: expected at least one round with one participant, received ${market.numRounds} × ${market.numParticipants}`,
    );
  }
  for (let a = 0; a < market.numAgents; a++) {
    if (!(list[a]! >= 0)) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `shading market: expected γ >= 0 for each of ${market.numAgents} agents, received ${list[a]} for agent ${a}`,
      );
    }
  }
  return list;
}
