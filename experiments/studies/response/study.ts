import { RatePredictor } from '../../../src/response/rate-predictor.ts';
import type { Study, StudyTrial } from '../study.ts';
import { DELAY_MEASURES, rowOf } from './measures.ts';
import { playFlight } from './play.ts';
import { measurePredictors } from './reliability.ts';
import { delayCharts, delayVerdict, type SeedResult } from './report.ts';
import { type DelayedConversionsConfig, delayedConversionsSchema } from './settings.ts';
import { clickPredictorOf, drawRates, drawWorld, windowOf } from './world.ts';

/** Conversions that come late and some that would have come anyway: what bidders learn from them, and what they then buy. */
export const delayedConversions: Study<DelayedConversionsConfig, StudyTrial, SeedResult> = {
  kind: 'delayed-conversions',
  schema: delayedConversionsSchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    dailyBudget: config.dailyBudget * Math.min(1, 2000 / config.world.numUsers),
    world: { ...config.world, numUsers: Math.min(config.world.numUsers, 2000) },
  }),
  trials(config) {
    const { click, conversion } = drawRates(config, 0);
    clickPredictorOf(config);
    for (const [name, settings] of Object.entries(config.predictors)) {
      for (const rates of [click, conversion]) new RatePredictor(rates, settings, `predictors.${name}`);
    }
    return Array.from({ length: config.seeds }, (_, seed) => ({
      id: 'flight',
      title: 'A flight of all policies',
      seed,
      cost: 1,
    }));
  },
  async runTrial(config, { seed }, context) {
    const world = drawWorld(config, seed);
    const predictors = measurePredictors(world, seed);
    const flights = config.policies.map((policy, i) => {
      context.onShare((i + 1) / (config.policies.length + 1));
      return playFlight(world, policy);
    });
    return { flights, predictors };
  },
  assemble(config, finished) {
    const seeds = finished.map(({ result }) => result);
    const { world } = config;
    return {
      rows: finished.flatMap(({ trial, result }) => result.flights.map((played) => rowOf(played, trial.seed))),
      measures: DELAY_MEASURES,
      score: 'incremental',
      strata: [],
      verdict: delayVerdict(config, seeds),
      charts: delayCharts(config, seeds),
      warnings: config.policies.includes('uplift')
        ? [
            `The uplift bidder shows no ads to ${(100 * config.holdoutShare).toFixed(0)} % of the users, which costs it conversions; the others use all users.`,
          ]
        : [],
      provenance: {
        Users: `${world.numUsers} a seed, ${world.opportunitiesPerUserDay} opportunities a day each, ${world.numItems} items`,
        Rates: `clicks ${world.click.meanRate} of impressions to fresh users, conversions ${world.conversion.meanRate} of clicks, without ads ${world.organic.perUserDay} a user and day`,
        Delay:
          world.delay === null
            ? 'none'
            : `${world.delay.law}, times ${1 / world.delaySpread} to ${world.delaySpread} over items`,
        Attribution: `${world.attribution.credit.model}, ${windowOf(world)} days`,
        'What bidders predict clicks by': config.clickPredictor,
      },
    };
  },
};
