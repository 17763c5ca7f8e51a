import { dualStep } from '../../bidding/dual-pacing.ts';
import { pacingFactor } from '../../bidding/multiplicative-pacer.ts';
import { newPidState, pidStep } from '../../bidding/pid.ts';
import { plannedLastSpend } from '../../bidding/spend-plan.ts';
import type { FlightCounters, MultiplierPolicy } from '../../core/policy.ts';
import type { BiddingRule } from '../../market/rival-population.ts';
import { believedLogPrice, bestShade } from './shading-rule.ts';

/** A rival stays within this factor of its starting multiplier. */
const MAX_CHANGE = 20;
/** An overspend beyond this many times the plan says no more than "much too fast". */
const MAX_OVERSPEND = 4;

/** One rule's memory of one flight. */
interface RuleState {
  /** The multiplier for the tick that the counters stand before; never called before the first tick. */
  next(counters: FlightCounters): number;
}

/** A scripted rival in N flights side by side: starts at the rule's multiplier and follows its rule. */
export function rivalPolicy(rule: BiddingRule, numFlights: number): MultiplierPolicy {
  const states = Array.from({ length: numFlights }, () => newState(rule));
  return {
    kind: 'multiplier',
    reset(mask) {
      for (let n = 0; n < numFlights; n++) if (mask === undefined || mask[n] === 1) states[n] = newState(rule);
    },
    decide(flights, active, out) {
      for (let n = 0; n < numFlights; n++) {
        if (active[n] !== 1) continue;
        const counters = flights[n]!;
        out[n] = counters.stepIndex === 0 ? rule.multiplier : states[n]!.next(counters);
      }
    },
  };
}

function newState(rule: BiddingRule): RuleState {
  switch (rule.rule) {
    case 'fixed':
      return { next: () => rule.multiplier };
    case 'multiplicative':
      return multiplicative(rule);
    case 'pid':
      return pid(rule);
    case 'dual':
      return dual(rule);
    case 'shading':
      return shading(rule);
  }
}

type RuleOf<Id extends BiddingRule['rule']> = Extract<BiddingRule, { readonly rule: Id }>;

function multiplicative(rule: RuleOf<'multiplicative'>): RuleState {
  let multiplier = rule.multiplier;
  return {
    next(c) {
      multiplier *= pacingFactor(c.lastSpendMicros, plannedLastSpend(c), rule);
      multiplier = Math.min(rule.multiplier * MAX_CHANGE, Math.max(rule.multiplier / MAX_CHANGE, multiplier));
      return multiplier;
    },
  };
}

function pid(rule: RuleOf<'pid'>): RuleState {
  const state = newPidState();
  let log = 0;
  return {
    next(c) {
      const planned = plannedLastSpend(c);
      const error = planned > 0 ? Math.max(-MAX_OVERSPEND, 1 - c.lastSpendMicros / planned) : 0;
      if (planned > 0) log = pidStep(state, error, rule, Math.log(MAX_CHANGE));
      return rule.multiplier * Math.exp(log);
    },
  };
}

function dual(rule: RuleOf<'dual'>): RuleState {
  let mu = 1;
  return {
    next(c) {
      const planned = (c.budgetMicros * c.lastExpectedAuctions) / c.expectedAuctionsTotal;
      // A quiet first tick may spend fifty times its plan: without a limit the price would take the day to come down.
      const highest = Math.min(MAX_CHANGE, 2 * mu);
      mu = dualStep(mu, c.lastSpendMicros, planned, rule.stepSize, 1 / MAX_CHANGE, highest);
      return rule.multiplier / mu;
    },
  };
}

function shading(rule: RuleOf<'shading'>): RuleState {
  let logPrice = Number.NaN;
  return {
    next(c) {
      logPrice = believedLogPrice(c, rule, logPrice);
      return Number.isNaN(logPrice) ? rule.multiplier : bestShade(logPrice, rule.sigma);
    },
  };
}
