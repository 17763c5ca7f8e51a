import { agents } from '../../../agents/registry.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { ActionKind } from '../../action-decoding.ts';
import { compareSchema } from '../../experiment-config.ts';
import { shippedOptions } from '../../seat-options.ts';
import { resolveSeats } from '../../seats.ts';
import { runTrial } from '../../trial.ts';
import { worldOf, worldSource } from '../../world.ts';
import type { Problem } from './problem.ts';

const ENV = 'budget-pacing-v1';

/** First light in small: days of an open display market, another one for each seed, at three budgets. */
export const PACING_DAYS = {
  kind: 'compare',
  experiment: 'learners-budget-pacing',
  title: 'Budget pacing',
  description: 'Days of an open display market at three budgets.',
  market: { preset: 'open-market', auctionsPerDay: 10_000 },
  days: { train: 6, validation: 2, test: 4 },
  budgetFractions: [1 / 32, 1 / 8, 1 / 2],
};

/** Share of the hindsight optimum on four days at three budgets. */
export const pacingProblem: Problem = {
  title: 'Budget pacing',
  env: ENV,
  axis: 'Share of the hindsight optimum (R/R*)',
  envSteps: 400_000,
  threshold: 0.98,
  accepts: (agent) => agent.actionSpaces.some((kind) => kind === 'discrete' || kind === 'box'),
  async learn({ agent: id, options, seed, ...length }, context) {
    const policies = [{ id, ...ownActions(id), ...options }];
    const config = compareSchema.parse({ ...PACING_DAYS, ...length, policies });
    const [seat] = resolveSeats(policies, ENV, length.envSteps, context.baseFolder);
    const world = worldOf(config, await worldSource(config, context.baseFolder, undefined), seed);
    const { result } = await runTrial(config, world, seat!, seed, context.engine, context.onShare);
    return { score: mean(result.rows.map((row) => row.valueRatio)), curve: result.curve };
  },
};

/** Learners without shipped hyper-parameters choose moves of λ, or the multiplier itself. */
function ownActions(id: string): { readonly actions?: ActionKind } {
  if (Object.hasOwn(shippedOptions(ENV, id), 'actions')) return {};
  return { actions: agents.get(id).actionSpaces.includes('discrete') ? 'moves' : 'log' };
}
