import { sumTotals } from '../../../src/sim/auction-gym/totals.ts';
import type { Study, StudyContext, StudyTrial, TrialContext } from '../study.ts';
import { BIDDERS } from './bidders.ts';
import { catalogueOf } from './catalogue.ts';
import { gymCharts } from './charts.ts';
import { GYM_MEASURES } from './measures.ts';
import { playMarket } from './play-market.ts';
import { referenceOf } from './reference.ts';
import { type GymResult, gymRows } from './results.ts';
import {
  type AuctionGymConfig,
  agentSettings,
  auctionGymSchema,
  type BidderSettings,
  checkSettings,
  marketBidders,
} from './settings.ts';
import { gymVerdict } from './verdict.ts';

/** One market with one seed. */
export interface GymTrial extends StudyTrial {
  /** Bidder that all agents are, but for the settings' single ones. */
  readonly bidder: BidderSettings['id'];
}

/**
 * Repeated auctions of AuctionGym: what truthful, shading and learning bidders pay, earn and regret, and how near learners come
 * to the equilibrium.
 *
 * Source: Jeunen, Murphy and Allison (2022), "Learning to bid with AuctionGym", AdKDD.
 */
export const auctionGymStudy: Study<AuctionGymConfig, GymTrial, GymResult> = {
  kind: 'auctiongym',
  schema: auctionGymSchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    iterations: Math.min(config.iterations, 8),
    rounds: Math.min(config.rounds, 5000),
    expectationRounds: Math.min(config.expectationRounds, 50_000),
  }),
  trials(config, context) {
    checkSettings(config);
    catalogueOf(config, 0, context);
    return Array.from({ length: config.seeds }, (_, seed) =>
      marketBidders(config).map((bidder): GymTrial => {
        const settings = agentSettings(config, bidder)[0]!;
        const learns = BIDDERS[bidder].constant(settings) === null;
        const cost = (learns ? 20 : 1) * config.iterations * config.rounds + config.expectationRounds;
        return { id: bidder, title: BIDDERS[bidder].title({ ...settings, id: bidder }), seed, cost, bidder };
      }),
    ).flat();
  },
  runTrial,
  assemble(config, finished, context) {
    const rows = finished.flatMap(({ trial, result }) => gymRows(config, trial, result));
    return {
      rows,
      measures: GYM_MEASURES,
      score: 'surplus',
      strata: [{ field: 'scope', title: 'Who' }],
      verdict: gymVerdict(config, rows),
      charts: gymCharts(config, finished),
      warnings: [],
      provenance: provenanceOf(config, context),
    };
  },
};

async function runTrial(config: AuctionGymConfig, trial: GymTrial, context: TrialContext): Promise<GymResult> {
  const catalogue = catalogueOf(config, trial.seed, context);
  const agents = agentSettings(config, trial.bidder);
  const gammas = agents.map((settings) =>
    settings.allocator === 'oracle' ? BIDDERS[settings.id].constant(settings) : null,
  );
  const iterations = await playMarket(config, catalogue, agents, trial.seed, context.onShare);
  return {
    agents: iterations,
    market: iterations.map(sumTotals),
    reference: referenceOf(config, catalogue, gammas.includes(null) ? null : (gammas as number[])),
  };
}

/** Where values come from, in words. */
function valueWords({ values, catalogue }: AuctionGymConfig, dataFolder: string | undefined): string {
  if (values === 'uniform') return 'uniform on [0, 1], independent: the textbook case';
  return dataFolder === undefined
    ? 'drawn from the seed by AuctionGym’s distributions'
    : `${catalogue}, the same for all seeds`;
}

function provenanceOf(config: AuctionGymConfig, { dataFolder }: StudyContext): Record<string, string> {
  const { rounds, iterations, participants, agents, items, expectationRounds } = config;
  const each = config.values === 'uniform' ? '' : ` with ${items} items each`;
  return {
    Market: `${agents} agents${each}, ${participants} of them in each round`,
    Rounds: `${iterations} iterations of ${rounds.toLocaleString('en-US')} for each seed; amounts are for 10,000`,
    Values: valueWords(config, dataFolder),
    Equilibrium: `constant shares of value, by best responses on ${expectationRounds.toLocaleString('en-US')} common rounds`,
  };
}
