import type { ClickBudgetPlan } from '../../../src/bidding/click-budget-dp.ts';
import type { PlainNetwork } from '../../../src/core/agent.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { forward, greedyAction, makeScratch } from '../../../src/policy/runtime.ts';
import { beginFlight, makeFlights } from '../../../src/sim/rtbgym/flights.ts';
import type { RtbGymMarket } from '../../../src/sim/rtbgym/market.ts';
import { flightObserver } from '../../../src/sim/rtbgym/observations.ts';
import { type LearnerSettings, learnerActions } from './settings.ts';

/** The multiplier chosen before a step with a share of the budget left. */
export interface Decision {
  /** From 1 on. */
  readonly step: number;
  readonly budgetLeft: number;
  readonly multiplier: number;
}

/** Budget levels of a map. */
const LEVELS = 25;

function everywhere(numSteps: number, decide: (step: number, budgetLeft: number) => number): Decision[] {
  return Array.from({ length: numSteps }, (_, step) =>
    Array.from({ length: LEVELS }, (__, level) => {
      const budgetLeft = (level + 0.5) / LEVELS;
      return { step: step + 1, budgetLeft, multiplier: decide(step, budgetLeft) };
    }),
  )
    .flat()
    .filter(({ step, budgetLeft }) => step > 1 || budgetLeft > 1 - 1 / LEVELS);
}

/** What a plan decides in every situation; before step 1 only the whole budget occurs. */
export function planDecisions(plan: ClickBudgetPlan, multipliers: readonly number[]): Decision[] {
  return everywhere(plan.numSteps, (step, budgetLeft) => {
    const left = Math.round(budgetLeft * plan.budget);
    return multipliers[plan.actions[step * (plan.budget + 1) + left]!]!;
  });
}

/** What a network decides in every situation; null where it also looks at the last step. */
export function networkDecisions(
  network: PlainNetwork,
  settings: LearnerSettings,
  market: RtbGymMarket,
): Decision[] | null {
  if (settings.observations !== 'pacing') return null;
  const observer = flightObserver(settings.observations, market);
  const observation = new Float32Array(observer.features.length);
  const flights = makeFlights(1);
  const scratch = makeScratch(network);
  const actions = learnerActions(settings);
  return everywhere(market.numSteps, (step, budgetLeft) => {
    beginFlight(flights, 0, market.budgetUnits * MICROS_PER_UNIT);
    flights.step[0] = step;
    flights.remainingMicros[0] = budgetLeft * market.budgetUnits * MICROS_PER_UNIT;
    observer.write(flights, 0, observation);
    const outputs = forward(network, observation, scratch);
    if (actions.kind === 'grid') return actions.multipliers[greedyAction(outputs, 'argmax')]!;
    const multiplier = actions.kind === 'log' ? Math.exp(outputs[0]!) : outputs[0]!;
    return Math.min(actions.high, Math.max(actions.low, multiplier));
  });
}
