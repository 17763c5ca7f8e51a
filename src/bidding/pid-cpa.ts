import { type PidGains, type PidState, pidStep } from './pid.ts';

/**
 * One step of a PID controller on cost per conversion: the error is how far the cost per (predicted) conversion lies under
 * its target, relative to the target; the answer is a factor on the multiplier.
 *
 *     e = 1 − cost / (target · value), within [−1, 1];  factor = exp(PID(e))
 *
 * Where there is a budget too, the caller takes the smaller of this and a pacing multiplier.
 *
 * Source: the CPA PID of rlbidder and of AuctionNet (Su et al. 2024, arXiv:2412.10798); Yang et al. (2019), "Bid Optimization
 * by Multivariable Control in Display Advertising", KDD, doi:10.1145/3292500.3330681, section 4.
 *
 * @param costMicros Spent so far. @param value Conversions so far, realised or predicted.
 * @param limit Largest |log factor|.
 * @returns The factor; that of the step before where nothing was spent.
 */
export function pidCpaFactor(
  state: PidState & { factor: number },
  costMicros: number,
  value: number,
  targetMicros: number,
  gains: PidGains,
  limit: number,
): number {
  if (costMicros > 0) {
    const error = value > 0 ? Math.max(-1, 1 - costMicros / (targetMicros * value)) : -1;
    state.factor = Math.exp(pidStep(state, error, gains, limit));
  }
  return state.factor;
}
