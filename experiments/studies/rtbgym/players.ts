import { createRtbGym, type RtbGymActions, type RtbGymEnv, type RtbGymOptions } from '../../../envs/rtbgym.ts';
import type { ClickBudgetPlan } from '../../../src/bidding/click-budget-dp.ts';
import type { Actor } from '../../../src/core/agent.ts';
import type { Rng } from '../../../src/core/rng.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import type { RtbGymMarket } from '../../../src/sim/rtbgym/market.ts';

/** Copies that are judged side by side; part of what names an episode. */
export const JUDGED_COPIES = 100;

/** A policy with the environment that it acts in. */
export interface Playing {
  readonly env: RtbGymEnv;
  readonly actor: Actor;
}

/** The environment that judges, on fresh auctions, for a policy with these actions. */
export function judgingEnv(
  market: RtbGymMarket,
  actions: RtbGymActions,
  observations: RtbGymOptions['observations'] = 'pacing',
): RtbGymEnv {
  return createRtbGym({
    auctions: { kind: 'fresh', market },
    actions,
    observations,
    reward: 'conversions',
    rewardUnit: 1,
    numEnvs: JUDGED_COPIES,
  });
}

/** The same multiplier in every step. */
export function constantPlayer(market: RtbGymMarket, multiplier: number): Playing {
  const env = judgingEnv(market, { kind: 'grid', multipliers: [multiplier] });
  return { env, actor: { act: (_, actions) => void actions.fill(0) } };
}

/** One of the multipliers, all equally likely. */
export function randomPlayer(market: RtbGymMarket, multipliers: readonly number[], rng: Rng): Playing {
  return drawnPlayer(judgingEnv(market, { kind: 'grid', multipliers }), () => rng.int(multipliers.length));
}

/** A multiplier drawn uniformly between two. */
export function uniformPlayer(market: RtbGymMarket, low: number, high: number, rng: Rng): Playing {
  const env = judgingEnv(market, { kind: 'linear', low, high });
  const { low: least, high: most } = env.actionSpace.kind === 'box' ? env.actionSpace.features[0]! : { low, high };
  return drawnPlayer(env, () => Math.min(most, Math.max(least, Math.fround(rng.uniform(low, high)))));
}

function drawnPlayer(env: RtbGymEnv, draw: () => number): Playing {
  const act: Actor['act'] = (_, actions) => {
    for (let n = 0; n < actions.length; n++) actions[n] = draw();
  };
  return { env, actor: { act } };
}

/** The plan's best multiplier for step and money left. */
export function planPlayer(market: RtbGymMarket, multipliers: readonly number[], plan: ClickBudgetPlan): Playing {
  const env = judgingEnv(market, { kind: 'grid', multipliers });
  const { step, remainingMicros } = env.flights;
  const act: Actor['act'] = (_, actions) => {
    for (let n = 0; n < actions.length; n++) {
      actions[n] = plan.actions[step[n]! * (plan.budget + 1) + remainingMicros[n]! / MICROS_PER_UNIT]!;
    }
  };
  return { env, actor: { act } };
}
