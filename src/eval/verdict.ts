import type { Aggregate } from './aggregate.ts';
import { formatMetric } from './metrics.ts';

/** What an experiment found, in words for people who will not read a chart. */
export interface Verdict {
  /** One sentence: who won, or that nobody can be said to have. */
  readonly headline: string;
  /** By how much, how sure, and at what cost; a few short sentences. */
  readonly details: readonly string[];
  /** What the reader must know before believing it. */
  readonly caveats: readonly string[];
}

/** Fewer seeds than this are too few for a claim about a learner (CleanRL's and rliable's advice). */
const SEEDS_FOR_A_CLAIM = 10;

/**
 * Says in plain words what won, by how much and how sure, from the aggregates over all budget fractions.
 *
 * The contest is between the best learner and the best baseline by IQM. Where the interval of their difference covers 0 the
 * verdict says that they cannot be told apart, whichever is ahead.
 */
export function composeVerdict(aggregates: readonly Aggregate[]): Verdict {
  const overall = aggregates.filter((entry) => entry.budgetFraction === null);
  const learner = overall.find((entry) => entry.kind === 'learner');
  const baseline = overall.find((entry) => entry.kind === 'baseline');
  const caveats = composeCaveats(overall);
  if (learner === undefined && baseline === undefined) {
    return { headline: 'There are no results yet.', details: [], caveats };
  }
  if (learner === undefined || baseline === undefined) {
    return { ...withoutContest(learner ?? baseline!, overall), caveats };
  }
  const fractions = aggregates.filter((entry) => entry.budgetFraction !== null);
  return {
    headline: contestHeadline(learner, baseline),
    details: [
      ...contestDetails(learner, baseline),
      ...acrossBudgets(learner, fractions),
      ...headroom(learner, overall),
    ],
    caveats,
  };
}

/** Only learners or only baselines: the best of them, without a contest. */
function withoutContest(best: Aggregate, overall: readonly Aggregate[]): Omit<Verdict, 'caveats'> {
  const what = best.kind === 'learner' ? 'trained agent' : 'baseline';
  const rivals = overall.filter((entry) => entry.kind === best.kind).length;
  const lead = rivals === 1 ? `${best.title} was the only ${what}` : `${best.title} did best of ${rivals} ${what}s`;
  const missing =
    best.kind === 'learner'
      ? 'There was no baseline to compare it with.'
      : 'No trained agent took part in the contest.';
  return {
    headline: `${lead}: ${ratio(best.iqm)} of the hindsight optimum${intervalText(best)}.`,
    details: [missing],
  };
}

function contestHeadline(learner: Aggregate, baseline: Aggregate): string {
  const difference = learner.differenceToBestBaseline;
  if (difference === null) {
    return `${learner.title} reached ${ratio(learner.iqm)} of the hindsight optimum and ${baseline.title}, the best baseline, ${ratio(baseline.iqm)}, on days that do not pair.`;
  }
  const gap = relativeGap(difference.estimate, baseline.iqm);
  if (difference.low === null || difference.high === null) {
    const order = difference.estimate > 0 ? 'came out above' : difference.estimate < 0 ? 'came out below' : 'equalled';
    return `${learner.title} ${order} the best baseline, ${baseline.title}, on the single flight played: ${ratio(learner.iqm)} against ${ratio(baseline.iqm)} of the hindsight optimum.`;
  }
  if (difference.low > 0) {
    return `${learner.title} won: ${ratio(learner.iqm)} of the hindsight optimum, ${gap} above the best baseline (${baseline.title}, ${ratio(baseline.iqm)}).`;
  }
  if (difference.high < 0) {
    return `The best baseline won: ${baseline.title} reached ${ratio(baseline.iqm)} of the hindsight optimum, the best trained agent (${learner.title}) ${ratio(learner.iqm)}, ${gap} less.`;
  }
  const ahead = difference.estimate >= 0 ? 'above' : 'below';
  return `Too close to call: ${learner.title} reached ${ratio(learner.iqm)} of the hindsight optimum, ${gap} ${ahead} the best baseline (${baseline.title}, ${ratio(baseline.iqm)}), which may be chance.`;
}

