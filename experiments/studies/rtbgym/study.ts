import { Rng } from '../../../src/core/rng.ts';
import type { RtbGymMarket } from '../../../src/sim/rtbgym/market.ts';
import { PlainActor } from '../../plain-actor.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { Study, TrialContext } from '../study.ts';
import { type Decision, networkDecisions, planDecisions } from './decisions.ts';
import { type LearnerPlayer, learn } from './learn.ts';
import { type EpisodeSums, episodeMean, pairedMean, playEpisodes } from './play-episodes.ts';
import { constantPlayer, judgingEnv, type Playing, planPlayer, randomPlayer, uniformPlayer } from './players.ts';
import { rtbGymCharts, rtbGymMeasures, rtbGymRow, rtbGymVerdict } from './report.ts';
import { type RtbGymSeat, rtbGymSeats } from './seats.ts';
import { learnerActions, type RtbGymConfig, rtbGymSchema } from './settings.ts';
import type { RtbGymResult, RtbGymTrial } from './trial.ts';
import { expectedConversions, planFor, studyMarket } from './world.ts';

/** RTBGym's default problem: learners, constant multipliers and chance against the exact ceiling. */
export const rtbGym: Study<RtbGymConfig, RtbGymTrial, RtbGymResult> = {
  kind: 'rtbgym',
  trialsCarryPolicies: true,
  schema: rtbGymSchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    episodes: Math.min(config.episodes, 2_000),
    tapeEpisodes: Math.min(config.tapeEpisodes, 300),
    envSteps: Math.min(config.envSteps, 40_000),
    evaluations: Math.min(config.evaluations, 5),
    policies: config.policies.map((entry) =>
      typeof entry === 'object' && 'envSteps' in entry ? { ...entry, envSteps: 40_000 } : entry,
    ),
  }),
  trials(config, context) {
    const seats = rtbGymSeats(config);
    studyMarket(config, context);
    return Array.from({ length: config.seeds }, (_, seed) =>
      seats.map((seat): RtbGymTrial => {
        const { policy, title, player } = seat;
        return { id: policy, title, seed, cost: costOf(player, config.episodes), seat };
      }),
    ).flat();
  },
  runTrial,
  assemble(config, finished, context) {
    const rows = finished.map(({ trial, result }) => rtbGymRow(trial, result));
    const market = studyMarket(config, context);
    return {
      rows,
      measures: rtbGymMeasures(config),
      score: 'conversions',
      strata: [],
      verdict: rtbGymVerdict(config, rows),
      charts: rtbGymCharts(config, finished),
      warnings: [],
      provenance: {
        Market: market.source,
        'An episode': `${market.numSteps} steps of about ${market.volume.mean} auctions, budget ${market.budgetUnits}`,
        'Judged on': `${config.episodes} episodes a seed, the same for every policy`,
        'Trained on': `${config.tapeEpisodes} episodes drawn once; as many others chose the network`,
      },
    };
  },
};

/** Rough seconds. */
function costOf(player: RtbGymSeat['player'], episodes: number): number {
  const judging = episodes / 5_000;
  if (player.kind === 'learner') return 2 * judging + player.envSteps / 7_000;
  return player.kind === 'dp' ? judging + player.multipliers.length / 4 : judging;
}

async function runTrial(config: RtbGymConfig, trial: RtbGymTrial, context: TrialContext): Promise<RtbGymResult> {
  const { seat, seed } = trial;
  const market = studyMarket(config, context);
  const rng = new Rng(`${config.experiment}/${seat.policy}/${seed}`);
  const { playing, ...told } = await seated(config, market, seat, rng, context);
  const episodesSeed = new Rng(`${config.experiment}/judging/${seed}`).seed();
  const sums = playEpisodes(playing.env, playing.actor, episodesSeed, config.episodes);
  const referenceSums = isReference(config, seat) ? sums : playReference(config, market, episodesSeed);
  context.onShare(1);
  return {
    ...measured(sums, referenceSums),
    budgetMicros: playing.env.flights.budgetMicros[0]!,
    exactReference: expectedConversions(planFor(market, [config.referenceMultiplier])),
    ...told,
  };
}

function isReference({ referenceMultiplier }: RtbGymConfig, { player }: RtbGymSeat): boolean {
  return player.kind === 'constant' && player.multiplier === referenceMultiplier;
}

function playReference({ referenceMultiplier, episodes }: RtbGymConfig, market: RtbGymMarket, seed: number) {
  const { env, actor } = constantPlayer(market, referenceMultiplier);
  return playEpisodes(env, actor, seed, episodes);
}

function measured(sums: EpisodeSums, reference: EpisodeSums) {
  return {
    episodes: sums.conversions.length,
    conversions: episodeMean(sums.conversions),
    expectedConversions: episodeMean(sums.expectedConversions),
    gain: pairedMean(sums.conversions, reference.conversions),
    clicks: episodeMean(sums.clicks).mean,
    impressions: episodeMean(sums.wins).mean,
    spendMicros: Math.round(episodeMean(sums.spendMicros).mean),
  };
}

/** A seat ready to be judged, and what is known of it besides. */
interface Seated {
  readonly playing: Playing;
  readonly exactConversions: number | null;
  readonly curve: readonly ScorePoint[];
  readonly decisions: readonly Decision[] | null;
}

async function seated(
  config: RtbGymConfig,
  market: RtbGymMarket,
  { player }: RtbGymSeat,
  rng: Rng,
  context: TrialContext,
): Promise<Seated> {
  const plain = { exactConversions: null, curve: [], decisions: null };
  switch (player.kind) {
    case 'constant': {
      const exactConversions = expectedConversions(planFor(market, [player.multiplier]));
      return { ...plain, playing: constantPlayer(market, player.multiplier), exactConversions };
    }
    case 'random':
      return { ...plain, playing: randomPlayer(market, player.multipliers, rng) };
    case 'uniform':
      return { ...plain, playing: uniformPlayer(market, player.low, player.high, rng) };
    case 'dp': {
      const plan = planFor(market, player.multipliers);
      return {
        playing: planPlayer(market, player.multipliers, plan),
        exactConversions: expectedConversions(plan),
        curve: [],
        decisions: planDecisions(plan, player.multipliers),
      };
    }
    case 'learner':
      return trained(config, market, player, rng, context);
  }
}

async function trained(
  config: RtbGymConfig,
  market: RtbGymMarket,
  player: LearnerPlayer,
  rng: Rng,
  context: TrialContext,
): Promise<Seated> {
  const { network, curve } = await learn(config, market, player, rng, context);
  const env = judgingEnv(market, learnerActions(player.settings), player.settings.observations);
  return {
    playing: { env, actor: new PlainActor(network, env.actionSpace) },
    exactConversions: null,
    curve,
    decisions: networkDecisions(network, player.settings, market),
  };
}
