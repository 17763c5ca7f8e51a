import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';

/**
 * REINFORCE loss, and its gradient by the log-probabilities.
 *
 *     L = −(1/B) Σ A_i log p(a_i | s_i)        dL/dlog p_i = −A_i / B
 *
 * @param logProbs `[B]` of the actions taken.
 * @param advantages `[B]` return minus baseline; constants.
 * @param dLogProbs `[B]` overwritten.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Williams (1992), doi:10.1007/BF00992696, eq. 11; Sutton & Barto (2018), section 13.4.
 */
export function policyGradientLoss(logProbs: Floats, advantages: Floats, dLogProbs: Floats): number {
  const batch = logProbs.length;
  checkLength('advantages', advantages.length, batch);
  checkLength('dLogProbs', dLogProbs.length, batch);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    loss -= advantages[i]! * logProbs[i]!;
    dLogProbs[i] = -advantages[i]! / batch;
  }
  return loss / batch;
}