function contestDetails(learner: Aggregate, baseline: Aggregate): string[] {
  const { differenceToBestBaseline: difference, probabilityOfImprovement: probability, betterShare } = learner;
  if (difference === null || probability === null || betterShare === null) return [];
  const details: string[] = [];
  if (difference.low !== null && difference.high !== null) {
    const low = signedPercent(difference.low / baseline.iqm);
    const high = signedPercent(difference.high / baseline.iqm);
    details.push(`The 95 % interval of the difference runs from ${low} to ${high}.`);
  }
  details.push(
    `${learner.title} won more value than ${baseline.title} on ${percent(betterShare)} of ${learner.count} paired flights` +
      (probability.low === null
        ? '.'
        : `, and beats it on a random day of the same budget with probability ${probability.estimate.toFixed(2)} (${probability.low.toFixed(2)} to ${probability.high!.toFixed(2)}).`),
  );
  details.push(
    `${learner.title} used ${formatMetric('budgetUtilization', learner.budgetUtilization)} of its budgets (${baseline.title} ${formatMetric('budgetUtilization', baseline.budgetUtilization)})${overspendText(learner)}.`,
  );
  return details;
}

/** At how many budget fractions the learner is ahead beyond doubt, level or behind. */
function acrossBudgets(learner: Aggregate, fractions: readonly Aggregate[]): string[] {
  const own = fractions.filter((entry) => entry.policy === learner.policy && entry.differenceToBestBaseline !== null);
  if (own.length < 2) return [];
  const ahead = own.filter((entry) => (entry.differenceToBestBaseline!.low ?? 0) > 0).length;
  const behind = own.filter((entry) => (entry.differenceToBestBaseline!.high ?? 0) < 0).length;
  const level = own.length - ahead - behind;
  if (ahead === own.length)
    return [`It is clearly ahead of the best baseline of each of the ${own.length} budget levels.`];
  if (behind === own.length)
    return [`It is clearly behind the best baseline of each of the ${own.length} budget levels.`];
  const parts = [
    ahead === 0 ? '' : `clearly ahead at ${ahead}`,
    level === 0 ? '' : `level at ${level}`,
    behind === 0 ? '' : `clearly behind at ${behind}`,
  ].filter((part) => part !== '');
  return [`Against the best baseline of each of the ${own.length} budget levels it is ${joinWords(parts)}.`];
}

function headroom(learner: Aggregate, overall: readonly Aggregate[]): string[] {
  const reference = overall.find((entry) => entry.kind === 'reference');
  const left = percent(1 - learner.iqm);
  if (learner.iqm >= 1) return [];
  const known = reference === undefined ? '' : ` (${reference.title} reached ${ratio(reference.iqm)})`;
  return [`No bidder can pass 1.000, which needs every price known in advance: ${left} is left${known}.`];
}

function composeCaveats(overall: readonly Aggregate[]): string[] {
  const caveats: string[] = [];
  const learners = overall.filter((entry) => entry.kind === 'learner');
  const fewest = Math.min(...learners.map((entry) => entry.numSeeds));
  if (learners.length > 0 && fewest < SEEDS_FOR_A_CLAIM) {
    const seeds = fewest === 1 ? '1 training seed' : `${fewest} training seeds`;
    caveats.push(`Learners were trained with ${seeds}; a claim about a learner needs ${SEEDS_FOR_A_CLAIM} or more.`);
  }
  const flights = Math.max(0, ...overall.map((entry) => entry.numFlights));
  if (flights > 0 && flights < 5) {
    caveats.push(
      `There ${flights === 1 ? 'is only 1 test flight' : `are only ${flights} test flights`}: intervals from so few days are rough.`,
    );
  }
  for (const entry of overall) {
    if (entry.overspendMicros > 0) {
      caveats.push(
        `${entry.title} spent ${formatMetric('overspendMicros', entry.overspendMicros)} above its budgets: a fault.`,
      );
    }
  }
  return caveats;
}

function overspendText(entry: Aggregate): string {
  return entry.overspendMicros > 0 ? '' : ' and never overspent';
}

function intervalText(entry: Aggregate): string {
  if (entry.iqmLow === null || entry.iqmHigh === null) return '';
  return ` (95 % interval ${ratio(entry.iqmLow)} to ${ratio(entry.iqmHigh)})`;
}

function ratio(value: number): string {
  return value.toFixed(3);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.1 && share < 0.995 ? 0 : 1)} %`;
}

/** Size of a difference relative to the baseline, without sign. */
function relativeGap(difference: number, base: number): string {
  return `${((100 * Math.abs(difference)) / base).toFixed(1)} %`;
}

function signedPercent(share: number): string {
  const digits = Math.abs(100 * share).toFixed(1);
  return `${share < 0 ? '−' : '+'}${digits} %`;
}

/** "a, b and c". */
function joinWords(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
