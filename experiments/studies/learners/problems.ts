import { Acrobot } from '../../../envs/classic/acrobot.ts';
import { CartPole } from '../../../envs/classic/cartpole.ts';
import { Pendulum } from '../../../envs/classic/pendulum.ts';
import { makeRegistry, type Registry } from '../../../src/core/registry.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { auctionNet } from '../auction-net/study.ts';
import { bidShading } from '../bid-shading/study.ts';
import { keywordBidding } from '../keyword-bidding/study.ts';
import { lambdaRobustness } from '../lambda-robustness/study.ts';
import { marketStudy } from '../market/study.ts';
import { rtbGym } from '../rtbgym/study.ts';
import { classicProblem } from './classic-problem.ts';
import { pacingProblem } from './pacing-problem.ts';
import type { Problem } from './problem.ts';
import { studyProblem } from './study-problem.ts';

/** Currency units. */
const SEAT_BUDGET = 10;
/** Six scripted rivals of three kinds, as in the market study but fewer. */
const RIVALS = [
  { name: 'brand', count: 2, bidding: { rule: 'fixed', multiplier: 0.8 } },
  { name: 'multiplicative', count: 2, bidding: { rule: 'multiplicative' } },
  { name: 'shading', count: 2, bidding: { rule: 'shading' } },
].map((rival) => ({
  ...rival,
  clickValue: { family: 'log-normal', median: 1, sigma: 0.2 },
  budget: { family: 'log-normal', median: 6, sigma: 0.2 },
}));

/** Add a problem here; `kind: learners` picks it up by id. */
export const problems: Registry<Problem> = makeRegistry<Problem>('problem', {
  'cartpole-v1': classicProblem({
    ...{ title: 'CartPole', env: 'cartpole-v1', envSteps: 100_000, threshold: 475 },
    make: (numEnvs) => new CartPole(numEnvs),
  }),
  'acrobot-v1': classicProblem({
    ...{ title: 'Acrobot', env: 'acrobot-v1', envSteps: 150_000, threshold: -100 },
    make: (numEnvs) => new Acrobot(numEnvs),
  }),
  'pendulum-v1': classicProblem({
    ...{ title: 'Pendulum', env: 'pendulum-v1', envSteps: 150_000, threshold: -200 },
    make: (numEnvs) => new Pendulum(numEnvs),
  }),
  'budget-pacing-v1': pacingProblem,
  'rtbgym-v1': studyProblem({
    ...{ title: 'RTBGym', env: 'rtbgym-v1', axis: 'Conversions per episode', envSteps: 300_000, threshold: 18 },
    study: rtbGym,
    settings: { episodes: 20_000 },
    actions: { discrete: { kind: 'grid', low: 0.3, high: 4, count: 21 }, box: { kind: 'log', low: 0.3, high: 4 } },
  }),
  'lambda-robustness': studyProblem({
    title: 'Recovery from a wrong shadow price',
    env: 'lambda-robustness',
    axis: 'Share of the hindsight optimum (R/R*)',
    ...{ envSteps: 500_000, threshold: 0.94 },
    study: lambdaRobustness,
    settings: { campaign: 2997, market: 'ipinyou-2997' },
    actions: { discrete: null },
  }),
  'bid-shading-v1': studyProblem({
    ...{ title: 'Bid shading', env: 'bid-shading-v1', axis: 'Share of the best surplus', envSteps: 150_000 },
    threshold: 0.95,
    study: bidShading,
    settings: { modes: ['full'] },
    actions: { discrete: { kind: 'grid' }, box: { kind: 'curve', low: 0.05, high: 1 } },
  }),
  'keyword-bidding-v1': studyProblem({
    ...{ title: 'Keyword bidding', env: 'keyword-bidding-v1', axis: 'Share of the ideal profit', envSteps: 120_000 },
    threshold: 0.8,
    study: keywordBidding,
    settings: { accounts: [{ name: 'drawn' }] },
    actions: { box: null },
  }),
  'auction-house-v1': studyProblem({
    title: 'A seat among rivals, first price',
    ...{ env: 'auction-house-v1', axis: 'Surplus over budget', envSteps: 100_000, threshold: 0.9 },
    study: marketStudy,
    scoreUnit: SEAT_BUDGET * MICROS_PER_UNIT,
    settings: {
      market: { currency: 'USD', ticksPerDay: 48, traffic: { opportunitiesPerDay: 2000 }, rivals: RIVALS },
      auctions: [{ name: 'first-price', title: 'First price', auction: { mechanism: 'first-price' } }],
      scenarios: [{ name: 'calm', title: 'Calm day' }],
      seat: { clickValue: { family: 'fixed', value: 1 }, budget: SEAT_BUDGET },
    },
    actions: { discrete: 'moves', box: 'log' },
  }),
  'constrained-bidding-v1': studyProblem({
    title: 'Budget and CPA target',
    ...{ env: 'constrained-bidding-v1', axis: 'Score per period', envSteps: 400_000, threshold: 2.9 },
    study: auctionNet,
    settings: { rivals: [{ rule: 'fixed' }, { rule: 'pid-cpa' }, { rule: 'budget-pacer' }, { rule: 'online-lp' }] },
    actions: { discrete: { kind: 'grid', unit: 'plan' }, box: { kind: 'log', unit: 'plan', logRange: 1.5 } },
  }),
});
