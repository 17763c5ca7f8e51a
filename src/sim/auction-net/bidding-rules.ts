import { z } from 'zod';
import { AUCTION_NET_PACER, budgetPacerFactor, RLBIDDER_PACER } from '../../bidding/budget-pacer.ts';
import { minPacingStep } from '../../bidding/min-pacing.ts';
import { type CostPlan, onlineLpMultiplier } from '../../bidding/online-lp.ts';
import { newPidState, pidStep } from '../../bidding/pid.ts';
import { pidCpaFactor } from '../../bidding/pid-cpa.ts';
import { plannedLastSpend } from '../../bidding/spend-plan.ts';
import type { BidPolicy, FlightCounters, MultiplierPolicy, Policy } from '../../core/policy.ts';

const TARGETS = 'CPA targets';

const start = z
  .number()
  .gt(0)
  .max(100)
  .default(1)
  .meta({ unit: TARGETS, description: 'Multiplier of the first tick.' });

const gain = (initial: number, what: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .default(initial)
    .meta({ unit: 'log multiplier per unit of relative error', description: `${what} gain.` });

const gains = {
  proportional: gain(0.1, 'Proportional'),
  integral: gain(0.05, 'Integral'),
  derivative: gain(0.02, 'Derivative'),
};

const rate = (what: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .default(0.1)
    .meta({ unit: 'log multiplier per unit of relative error', description: `Step size of the ${what} multiplier.` });

/** A rule that bids in AuctionNet's market, with its settings; rivals and yardsticks are made of these. */
export const biddingRuleSchema = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('fixed'), start }),
  z.strictObject({ rule: z.literal('pid-budget'), start, ...gains }),
  z.strictObject({ rule: z.literal('pid-cpa'), start, ...gains }),
  z.strictObject({
    rule: z.literal('budget-pacer'),
    start,
    pacer: z
      .enum(['auction-net', 'rlbidder'])
      .default('auction-net')
      .meta({ unit: '', description: 'Whose thresholds and factors: .7/1.1 with 1.2/.7, or .66/1.45 with 1.13/.56.' }),
  }),
  z.strictObject({
    rule: z.literal('online-lp'),
    start,
    cap: z.number().gt(0).max(100).default(1.5).meta({ unit: TARGETS, description: 'No multiplier is above this.' }),
  }),
  z.strictObject({ rule: z.literal('min-pacing'), start, budgetRate: rate("budget's"), returnRate: rate("return's") }),
  z.strictObject({ rule: z.literal('abid'), start }),
]);

/** A checked rule. */
export type BiddingRule = z.output<typeof biddingRuleSchema>;

/** N flights that a rule bids in. */
export interface RuleFlights {
  /** `[N]` integer micros a conversion. */
  readonly cpaTargetMicros: Float64Array;
  /** `[N]` factor on the rule's starting multiplier. */
  readonly startFactor: Float64Array;
  /** `[N]` mean predicted conversion rate of the advertiser. */
  readonly meanValue: Float64Array;
  /** Cost of the rest of the period by multiplier, per flight; only OnlineLP asks. */
  costPlan(flight: number): CostPlan;
}

/** Largest |ln| by which a controller moves its multiplier. */
const LIMIT = 2;

/** A rule's multiplier of flight n, in CPA targets, after the first tick; `reset` forgets flight n. */
interface Law {
  reset(n: number): void;
  factor(n: number, counters: FlightCounters): number;
}

/**
 * The policy of a rule. All act by counters that any bidder has; conversions are counted as predicted (Σ pValue), since the few
 * realised ones of a period say little about cost per conversion.
 */
export function rulePolicy(rule: BiddingRule, flights: RuleFlights): Policy {
  if (rule.rule === 'abid') return abidPolicy(rule.start, flights);
  return multiplierPolicy(rule, flights, lawOf(rule, flights));
}

type MultiplierRule = Exclude<BiddingRule, { rule: 'abid' }>;

function multiplierPolicy(rule: MultiplierRule, flights: RuleFlights, law: Law): MultiplierPolicy {
  const { cpaTargetMicros, startFactor } = flights;
  return {
    kind: 'multiplier',
    reset(mask) {
      for (let n = 0; n < cpaTargetMicros.length; n++) if (mask === undefined || mask[n] === 1) law.reset(n);
    },
    decide(counters, active, out) {
      for (let n = 0; n < counters.length; n++) {
        if (active[n] !== 1) continue;
        const first = counters[n]!.stepIndex === 0 && rule.rule !== 'online-lp';
        out[n] = rule.start * startFactor[n]! * cpaTargetMicros[n]! * (first ? 1 : law.factor(n, counters[n]!));
      }
    },
  };
}

