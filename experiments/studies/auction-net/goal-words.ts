import type { AuctionNetConfig } from '../../../src/sim/auction-net/period-config.ts';

/** Kinds of efficiency goal. */
type GoalKind = AuctionNetConfig['goal']['kind'];

/** What tables and charts say of an efficiency goal, and on which side of 1 its ratio breaks it. */
export interface GoalWords {
  /** "CPA": for the ratio to the target. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly violation: 'above' | 'below';
  /** What the score multiplies conversions by. */
  readonly scoreFactor: string;
  /** What breaks the goal by a fifth: "CPA over by 20 %". */
  readonly broken: string;
  readonly brokenDescription: string;
  /** End of a sentence: "its CPA was over by more than 20 % in". */
  readonly brokenClause: string;
  readonly ratioDescription: string;
  readonly chart: { readonly title: string; readonly caption: string; readonly axis: string };
  readonly pareto: { readonly title: string; readonly caption: string; readonly axis: string };
  /**
   * The ratio to the target.
   *
   * @param allowed Spend over the target cost per conversion: the conversions that keep the goal at this spend.
   * @returns null where it is not defined: CPA without conversions, return without spend.
   */
  ratio(allowed: number, conversions: number): number | null;
}

/** Words by the goal's kind. */
export const GOAL_WORDS: Readonly<Record<GoalKind, GoalWords>> = {
  cpa: {
    name: 'CPA',
    better: 'lower',
    violation: 'above',
    scoreFactor: 'min(1, (CPA target / cost per conversion)²)',
    broken: 'CPA over by 20 %',
    brokenDescription:
      'Periods whose cost per conversion was above 1.2 targets, those without a conversion but with spend included.',
    brokenClause: 'its CPA was over by more than 20 % in',
    ratioDescription: 'Spend over CPA target, over conversions',
    chart: {
      title: 'Cost per conversion over the day',
      caption:
        'Money spent so far over the CPA target, over conversions so far, sums over all advertisers, periods and seeds. In the shaded half a conversion costs more than its target.',
      axis: 'Cost per conversion so far over its target',
    },
    pareto: {
      title: 'Conversions against their cost',
      caption:
        'Each dot is a policy: conversions per period and cost per conversion over the target, from sums over all advertisers, periods and seeds. The step joins the policies that no other beats in both. To the right of the dashed line conversions cost more than their target.',
      axis: 'Cost per conversion over its target',
    },
    ratio: (allowed, conversions) => (conversions > 0 ? allowed / conversions : null),
  },
  roas: {
    name: 'Return on spend',
    better: 'higher',
    violation: 'below',
    scoreFactor: 'min(1, (return on spend / its target)²)',
    broken: 'Return below target / 1.2',
    brokenDescription:
      'Periods whose return on spend was below the target over 1.2, those without a conversion but with spend included.',
    brokenClause: 'its return on spend was below the target over 1.2 in',
    ratioDescription: 'Value of conversions over spend, over the target return',
    chart: {
      title: 'Return on spend over the day',
      caption:
        'Value of conversions so far over money spent so far, over the target return, sums over all advertisers, periods and seeds. In the shaded half money brings less than its target.',
      axis: 'Return on spend so far over its target',
    },
    pareto: {
      title: 'Conversions against the return on spend',
      caption:
        'Each dot is a policy: conversions per period and the target return over the return on spend, from sums over all advertisers, periods and seeds. The step joins the policies that no other beats in both. To the right of the dashed line money brings less than its target.',
      axis: 'Target return over return on spend',
    },
    ratio: (allowed, conversions) => (allowed > 0 ? conversions / allowed : null),
  },
};
