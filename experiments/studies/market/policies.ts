import type { BaselineContext } from '../../../agents/baselines/baseline.ts';
import { baselines } from '../../../agents/baselines/registry.ts';
import { createAuctionHouse } from '../../../envs/auction-house.ts';
import { asVectorEnv } from '../../../src/core/parallel-env.ts';
import type { Policy } from '../../../src/core/policy.ts';
import type { Rng } from '../../../src/core/rng.ts';
import type { Engine } from '../../../src/nn/network.ts';
import type { ActionDecoding } from '../../../src/policy/runtime.ts';
import { playMarket } from '../../../src/sim/market/play-market.ts';
import { rivalPolicy } from '../../../src/sim/market/rival-policy.ts';
import { playFlights } from '../../../src/sim/play-flights.ts';
import { actionDecoding } from '../../action-decoding.ts';
import { modelPolicy } from '../../model-policy.ts';
import { type ScorePoint, trainAgent } from '../../train-agent.ts';
import type { MarketPlayer } from './seats.ts';
import type { MarketStudyConfig } from './settings.ts';
import { type MarketWorld, SEAT_NAME } from './world.ts';

/** Multiplier that the counters show before the first tick. */
export const STARTING_MULTIPLIER = 0.5;

/** A policy ready for the seat. */
export interface SeatedPolicy {
  readonly policy: Policy;
  /** Of learners: the objective per flight on validation flights, in budgets. */
  readonly curve: readonly ScorePoint[];
}

/** What {@link seatPolicy} needs beside the world. */
export interface Seating {
  readonly config: MarketStudyConfig;
  readonly world: MarketWorld;
  readonly rng: Rng;
  engine(): Promise<Engine>;
  onShare(share: number): void;
}

/** Makes, tunes or trains the policy, on flights without shocks. */
export async function seatPolicy(player: MarketPlayer, seating: Seating): Promise<SeatedPolicy> {
  const numFlights = seating.config.flights.test;
  if (player.kind === 'rule') return { policy: rivalPolicy(player.rule, numFlights), curve: [] };
  if (player.kind === 'baseline') {
    const options = player.options as Record<string, unknown>;
    return { policy: baselines.get(player.id).build(baselineContext(seating), options), curve: [] };
  }
  return learn(player, seating, await seating.engine());
}

function baselineContext({ config, world, rng }: Seating): BaselineContext {
  const { tape } = world.replay;
  const { budgetMicros, plan } = world;
  const flights = world.windows.map((window) => ({ window, budgetMicros, startingMultiplier: STARTING_MULTIPLIER }));
  return {
    train: {
      value: tape.value,
      marketPriceMicros: tape.marketPriceMicros,
      floorMicros: tape.floorMicros,
      click: tape.click,
    },
    auction: tape.meta,
    flight: { budgetMicros, numSteps: plan.expectedAuctions.length, expectedAuctions: plan.expectedAuctions },
    numFlights: Math.max(config.flights.test, flights.length),
    // Value is worth in micros.
    valueMicros: 1,
    rng,
    score(policy) {
      const results = playFlights(world.replay, plan, flights, policy);
      const cost = config.objective === 'surplus' ? 1 : 0;
      return results.reduce((sum, { value, spendMicros }) => sum + value - cost * spendMicros, 0) / results.length;
    },
  };
}

function learn(
  player: Extract<MarketPlayer, { kind: 'learner' }>,
  { config, world, rng, onShare }: Seating,
  engine: Engine,
): SeatedPolicy {
  const decoding: ActionDecoding = actionDecoding(player.settings.actions, STARTING_MULTIPLIER);
  const { house, scales, budgetMicros } = world;
  const env = createAuctionHouse({
    ...{ house, decoding, scales, reward: config.objective, startingMultiplier: STARTING_MULTIPLIER },
    // A tenth of the budget: episodes return about 10.
    rewardUnitMicros: budgetMicros / 10,
    numEnvs: player.settings.numEnvs,
  });
  const validation = world.streams('validation');
  const { network, curve } = trainAgent({
    ...{ agent: player.agent, options: player.options, env: asVectorEnv(env, SEAT_NAME, {}) },
    envSteps: player.settings.envSteps ?? config.envSteps,
    ...{ evaluations: config.evaluations, rng, engine },
    score(candidate) {
      const policy = modelPolicy({ scales, network: candidate, decoding });
      const outcomes = playMarket(house, [policy], validation, { startingMultiplier: STARTING_MULTIPLIER });
      const own = outcomes.map(({ seats }) => seats[house.firstAgent]!);
      const field = config.objective === 'surplus' ? 'surplusMicros' : 'worthMicros';
      return own.reduce((sum, seat) => sum + seat[field], 0) / own.length / budgetMicros;
    },
    scoreId: 'eval/return',
    onRecord: onShare,
  });
  return { policy: modelPolicy({ scales, network, decoding }), curve };
}
