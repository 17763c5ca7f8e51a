import { Rng } from '../../../src/core/rng.ts';
import { checkShadingMarket } from '../../../src/sim/bid-shading/market.ts';
import type { Study, TrialContext } from '../study.ts';
import { fixedBidder } from './bidders.ts';
import { landscapePanels } from './landscapes.ts';
import { learnShading } from './learn.ts';
import { drawHistory, playShading, shadingMarket } from './play.ts';
import { SHADING_MEASURES, shadingCharts, shadingRow, shadingVerdict } from './report.ts';
import { type ShadingSeat, shadingSeats } from './seats.ts';
import { type BidShadingConfig, bidShadingSchema } from './settings.ts';
import type { BidShadingResult, BidShadingTrial } from './trial.ts';
import { FEEDBACK_WORDS, NON_PARAMETRIC_WORDS } from './words.ts';

/** First-price shading under each feedback mode: estimators and learners against the best bids under the truth. */
export const bidShading: Study<BidShadingConfig, BidShadingTrial, BidShadingResult> = {
  kind: 'bid-shading',
  schema: bidShadingSchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    episodes: Math.min(config.episodes, 10),
    envSteps: Math.min(config.envSteps, 20_000),
    evaluations: Math.min(config.evaluations, 4),
    policies: config.policies.map((entry) =>
      typeof entry === 'object' && 'envSteps' in entry ? { ...entry, envSteps: 20_000 } : entry,
    ),
  }),
  trials(config) {
    const seats = shadingSeats(config);
    for (const mode of config.modes) checkShadingMarket(shadingMarket(config, mode));
    return Array.from({ length: config.seeds }, (_, seed) =>
      config.modes.flatMap((mode) =>
        seats.map((seat): BidShadingTrial => {
          const title = `${seat.title} (${FEEDBACK_WORDS[mode].toLowerCase()})`;
          return { id: `${seat.policy}-${mode}`, title, seed, cost: costOf(seat, config), seat, mode };
        }),
      ),
    ).flat();
  },
  runTrial,
  assemble(config, finished) {
    const rows = finished.map(shadingRow);
    const { numSteps, batchSize, segments, driftSigma, delivery } = config;
    return {
      rows,
      measures: SHADING_MEASURES,
      score: 'surplusRatio',
      strata: [{ field: 'feedback', title: 'Feedback' }],
      verdict: shadingVerdict(config, rows),
      charts: shadingCharts(config, finished),
      warnings: landscapePanels(config).warnings,
      provenance: {
        'An episode': `${numSteps} batches of ${batchSize} opportunities, each batch of one of ${segments.length} segments`,
        Drift: `Price levels move by ${driftSigma} (standard deviation of the logarithm) from episode to episode`,
        'Judged on': `${config.episodes} episodes a seed, the same for every policy and feedback mode`,
        History: `${config.historyEpisodes} episodes of random bids for estimators, weighing ${config.historyWeight} auctions a segment`,
        'Non-parametric landscape': config.modes
          .map((mode) => `${FEEDBACK_WORDS[mode].toLowerCase()}: ${NON_PARAMETRIC_WORDS[mode]}`)
          .join('; '),
        Notices: `delay ${delivery.delay.family}, ${percent(delivery.lossProbability)} lost, ${percent(delivery.duplicateProbability)} twice`,
      },
    };
  },
};

const percent = (share: number) => `${Math.round(1000 * share) / 10} %`;

/** Rough seconds. */
function costOf({ player }: ShadingSeat, { episodes, evaluations }: BidShadingConfig): number {
  const judging = episodes / 30;
  if (player.kind === 'learner') return player.envSteps / 5_000 + (evaluations * judging) / 10;
  return player.id === 'unshaded' || player.id === 'truth-optimal' ? judging / 10 : judging;
}

async function runTrial(
  config: BidShadingConfig,
  trial: BidShadingTrial,
  context: TrialContext,
): Promise<BidShadingResult> {
  const { seat, mode, seed } = trial;
  const { player } = seat;
  const market = shadingMarket(config, mode);
  const judging = new Rng(`${config.experiment}/judging/${seed}`);
  if (player.kind === 'learner') {
    const rng = new Rng(`${config.experiment}/${seat.policy}/${mode}/${seed}`);
    const { bidder, curve } = await learnShading(config, market, player, rng, context);
    return { ...playShading(market, bidder, config.episodes, judging), curve };
  }
  const past = new Rng(`${config.experiment}/history/${seed}`);
  const history = drawHistory(market, config.historyEpisodes, config.historyWeight, past);
  return { ...playShading(market, fixedBidder(player.id, market, history), config.episodes, judging), curve: [] };
}
