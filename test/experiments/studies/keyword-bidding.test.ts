import { describe, expect, it } from 'vitest';
import { createKeywordBidding } from '../../../envs/keyword-bidding.ts';
import { idealBids, interpolation, zeroMargin } from '../../../experiments/studies/keyword-bidding/bidders.ts';
import { bidderPlayer, playEpisodes } from '../../../experiments/studies/keyword-bidding/play.ts';
import { keywordBiddingSchema } from '../../../experiments/studies/keyword-bidding/settings.ts';
import { keywordBidding } from '../../../experiments/studies/keyword-bidding/study.ts';
import type { TrialContext } from '../../../experiments/studies/study.ts';
import { Rng } from '../../../src/core/rng.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { renderSvg } from '../../../src/report/render.ts';
import { emptyKeywordDay } from '../../../src/sim/keyword/keyword-day.ts';
import { drawKeywords } from '../../../src/sim/keyword/keywords.ts';

const settings = {
  experiment: 'keyword-bidding',
  kind: 'keyword-bidding',
  title: 'Keywords',
  seeds: 1,
  numKeywords: 3,
  numDays: 20,
  episodes: 4,
  envSteps: 640,
  evaluations: 1,
  policies: [{ id: 'ppo', numEnvs: 8, numSteps: 20, batchSize: 80, numEpochs: 1 }, 'zero-margin', 'ideal-bids'],
};
const context: TrialContext = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => selectEngine('wasm'),
  onShare: () => undefined,
};

describe('naive bidders', () => {
  it('zero margin bids what clicks brought, the first guess of .3 counting as five clicks', () => {
    const bidder = zeroMargin(1);
    const bids = new Float64Array(1);
    bidder.decide(0, bids);
    expect(bids[0]).toBeCloseTo(0.3, 12);
    const day = emptyKeywordDay(1);
    day.clicks[0] = 15;
    day.revenueMicros[0] = 10_500_000;
    bidder.learn(day, bids);
    bidder.decide(1, bids);
    expect(bids[0]).toBeCloseTo((10.5 + 1.5) / 20, 12);
  });

  it('interpolation tries its bids twice in turn and then keeps the most profitable', () => {
    const bidder = interpolation(1);
    const bids = new Float64Array(1);
    const tried: number[] = [];
    for (let d = 0; d < 10; d++) {
      bidder.decide(d, bids);
      tried.push(bids[0]!);
      const day = emptyKeywordDay(1);
      // From .3 on there are ten clicks at .2; below there are none.
      day.clicks[0] = bids[0]! >= 0.3 ? 10 : 0;
      day.costMicros[0] = 200_000 * day.clicks[0]!;
      day.revenueMicros[0] = 500_000 * day.clicks[0]!;
      bidder.learn(day, bids);
    }
    expect(tried.slice(0, 5)).toEqual(tried.slice(5));
    bidder.decide(10, bids);
    expect(bids[0]).toBe(0.3);
  });

  it('earn at most about what ideal bids earn, which is the ideal profit', () => {
    const keywords = drawKeywords(5, new Rng('bidders'));
    const env = createKeywordBidding({
      keywords,
      numDays: 60,
      dailyBudget: 1000,
      maxBid: 3,
      lossThreshold: 10_000,
      drift: 0.03,
      rewardUnit: 1,
      numEnvs: 10,
    });
    const play = (make: Parameters<typeof bidderPlayer>[2]) =>
      playEpisodes(env, 60, 5, 0, bidderPlayer(env, 5, make)).ncp;
    const ideal = play((n) => idealBids(env.keywords(n)));
    expect(ideal).toBeCloseTo(1, 0);
    expect(play(() => zeroMargin(5))).toBeLessThan(ideal);
    expect(play(() => interpolation(5))).toBeLessThan(ideal);
  });
});

describe('the study', () => {
  it('gives one row a policy and account, and its chart can be drawn', async () => {
    const config = keywordBiddingSchema.parse(settings);
    const finished = [];
    for (const trial of await keywordBidding.trials(config, context)) {
      finished.push({ trial, result: await keywordBidding.runTrial(config, trial, context) });
    }
    const { rows, charts, verdict } = await keywordBidding.assemble(config, finished, context);
    expect(rows.map(({ policy }) => policy)).toEqual(['ppo', 'zero-margin', 'ideal-bids']);
    expect(await renderSvg(charts[0]!.spec)).toMatch(/^<svg/);
    expect(verdict.headline).toMatch(/of the ideal profit/);
  });

  it('refuses unknown policies, learners without continuous actions and half a density', () => {
    const trials = (policies: unknown) => () =>
      keywordBidding.trials(keywordBiddingSchema.parse({ ...settings, policies }), context);
    expect(trials(['zero-margins'])).toThrow(/UNKNOWN_ID: policies.0: .*did you mean 'zero-margin'/);
    expect(trials(['dqn'])).toThrow(/'dqn' cannot choose bids/);
    expect(trials(['ppo', 'ppo'])).toThrow(/'ppo' sits twice/);
    expect(trials([{ id: 'ppo', numEnvs: 0 }])).toThrow(/policies.0.numEnvs: expected a positive whole number/);
    const issue = keywordBiddingSchema.safeParse({ ...settings, accounts: [{ name: 'a', cvr: 0.5 }] }).error?.issues[0];
    expect(issue?.message).toBe('expected meanVolume and cvr together');
  });
});
