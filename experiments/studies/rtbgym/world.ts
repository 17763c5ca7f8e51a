import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClickBudgetPlan, solveClickBudget } from '../../../src/bidding/click-budget-dp.ts';
import { SimError } from '../../../src/core/errors.ts';
import { Rng } from '../../../src/core/rng.ts';
import { clickBudgetProblem } from '../../../src/sim/rtbgym/click-laws.ts';
import { drawRtbGymParameters } from '../../../src/sim/rtbgym/draw-parameters.ts';
import { type RtbGymMarket, rtbGymMarket } from '../../../src/sim/rtbgym/market.ts';
import { readRtbGymParameters } from '../../../src/sim/rtbgym/parameters.ts';
import type { StudyContext } from '../study.ts';
import type { RtbGymConfig } from './settings.ts';

/** File of `--data` with the parameters of RTBGym's own market. */
const PARAMETER_FILE = 'rtbgym_seed12345_params.json';

/**
 * The market of an experiment: RTBGym's own from `--data`, or one drawn from the same distributions.
 *
 * @throws SimError `FILE_NOT_FOUND` when `--data` names a folder without it; what reading it throws.
 */
export function studyMarket({ parameterSeed }: RtbGymConfig, { dataFolder }: StudyContext): RtbGymMarket {
  if (dataFolder === undefined) return rtbGymMarket(drawRtbGymParameters(new Rng(`rtbgym/${parameterSeed}`)));
  const file = join(dataFolder, PARAMETER_FILE);
  if (!existsSync(file)) {
    throw new SimError(
      'FILE_NOT_FOUND',
      `${file} does not exist; expected --data to be a folder with ${PARAMETER_FILE}, leave --data out to draw a market`,
    );
  }
  return rtbGymMarket(readRtbGymParameters(readFileSync(file, 'utf8'), file));
}

/** The plan for some multipliers; solved once for a market however many seeds ask for it. */
export function planFor(market: RtbGymMarket, multipliers: readonly number[]): ClickBudgetPlan {
  const key = JSON.stringify([market.source, [...market.valueFactor], market.budgetUnits, multipliers]);
  let plan = plans.get(key);
  if (plan === undefined) {
    plan = solveClickBudget(clickBudgetProblem(market, multipliers));
    plans.set(key, plan);
  }
  return plan;
}

const plans = new Map<string, ClickBudgetPlan>();

/** Conversions that the plan expects from a whole budget. */
export function expectedConversions({ values, budget }: ClickBudgetPlan): number {
  return values[budget]!;
}
