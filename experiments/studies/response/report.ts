import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { attributedVsIncremental } from '../../../src/report/panels/attributed-vs-incremental.ts';
import { barsByPanel } from '../../../src/report/panels/bars-by-panel.ts';
import { reliability } from '../../../src/report/panels/calibration.ts';
import { delayCdf } from '../../../src/report/panels/delay-cdf.ts';
import { maturedVsSoFar } from '../../../src/report/panels/matured-vs-so-far.ts';
import { delayLaw } from '../../../src/response/delay.ts';
import { delayStretch } from '../../../src/sim/response/journey-config.ts';
import type { StudyChart } from '../study.ts';
import type { PlayedFlight } from './play.ts';
import { type MeasuredPredictor, reliabilityCurves } from './reliability.ts';
import { type DelayedConversionsConfig, VALUATIONS, type Valuation } from './settings.ts';
import { valuations } from './valuations.ts';

/** One seed's flights and predictors. */
export interface SeedResult {
  readonly flights: readonly PlayedFlight[];
  readonly predictors: readonly MeasuredPredictor[];
}

const POINTS = 81;
const COLOURS = ['#A3A8B0', '#D55E00', '#B07700', '#CC79A7', '#0072B2', '#000000'];

/** A mean over seeds with two standard errors on either side. */
function estimate(values: readonly number[]) {
  const value = mean(values);
  const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / Math.max(1, values.length - 1);
  const spread = 2 * Math.sqrt(variance / values.length);
  return { value, low: value - spread, high: value + spread };
}

/** The flights of a policy over seeds. */
function flightsOf(seeds: readonly SeedResult[], policy: Valuation): PlayedFlight[] {
  return seeds.flatMap(({ flights }) => flights.filter((flight) => flight.policy === policy));
}

/** Delay, maturing counts, attribution against increments, where the money goes, and what bidders believe. */
export function delayCharts(config: DelayedConversionsConfig, seeds: readonly SeedResult[]): StudyChart[] {
  return [
    ...delayChart(config),
    incrementChart(config, seeds),
    maturingChart(config, seeds),
    moneyChart(config, seeds),
    reliabilityChart(seeds),
  ];
}

function delayChart({ world }: DelayedConversionsConfig): StudyChart[] {
  if (world.delay === null) return [];
  const last = world.numItems - 1;
  const chosen = [
    { item: 0, words: 'Fastest item' },
    { item: last / 2, words: 'Middle of the items' },
    { item: last, words: 'Slowest item' },
  ].filter(({ item }, i, all) => all.findIndex((other) => other.item === item) === i);
  const windowDays = world.attribution.windowDays!;
  const title = 'How long conversions take';
  const caption =
    'Share of the conversions by an ad that has come by each day after the click. What comes after the attribution window is credited to nobody.';
  const days = Array.from({ length: POINTS }, (_, k) => (2 * windowDays * k) / (POINTS - 1));
  const curves = chosen.map(({ item, words }) => {
    const law = delayLaw(world.delay, delayStretch(world, item));
    return { title: words, days, shares: days.map((day) => law.cdf(day)) };
  });
  return [{ id: 'delay', title, caption, spec: delayCdf({ title, description: caption, curves, windowDays }) }];
}

function incrementChart({ policies }: DelayedConversionsConfig, seeds: readonly SeedResult[]): StudyChart {
  const title = 'What attribution counts and what ads bring';
  const caption =
    'Conversions a flight, means over seeds with two standard errors. Grey: credited to clicks. Blue: with the ads minus without them, the same users with the same luck in both. The gap would have come anyway.';
  const spec = attributedVsIncremental({
    title,
    description: caption,
    valueTitle: 'Conversions a flight',
    format: '.0f',
    policies: policies.map((policy) => {
      const flights = flightsOf(seeds, policy);
      return {
        title: valuations[policy].title,
        attributed: estimate(flights.map(({ attributed }) => attributed)),
        incremental: estimate(flights.map(({ incremental }) => incremental)),
      };
    }),
  });
  return { id: 'attributed-vs-incremental', title, caption, spec };
}

function maturingChart({ policies, flightDays }: DelayedConversionsConfig, seeds: readonly SeedResult[]): StudyChart {
  const title = 'Conversions so far, corrected, and in all';
  const caption =
    'Attributed conversions of the clicks up to the end of each day, mean over seeds. Orange: seen by then. Black: what came in all. Dashed: what was expected on the day from the clicks and the estimated delay. Shaded is what was still to come. Until the first windows close, the delay is a guess that starts from an even spread, and too much is expected.';
  const panels = policies.map((policy) => {
    const flights = flightsOf(seeds, policy);
    const days = Array.from({ length: flightDays }, (_, d) => ({
      soFar: mean(flights.map((flight) => flight.days[d]!.soFar)),
      corrected: mean(flights.map((flight) => flight.days[d]!.corrected)),
      matured: mean(flights.map((flight) => flight.days[d]!.matured)),
    }));
    return { title: valuations[policy].title, days };
  });
  const spec = maturedVsSoFar({ title, description: caption, valueTitle: 'Attributed conversions', panels });
  return { id: 'matured-vs-so-far', title, caption, spec };
}

