import { describe, expect, it } from 'vitest';
import { PlainActor } from '../../experiments/plain-actor.ts';
import { type LearnerPlayer, learn } from '../../experiments/studies/rtbgym/learn.ts';
import { episodeMean, playEpisodes } from '../../experiments/studies/rtbgym/play-episodes.ts';
import { judgingEnv } from '../../experiments/studies/rtbgym/players.ts';
import { rtbGymSeats } from '../../experiments/studies/rtbgym/seats.ts';
import { learnerActions, logSpaced, rtbGymSchema } from '../../experiments/studies/rtbgym/settings.ts';
import { solveClickBudget } from '../../src/bidding/click-budget-dp.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { clickBudgetProblem } from '../../src/sim/rtbgym/click-laws.ts';
import { drawRtbGymParameters } from '../../src/sim/rtbgym/draw-parameters.ts';
import { rtbGymMarket } from '../../src/sim/rtbgym/market.ts';
import { seeds } from './seeds.ts';

/** Half the auctions and money of the real problem: more luck in a step, so more to gain by answering it. */
const market = rtbGymMarket({
  ...drawRtbGymParameters(new Rng('learning/rtbgym')),
  initial_budget: 1500,
  search_volume: { mean: 100, std: 10, min: 10 },
});

const config = rtbGymSchema.parse({
  experiment: 'learning',
  kind: 'rtbgym',
  title: 'Learning',
  policies: ['dqn', 'ppo'],
  envSteps: 80_000,
  tapeEpisodes: 1000,
  evaluations: 8,
});

const context = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => selectEngine('wasm'),
  onShare: () => undefined,
};

/** Exact expectation of the best constant multiplier. */
const bestConstant = Math.max(
  ...logSpaced({ low: 0.9, high: 1.6, count: 8 }).map(
    (multiplier) => solveClickBudget(clickBudgetProblem(market, [multiplier])).values[market.budgetUnits]!,
  ),
);

const cases = rtbGymSeats(config).flatMap(({ policy, player }) =>
  seeds().map((seed) => [policy, seed, player as LearnerPlayer] as const),
);

describe.each(cases)('%s with seed %i', (policy, seed, player) => {
  it('wins more than the best constant multiplier can expect, on episodes that it has not seen', async () => {
    const rng = new Rng(`learning/rtbgym/${policy}/${seed}`);
    const { network } = await learn(config, market, player, rng, context);
    const env = judgingEnv(market, learnerActions(player.settings));
    const actor = new PlainActor(network, env.actionSpace);
    const { mean, standardError } = episodeMean(playEpisodes(env, actor, 1_000_000 + seed, 4000).expectedConversions);
    expect(mean - 2 * standardError).toBeGreaterThan(bestConstant);
  });
});
