import { createRtbGym, type RtbGymEnv } from '../../../envs/rtbgym.ts';
import type { PlainNetwork } from '../../../src/core/agent.ts';
import type { Rng } from '../../../src/core/rng.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { RtbGymMarket } from '../../../src/sim/rtbgym/market.ts';
import { RtbGymTape } from '../../../src/sim/rtbgym/tape.ts';
import { PlainActor } from '../../plain-actor.ts';
import { type ScorePoint, trainAgent } from '../../train-agent.ts';
import type { TrialContext } from '../study.ts';
import { playEpisodes } from './play-episodes.ts';
import { JUDGED_COPIES } from './players.ts';
import type { RtbGymSeat } from './seats.ts';
import { type LearnerSettings, learnerActions, type RtbGymConfig } from './settings.ts';

/** A learner's seat. */
export type LearnerPlayer = Extract<RtbGymSeat['player'], { kind: 'learner' }>;

/** What training leaves. */
export interface Learnt {
  readonly network: PlainNetwork;
  /** Expected conversions on the episodes that choose the network. */
  readonly curve: readonly ScorePoint[];
}

/**
 * Trains one agent on a tape of episodes and keeps the network with the most expected conversions on another tape.
 *
 * @param rng Stream of this training.
 */
export async function learn(
  config: RtbGymConfig,
  market: RtbGymMarket,
  player: LearnerPlayer,
  rng: Rng,
  context: TrialContext,
): Promise<Learnt> {
  const { settings } = player;
  const env = tapeEnv(config, market, settings, rng.split('training'), settings.numEnvs);
  const choosing = tapeEnv(config, market, settings, rng.split('choosing'), JUDGED_COPIES);
  const choosingSeed = rng.split('choosing').seed();
  const { network, curve } = trainAgent({
    agent: player.agent,
    options: player.options,
    env,
    envSteps: player.envSteps,
    evaluations: config.evaluations,
    rng,
    engine: await context.engine(),
    score(candidate) {
      const actor = new PlainActor(candidate, choosing.actionSpace);
      return mean(playEpisodes(choosing, actor, choosingSeed, config.tapeEpisodes).expectedConversions);
    },
    scoreId: 'eval/expectedConversions',
    // What is left of the trial is to judge.
    onRecord: (share) => context.onShare(0.9 * share),
  });
  return { network, curve };
}

/** A learner's environment on a tape of its own. @param rng Draws the tape. */
export function tapeEnv(
  { tapeEpisodes }: Pick<RtbGymConfig, 'tapeEpisodes'>,
  market: RtbGymMarket,
  settings: LearnerSettings,
  rng: Rng,
  numEnvs: number,
): RtbGymEnv {
  const { observations, reward, rewardUnit } = settings;
  const auctions = { kind: 'tape', tape: new RtbGymTape(market, tapeEpisodes, rng) } as const;
  return createRtbGym({ auctions, actions: learnerActions(settings), observations, reward, rewardUnit, numEnvs });
}