function moneyChart({ policies, numSegments }: DelayedConversionsConfig, seeds: readonly SeedResult[]): StudyChart {
  const title = 'Where the money goes';
  const caption =
    'Share of spend on the users least and most likely to convert without ads, means over seeds with two standard errors.';
  const ends = [...new Set([0, numSegments - 1])];
  const words = (segment: number) => (segment === 0 ? 'Least intent' : 'Most intent');
  const bars = ends.flatMap((segment) =>
    policies.map((policy) => ({
      title: valuations[policy].title,
      panel: numSegments === 1 ? 'All users' : words(segment),
      ...estimate(flightsOf(seeds, policy).map(({ spendShares }) => spendShares[segment]!)),
    })),
  );
  const colours = { domain: VALUATIONS.map((id) => valuations[id].title), range: COLOURS };
  const head = { title, description: caption, valueTitle: 'Share of spend', format: '.0%' };
  return { id: 'money-by-intent', title, caption, spec: barsByPanel({ ...head, better: 'higher', bars, colours }) };
}

function reliabilityChart(seeds: readonly SeedResult[]): StudyChart {
  const title = 'What predictors say and what happens';
  const caption =
    'Observed against predicted rates in twelve bins of equal counts, mean over seeds; on the dashed line a predictor means what it says. ECE is the mean distance from it; smaller log loss and larger AUC are better.';
  const curves = reliabilityCurves(seeds.map(({ predictors }) => predictors));
  return { id: 'reliability', title, caption, spec: reliability({ title, description: caption, curves }) };
}

/** What attribution hides, in words. */
export function delayVerdict(
  { policies, flightDays }: DelayedConversionsConfig,
  seeds: readonly SeedResult[],
): Verdict {
  const contenders = policies.filter((policy) => valuations[policy].kind === 'baseline');
  const listed = (contenders.length > 0 ? contenders : policies).map((policy) => {
    const flights = flightsOf(seeds, policy);
    return {
      policy,
      title: valuations[policy].title,
      attributed: mean(flights.map(({ attributed }) => attributed)),
      incremental: mean(flights.map(({ incremental }) => incremental)),
      soFar: mean(flights.map(({ attributedSoFar }) => attributedSoFar)),
    };
  });
  const byAttributed = listed.reduce((best, entry) => (entry.attributed > best.attributed ? entry : best));
  const byIncrement = listed.reduce((best, entry) => (entry.incremental > best.incremental ? entry : best));
  const counts = (entry: (typeof listed)[number]) =>
    `${entry.attributed.toFixed(0)} attributed, ${entry.incremental.toFixed(0)} incremental`;
  const same = byAttributed.policy === byIncrement.policy;
  const gap = difference(seeds, byIncrement.policy, byAttributed.policy);
  const details = [
    `${byAttributed.title}: ${counts(byAttributed)} conversions a flight; ads brought ${(100 * (1 - byAttributed.incremental / byAttributed.attributed)).toFixed(0)} % fewer than they are credited with.`,
    ...(same ? [] : [`${byIncrement.title}: ${counts(byIncrement)}; ${gap.words}.`]),
    `At the end of day ${flightDays}, ${(100 * (1 - byAttributed.soFar / byAttributed.attributed)).toFixed(0)} % of the conversions credited to the ads of "${byAttributed.title}" in the end were still to come.`,
  ];
  return { headline: headline(byAttributed.title, byIncrement.title, same, gap.sure), details, caveats: [] };
}

function headline(attributed: string, increment: string, same: boolean, sure: boolean): string {
  if (same) return `Bidding by "${attributed}" has both the most attributed and the most incremental conversions.`;
  if (!sure) {
    return `Bidding by "${attributed}" is credited with most; whether "${increment}" brings more conversions cannot be told from so few seeds.`;
  }
  return `Attribution rewards the wrong bidder: by "${attributed}" most conversions are credited to ads, by "${increment}" most are brought by them.`;
}

/** Mean paired difference of incremental conversions, and whether it is above 0 by two standard errors. */
function difference(seeds: readonly SeedResult[], policy: Valuation, rival: Valuation) {
  const others = flightsOf(seeds, rival);
  const differences = flightsOf(seeds, policy).map(({ incremental }, s) => incremental - others[s]!.incremental);
  const { value, low, high } = estimate(differences);
  const sure = differences.length > 1 && low > 0;
  const words = `${value.toFixed(0)} more incremental ones on the same users (two standard errors: ${low.toFixed(0)} to ${high.toFixed(0)})`;
  return { sure, words };
}