function lawOf(rule: MultiplierRule, flights: RuleFlights): Law {
  switch (rule.rule) {
    case 'fixed':
      return { reset() {}, factor: () => 1 };
    case 'pid-budget':
      return pidBudgetLaw(rule, flights);
    case 'pid-cpa':
      return pidCpaLaw(rule, flights);
    case 'budget-pacer':
      return budgetPacerLaw(rule, flights);
    case 'online-lp':
      return onlineLpLaw(rule, flights);
    case 'min-pacing':
      return minPacingLaw(rule, flights);
  }
}

function pidBudgetLaw(rule: Extract<BiddingRule, { rule: 'pid-budget' }>, { cpaTargetMicros }: RuleFlights): Law {
  const states = Array.from(cpaTargetMicros, newPidState);
  const outputs = new Float64Array(cpaTargetMicros.length);
  return {
    reset(n) {
      states[n] = newPidState();
      outputs[n] = 0;
    },
    factor(n, counters) {
      const planned = plannedLastSpend(counters);
      if (planned > 0) {
        outputs[n] = pidStep(states[n]!, Math.max(-1, 1 - counters.lastSpendMicros / planned), rule, LIMIT);
      }
      return Math.exp(outputs[n]!);
    },
  };
}

function pidCpaLaw(rule: Extract<BiddingRule, { rule: 'pid-cpa' }>, { cpaTargetMicros }: RuleFlights): Law {
  const newState = () => ({ ...newPidState(), factor: 1 });
  const states = Array.from(cpaTargetMicros, newState);
  return {
    reset(n) {
      states[n] = newState();
    },
    factor(n, counters) {
      const spent = counters.budgetMicros - counters.remainingMicros;
      return pidCpaFactor(states[n]!, spent, counters.value, cpaTargetMicros[n]!, rule, LIMIT);
    },
  };
}

function budgetPacerLaw(rule: Extract<BiddingRule, { rule: 'budget-pacer' }>, { cpaTargetMicros }: RuleFlights): Law {
  const pacer = rule.pacer === 'auction-net' ? AUCTION_NET_PACER : RLBIDDER_PACER;
  const factors = new Float64Array(cpaTargetMicros.length).fill(1);
  return {
    reset(n) {
      factors[n] = 1;
    },
    factor(n, c) {
      const view = {
        lastSpend: c.lastSpendMicros,
        remaining: c.remainingMicros,
        lastTraffic: c.lastExpectedAuctions,
        trafficLeft: c.expectedAuctionsLeft,
        stepsLeft: c.numSteps - c.stepIndex,
      };
      const limit = Math.exp(LIMIT);
      factors[n] = Math.min(limit, Math.max(1 / limit, factors[n]! * budgetPacerFactor(view, pacer)));
      return factors[n]!;
    },
  };
}

function onlineLpLaw(rule: Extract<BiddingRule, { rule: 'online-lp' }>, flights: RuleFlights): Law {
  return {
    reset() {},
    factor(n, c) {
      const target = flights.cpaTargetMicros[n]!;
      const plan = flights.costPlan(n);
      return onlineLpMultiplier(plan, c.stepIndex, c.remainingMicros, rule.cap * target, target) / target;
    },
  };
}

function minPacingLaw(rule: Extract<BiddingRule, { rule: 'min-pacing' }>, { cpaTargetMicros }: RuleFlights): Law {
  const states = Array.from(cpaTargetMicros, () => ({ logBudget: 0, logReturn: 0 }));
  const rates = { budget: rule.budgetRate, return: rule.returnRate, limit: LIMIT };
  return {
    reset(n) {
      states[n]!.logBudget = 0;
      states[n]!.logReturn = 0;
    },
    factor(n, c) {
      const planned = plannedLastSpend(c);
      const view = { spend: c.lastSpendMicros, planned, allowed: c.lastValue * cpaTargetMicros[n]! };
      return minPacingStep(states[n]!, view, rates);
    },
  };
}

/** Bids in proportion to pValue²: at the advertiser's mean pValue, `start` CPA targets a predicted conversion. */
function abidPolicy(start: number, { cpaTargetMicros, startFactor, meanValue }: RuleFlights): BidPolicy {
  return {
    kind: 'bid',
    reset() {},
    beginStep() {},
    bid: (n, { value }) => (start * startFactor[n]! * cpaTargetMicros[n]! * value * value) / meanValue[n]!,
  };
}
