import { fitLandscape, type LandscapeFit, type LandscapePrior } from './landscape-fit.ts';
import type { LandscapeLaw } from './landscape-law.ts';
import { binnedObservations, type LandscapeObservations, largestInformative } from './landscape-observations.ts';

/** Grid of what fits read: amounts move by two per cent at most. */
export const STEADY_POINTS_PER_E = 25;

/**
 * A fit that days of one-sided outcomes do not break: a wide prior keeps the location within a factor e² or so of the
 * amounts seen and the spread within reason. Starts from the last fit of the same law.
 */
export function steadyFit(law: LandscapeLaw, observations: LandscapeObservations, last?: LandscapeFit): LandscapeFit {
  const binned = binnedObservations(observations, STEADY_POINTS_PER_E);
  const prior: LandscapePrior = { mean: law.start(Math.log(largestInformative(observations) / 3), 0.7), sd: [2, 1] };
  return fitLandscape(law, binned, { prior, ...(last?.law === law ? { start: last.parameters } : {}) });
}
