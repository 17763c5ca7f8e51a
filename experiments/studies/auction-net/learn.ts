import {
  constrainedActionSpace,
  createConstrainedBidding,
  decodeConstrained,
} from '../../../envs/constrained-bidding.ts';
import type { PlainNetwork } from '../../../src/core/agent.ts';
import type { Rng } from '../../../src/core/rng.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import type { RecordedSeat } from '../../../src/sim/auction-net/recorded-seat.ts';
import { observeSeat, SEAT_FEATURES } from '../../../src/sim/auction-net/seat-features.ts';
import type { GoalSpread } from '../../../src/sim/auction-net/seat-world.ts';
import { meanFirstReturn } from '../../mean-first-return.ts';
import { PlainActor } from '../../plain-actor.ts';
import { type TrainedAgent, trainAgent } from '../../train-agent.ts';
import type { TrialContext } from '../study.ts';
import type { SeatBidder } from './live-play.ts';
import type { AuctionNetBidder } from './seats.ts';
import type { AuctionNetStudyConfig, LearnerSettings } from './settings.ts';
import type { AuctionNetWorld } from './world.ts';

/** Validation episodes that score a network. */
const SCORED_EPISODES = 1024;
const AS_GIVEN: GoalSpread = { budget: [1, 1], target: [1, 1] };

/**
 * Trains a learner on the recorded training periods and keeps the network with the best mean score on the recorded validation
 * periods, the same episodes each time.
 */
export async function learn(
  config: AuctionNetStudyConfig,
  world: AuctionNetWorld,
  validation: readonly RecordedSeat[],
  bidder: Extract<AuctionNetBidder, { kind: 'learner' }>,
  rng: Rng,
  context: TrialContext,
): Promise<TrainedAgent> {
  const { settings } = bidder;
  const judge = makeEnv(world, validation, settings, AS_GIVEN, 'score', 0, SCORED_EPISODES);
  const judgeSeed = rng.split('judge').seed();
  return trainAgent({
    agent: bidder.agent,
    options: bidder.options,
    env: makeEnv(
      world,
      world.train,
      settings,
      { budget: settings.budgets, target: settings.targets },
      settings.reward,
      settings.scoreBonus,
      settings.numEnvs,
    ),
    envSteps: bidder.envSteps,
    evaluations: config.evaluations,
    rng,
    engine: await context.engine(),
    score: (network) => meanFirstReturn(network, judge, judgeSeed),
    scoreId: 'eval/score',
    onRecord: (share) => context.onShare(0.9 * share),
  });
}

function makeEnv(
  { setup, grid }: AuctionNetWorld,
  recorded: readonly RecordedSeat[],
  { actions }: LearnerSettings,
  spread: GoalSpread,
  reward: LearnerSettings['reward'],
  scoreBonus: number,
  numEnvs: number,
): VectorEnv {
  const { config, costPlans } = setup;
  const source = { kind: 'recorded', config, recorded, grid, costPlans } as const;
  return createConstrainedBidding({ source, spread, actions, reward, scoreBonus, numEnvs });
}

/** A trained network in a live seat. */
export function networkBidder(network: PlainNetwork, { actions }: LearnerSettings, world: AuctionNetWorld): SeatBidder {
  const space = constrainedActionSpace(actions);
  const actor = new PlainActor(network, space);
  const observation = new Float32Array(SEAT_FEATURES.length);
  const action = space.kind === 'discrete' ? new Int32Array(1) : new Float32Array(1);
  return {
    kind: 'network',
    multiplier(record) {
      observeSeat(record, world.setup.config, observation, 0);
      actor.act(observation, action);
      return decodeConstrained(actions, action[0]!, record);
    },
  };
}
