import { SimError } from '../core/errors.ts';
import { type LandscapeEstimate, stepEstimate } from './landscape-estimate.ts';
import { type LandscapeObservations, largestInformative } from './landscape-observations.ts';

/**
 * The product-limit estimate of the win probability from exact needs and losses (right-censored at the own bid).
 *
 *     1 − F(b) = Π_{t ≤ b} (1 − d_t / n_t)
 *
 * with d_t the weight of needs of exactly t and n_t that of auctions whose need is known to be at least t. A loss at bid b
 * says that the need is above b, so it counts among those at risk at b. Without losses it is the empirical distribution.
 * Above the largest need seen it stays where it is, below 1 where the largest observation is a loss.
 *
 * @throws SimError `DATA_INVALID` without observations, or where a win's price is unknown: use {@link isotonicLandscape} then.
 *
 * Source: Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452; for bid landscapes Zhang et al. (2016),
 * doi:10.1145/2939672.2939713.
 */
export function kaplanMeierLandscape(observations: LandscapeObservations): LandscapeEstimate {
  const { count, lower, upper, weight } = observations;
  checkKnown(observations);
  // Needs before losses at the same amount.
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => lower[a]! - lower[b]! || Number(lower[a] !== upper[a]) - Number(lower[b] !== upper[b]),
  );
  let atRisk = 0;
  for (let i = 0; i < count; i++) atRisk += weight[i]!;
  const jumps: number[] = [];
  const heights: number[] = [];
  let survival = 1;
  for (let k = 0; k < count; ) {
    const at = lower[order[k]!]!;
    let died = 0;
    let left = 0;
    for (; k < count && lower[order[k]!]! === at; k++) {
      const i = order[k]!;
      left += weight[i]!;
      if (upper[i] === at) died += weight[i]!;
    }
    if (died > 0) {
      // The last one's hazard is 1 exactly, whatever rounding left of the weights.
      survival *= k === count ? 1 - died / left : 1 - Math.min(1, died / atRisk);
      jumps.push(at);
      heights.push(1 - survival);
    }
    atRisk -= left;
  }
  return stepEstimate(Float64Array.from(jumps), Float64Array.from(heights), largestInformative(observations));
}

function checkKnown({ count, lower, upper }: LandscapeObservations): void {
  if (count === 0) {
    throw new SimError('DATA_INVALID', 'Kaplan–Meier landscape: expected one or more observations, received none');
  }
  for (let i = 0; i < count; i++) {
    if (lower[i] === upper[i] || upper[i] === Number.POSITIVE_INFINITY) continue;
    throw new SimError(
      'DATA_INVALID',
      `Kaplan–Meier landscape: expected exact needs and losses, received a need somewhere in (${lower[i]}, ${upper[i]}] micros; use the isotonic estimate for wins of unknown price`,
    );
  }
}
