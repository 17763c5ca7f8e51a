import type { LandscapeEstimate } from '../../../src/bidding/landscape-estimate.ts';
import { fitLandscape, type LandscapeFit, type LandscapePrior } from '../../../src/bidding/landscape-fit.ts';
import { gammaLandscape } from '../../../src/bidding/landscape-gamma.ts';
import { isotonicLandscape } from '../../../src/bidding/landscape-isotonic.ts';
import { kaplanMeierLandscape } from '../../../src/bidding/landscape-kaplan-meier.ts';
import type { LandscapeLaw } from '../../../src/bidding/landscape-law.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { logNormalLandscape } from '../../../src/bidding/landscape-log-normal.ts';
import {
  addObservations,
  binnedObservations,
  copyObservations,
  type LandscapeObservations,
  largestInformative,
  totalWeight,
} from '../../../src/bidding/landscape-observations.ts';
import type { FeedbackMode } from '../../../src/market/feedback.ts';

/** Grid of what fits read: amounts move by two per cent at most. */
const POINTS_PER_E = 25;

/** Histories as fits read them: made once, since they do not change. */
export function binnedHistory(history: readonly LandscapeObservations[]): readonly LandscapeObservations[] {
  return history.map((observations) => binnedObservations(observations, POINTS_PER_E));
}

/**
 * Isotonic regression where no price is told; Kaplan–Meier where winners' are, and where every price is, which makes it the
 * empirical distribution, besides the losses that stand for a segment without a history.
 */
export function nonParametric(mode: FeedbackMode, observations: LandscapeObservations): LandscapeEstimate {
  return mode === 'censored' ? isotonicLandscape(observations) : kaplanMeierLandscape(observations);
}

/**
 * A fit that days of one-sided outcomes do not break: a wide prior keeps the location within a factor e² or so of the
 * amounts seen and the spread within reason. Starts from the last fit of the same law.
 */
function steadyFit(law: LandscapeLaw, observations: LandscapeObservations, last?: LandscapeFit): LandscapeFit {
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
  const joined = copyObservations(today);
  addObservations(joined, history, historyWeight / totalWeight(history));
  return joined;
}
