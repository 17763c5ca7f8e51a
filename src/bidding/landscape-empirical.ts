import { SimError } from '../core/errors.ts';
import type { LandscapeEstimate } from './landscape-estimate.ts';
import { kaplanMeierLandscape } from './landscape-kaplan-meier.ts';
import type { LandscapeObservations } from './landscape-observations.ts';

/**
 * The share of auctions that a bid would have won, where every need is known (full feedback).
 *
 * @throws SimError `DATA_INVALID` without observations or where a need is not known exactly: the share among the known ones
 * would be that of cheap auctions, since losses are missing from it.
 */
export function empiricalLandscape(observations: LandscapeObservations): LandscapeEstimate {
  const { count, lower, upper } = observations;
  for (let i = 0; i < count; i++) {
    if (lower[i] === upper[i]) continue;
    throw new SimError(
      'DATA_INVALID',
      `empirical landscape: expected exact needs only, received one in (${lower[i]}, ${upper[i]}] micros; use Kaplan–Meier or the isotonic estimate for censored feedback`,
    );
  }
  return kaplanMeierLandscape(observations);
}
