import type { LandscapeEstimate } from '../../../src/bidding/landscape-estimate.ts';
import { fitLandscape, type LandscapeFit, type LandscapePrior } from '../../../src/bidding/landscape-fit.ts';
import { gammaLandscape } from '../../../src/bidding/landscape-gamma.ts';
import { isotonicLandscape } from '../../../src/bidding/landscape-isotonic.ts';
import { kaplanMeierLandscape } from '../../../src/bidding/landscape-kaplan-meier.ts';
import type { LandscapeLaw } from '../../../src/bidding/landscape-law.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { logNormalLandscape } from '../../../src/bidding/landscape-log-normal.ts';
import {
  binnedObservations,
  emptyObservations,
  type LandscapeObservations,
  largestInformative,
} from '../../../src/bidding/landscape-observations.ts';
import type { FeedbackMode } from '../../../src/market/feedback.ts';

/** Grid of what fits read: amounts move by two per cent at most. */
const POINTS_PER_E = 25;

/** Histories as fits read them: made once, since they do not change. */
export function binnedHistory(history: readonly LandscapeObservations[]): readonly LandscapeObservations[] {
  return history.map((observations) => binnedObservations(observations, POINTS_PER_E));
}

/** Kaplan–Meier where prices are told at least to winners (with full feedback the empirical distribution), else isotonic. */
export function nonParametric(mode: FeedbackMode, observations: LandscapeObservations): LandscapeEstimate {
  return mode === 'censored' ? isotonicLandscape(observations) : kaplanMeierLandscape(observations);
}

/**
 * A fit that days of one-sided outcomes do not break: a wide prior keeps the location within a factor e² or so of the
 * amounts seen and the spread within reason. Starts from the last fit of the same law.
 */
export function steadyFit(law: LandscapeLaw, observations: LandscapeObservations, last?: LandscapeFit): LandscapeFit {
  const binned = binnedObservations(observations, POINTS_PER_E);
  const prior: LandscapePrior = { mean: law.start(Math.log(largestInformative(observations) / 3), 0.7), sd: [2, 1] };
  return fitLandscape(law, binned, { prior, ...(last?.law === law ? { start: last.parameters } : {}) });
}

/** Log-normal or gamma, whichever is likelier; of the last fit's law where there is one. */
export function likelierFit(observations: LandscapeObservations, last?: LandscapeFit): LandscapeFit {
  if (last !== undefined) return steadyFit(last.law, observations, last);
  const [logNormal, gamma] = [logNormalLandscape, gammaLandscape].map((law) => steadyFit(law, observations));
  return logNormal!.logLikelihood >= gamma!.logLikelihood ? logNormal! : gamma!;
}

/** The win-rate model: logistic in the logarithm of the bid, from wins and losses alone whatever else was told. */
export function winRateFit(outcomes: LandscapeObservations, last?: LandscapeFit): LandscapeFit {
  return steadyFit(logLogisticLandscape, outcomes, last);
}

/** History at a given total weight, then the auctions of the episode at hand. */
export function pooled(
  history: LandscapeObservations,
  historyWeight: number,
  today: LandscapeObservations,
): LandscapeObservations {
  let total = 0;
  for (let i = 0; i < history.count; i++) total += history.weight[i]!;
  const joined = emptyObservations();
  const count = history.count + today.count;
  joined.count = count;
  joined.lower = new Float64Array(count);
  joined.upper = new Float64Array(count);
  joined.weight = new Float64Array(count);
  for (const name of ['lower', 'upper', 'weight'] as const) {
    joined[name].set(history[name].subarray(0, history.count));
    joined[name].set(today[name].subarray(0, today.count), history.count);
  }
  for (let i = 0; i < history.count; i++) joined.weight[i] = (joined.weight[i]! * historyWeight) / total;
  return joined;
}
