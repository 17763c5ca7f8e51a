import type { KeywordBiddingEnv } from '../../../envs/keyword-bidding.ts';
import type { Actor } from '../../../src/core/agent.ts';
import { microsToUnits } from '../../../src/core/units.ts';
import { idealProfit } from '../../../src/sim/keyword/keyword-day.ts';
import type { KeywordBidder } from './bidders.ts';

/** What a policy earned over all copies and days. */
export interface KeywordOutcome {
  /** Currency units a day. */
  readonly profit: number;
  readonly cost: number;
  /** Σ profit / Σ ideal profit. */
  readonly ncp: number;
  /** Median over keywords of mean profit over mean ideal profit. */
  readonly akncp: number;
}

/** Chooses the actions `[N, K + 1]` of a day. */
export type DayPlayer = (dayIndex: number, actions: Float32Array) => void;

/** A greedy network as a player. */
export function actorPlayer(env: KeywordBiddingEnv, actor: Actor): DayPlayer {
  return (_dayIndex, actions) => actor.act(env.observations, actions, 'greedy');
}

/** One bidder a copy as a player; the whole budget is theirs. */
export function bidderPlayer(env: KeywordBiddingEnv, size: number, make: (n: number) => KeywordBidder): DayPlayer {
  const bidders = Array.from({ length: env.numEnvs }, (_, n) => make(n));
  const bids = bidders.map(() => new Float64Array(size));
  return (dayIndex, actions) => {
    for (const [n, bidder] of bidders.entries()) {
      if (dayIndex > 0) bidder.learn(env.day(n), bids[n]!);
      bidder.decide(dayIndex, bids[n]!);
      for (let k = 0; k < size; k++) {
        actions[n * (size + 1) + k] = Math.min(env.maxBid, Math.max(0.01, bids[n]![k]!));
      }
      actions[n * (size + 1) + size] = 0;
    }
  };
}

/** Plays the first episode of every copy. @param seed Names the episodes: equal seeds are equal luck. */
export function playEpisodes(
  env: KeywordBiddingEnv,
  numDays: number,
  size: number,
  seed: number,
  player: DayPlayer,
): KeywordOutcome {
  env.reset(seed);
  const actions = new Float32Array(env.numEnvs * (size + 1));
  const running = new Uint8Array(env.numEnvs).fill(1);
  const sums: Sums = { profit: new Float64Array(size), ideal: new Float64Array(size), cost: 0, days: 0 };
  const ideal = new Float64Array(size);
  for (let d = 0; d < numDays; d++) {
    player(d, actions);
    for (let n = 0; n < env.numEnvs; n++) if (running[n] === 1) addIdeal(env, n, ideal, sums);
    env.step(actions);
    for (let n = 0; n < env.numEnvs; n++) {
      if (running[n] === 0) continue;
      addDay(env, n, sums);
      if (env.terminated[n] === 1) running[n] = 0;
    }
  }
  return outcomeOf(sums);
}

/** Sums over episodes and days, currency units, by keyword where an array. */
interface Sums {
  readonly profit: Float64Array;
  readonly ideal: Float64Array;
  cost: number;
  days: number;
}

/** Before the day is played: what the account as it stands could earn. */
function addIdeal(env: KeywordBiddingEnv, n: number, ideal: Float64Array, sums: Sums): void {
  idealProfit(env.keywords(n), ideal);
  for (let k = 0; k < ideal.length; k++) sums.ideal[k]! += ideal[k]!;
  sums.days++;
}

function addDay(env: KeywordBiddingEnv, n: number, sums: Sums): void {
  const { costMicros, revenueMicros } = env.day(n);
  for (let k = 0; k < costMicros.length; k++) {
    sums.profit[k]! += microsToUnits(revenueMicros[k]! - costMicros[k]!);
    sums.cost += microsToUnits(costMicros[k]!);
  }
}

function outcomeOf(sums: Sums): KeywordOutcome {
  const total = (column: Float64Array) => column.reduce((a, b) => a + b, 0);
  const shares = sums.profit.map((profit, k) => profit / (sums.ideal[k]! > 0 ? sums.ideal[k]! : 1)).sort();
  const middle = (shares.length - 1) / 2;
  return {
    profit: total(sums.profit) / sums.days,
    cost: sums.cost / sums.days,
    ncp: total(sums.profit) / Math.max(total(sums.ideal), Number.MIN_VALUE),
    akncp: (shares[Math.floor(middle)]! + shares[Math.ceil(middle)]!) / 2,
  };
}
