import { createBidShading } from '../../../envs/bid-shading.ts';
import type { Rng } from '../../../src/core/rng.ts';
import type { ShadingMarket } from '../../../src/sim/bid-shading/market.ts';
import { PlainActor } from '../../plain-actor.ts';
import { type ScorePoint, trainAgent } from '../../train-agent.ts';
import type { TrialContext } from '../study.ts';
import { type EpisodeBidder, networkBidder } from './bidders.ts';
import { playShading } from './play.ts';
import type { ShadingSeat } from './seats.ts';
import { type BidShadingConfig, learnerActions } from './settings.ts';

/** A learner's seat. */
type LearnerPlayer = Extract<ShadingSeat['player'], { kind: 'learner' }>;

/** Trains one agent and keeps the network of most expected surplus on episodes apart. @param rng Stream of this training. */
export async function learnShading(
  config: BidShadingConfig,
  market: ShadingMarket,
  { agent, settings, options, envSteps }: LearnerPlayer,
  rng: Rng,
  context: TrialContext,
): Promise<{ readonly bidder: EpisodeBidder; readonly curve: readonly ScorePoint[] }> {
  const { reward, numEnvs } = settings;
  const env = createBidShading({ market, actions: learnerActions(settings), reward, numEnvs });
  const bidderOf = (network: ConstructorParameters<typeof PlainActor>[0]) =>
    networkBidder(new PlainActor(network, env.actionSpace), settings, market);
  const choosing = rng.split('choosing');
  const { network, curve } = trainAgent({
    ...{ agent, options, env, envSteps, evaluations: config.evaluations, rng },
    engine: await context.engine(),
    score(candidate) {
      const { total } = playShading(market, bidderOf(candidate), config.episodes, choosing);
      return total.expectedMicros / total.bestMicros;
    },
    scoreId: 'eval/surplusRatio',
    onRecord: (share) => context.onShare(0.95 * share),
  });
  return { bidder: bidderOf(network), curve };
}
