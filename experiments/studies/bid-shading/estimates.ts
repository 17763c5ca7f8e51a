import type { LandscapeEstimate } from '../../../src/bidding/landscape-estimate.ts';
import type { LandscapeFit } from '../../../src/bidding/landscape-fit.ts';
import { gammaLandscape } from '../../../src/bidding/landscape-gamma.ts';
import { isotonicLandscape } from '../../../src/bidding/landscape-isotonic.ts';
import { kaplanMeierLandscape } from '../../../src/bidding/landscape-kaplan-meier.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { logNormalLandscape } from '../../../src/bidding/landscape-log-normal.ts';
import {
  addObservations,
  binnedObservations,
  copyObservations,
  type LandscapeObservations,
  totalWeight,
} from '../../../src/bidding/landscape-observations.ts';
import { STEADY_POINTS_PER_E, steadyFit } from '../../../src/bidding/landscape-steady.ts';
import type { FeedbackMode } from '../../../src/market/feedback.ts';

/** Histories as fits read them: made once, since they do not change. */
export function binnedHistory(history: readonly LandscapeObservations[]): readonly LandscapeObservations[] {
  return history.map((observations) => binnedObservations(observations, STEADY_POINTS_PER_E));
}

/**
 * Isotonic regression where no price is told; Kaplan–Meier where winners' are, and where every price is, which makes it the
 * empirical distribution, besides the losses that stand for a segment without a history.
 */
export function nonParametric(mode: FeedbackMode, observations: LandscapeObservations): LandscapeEstimate {
  return mode === 'censored' ? isotonicLandscape(observations) : kaplanMeierLandscape(observations);
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
