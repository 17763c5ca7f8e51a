import { checkLength } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import type { Floats } from './floats.ts';

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** Bounds of log σ, which a network's output is squashed to: it can neither collapse nor drown the mean. */
const LOG_STD_MIN = -5;
const LOG_STD_MAX = 2;
const LOG_STD_HALF_RANGE = 0.5 * (LOG_STD_MAX - LOG_STD_MIN);

/**
 * log(1 − tanh² z), without loss of figures where tanh z is close to ±1.
 *
 *     log(1 − tanh² z) = 2 (log 2 − z − log(1 + e^(−2z)))
 */
export function logTanhSlope(z: number): number {
  const size = Math.abs(z);
  return 2 * (Math.LN2 - size - Math.log1p(Math.exp(-2 * size)));
}

/**
 * Draws actions of a squashed Gaussian by reparametrisation.
 *
 *     s_d = s_min + ½ (s_max − s_min) (tanh o_d + 1)        z_d = μ_d + exp(s_d) ε_d        u_d = tanh z_d
 *     log p(u) = Σ_d [ −½ ε_d² − s_d − ½ log 2π − log(1 − tanh² z_d) ]
 *
 * @param outputs `[B, 2A]` of the policy's network: means μ, then o, from which the log standard deviations s come.
 * @param noise `[B, A]` overwritten with the standard normal draws ε.
 * @param actions `[B, A]` overwritten with u in [−1, 1].
 * @param logProbs `[B]` overwritten with the log-densities of u.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Haarnoja et al. (2018), arXiv:1812.05905, appendix C; the range of s as in CleanRL's `sac_continuous_action`.
 */
export function sampleSquashedGaussian(
  outputs: Float32Array,
  actionDims: number,
  rng: Rng,
  noise: Float32Array,
  actions: Float32Array,
  logProbs: Floats,
): void {
  const batch = logProbs.length;
  checkLength('outputs', outputs.length, 2 * batch * actionDims);
  checkLength('noise', noise.length, batch * actionDims);
  checkLength('actions', actions.length, noise.length);
  for (let i = 0; i < batch; i++) {
    let sum = 0;
    for (let d = 0; d < actionDims; d++) {
      const at = i * actionDims + d;
      const mean = 2 * i * actionDims + d;
      noise[at] = rng.normal();
      const epsilon = noise[at]!;
      const logStd = LOG_STD_MIN + LOG_STD_HALF_RANGE * (Math.tanh(outputs[mean + actionDims]!) + 1);
      const z = outputs[mean]! + Math.exp(logStd) * epsilon;
      actions[at] = Math.tanh(z);
      sum -= 0.5 * epsilon * epsilon + logStd + HALF_LOG_2PI + logTanhSlope(z);
    }
    logProbs[i] = sum;
  }
}

/**
 * Carries the gradients by drawn actions and by their log-densities back to the outputs, through the draw itself (ε fixed).
 *
 *     d log p / dμ = 2u                      du / dμ = 1 − u²
 *     d log p / ds = 2u e^s ε − 1            du / ds = (1 − u²) e^s ε            ds / do = ½ (s_max − s_min) (1 − tanh² o)
 *
 * @param outputs `[B, 2A]` and `noise` `[B, A]` as in {@link sampleSquashedGaussian}.
 * @param dActions `[B, A]` dLoss/du.
 * @param dLogProb dLoss/dlog p of every row: α/B in SAC.
 * @param dOutputs `[B, 2A]` overwritten.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Haarnoja et al. (2018), arXiv:1812.05905, eq. 9.
 */
export function squashedGaussianGradient(
  outputs: Float32Array,
  noise: Float32Array,
  actionDims: number,
  dActions: Float32Array,
  dLogProb: number,
  dOutputs: Float32Array,
): void {
  checkLength('outputs', outputs.length, 2 * noise.length);
  checkLength('dActions', dActions.length, noise.length);
  checkLength('dOutputs', dOutputs.length, outputs.length);
  for (let at = 0; at < noise.length; at++) {
    const mean = at + Math.floor(at / actionDims) * actionDims;
    const squashed = Math.tanh(outputs[mean + actionDims]!);
    const spread = Math.exp(LOG_STD_MIN + LOG_STD_HALF_RANGE * (squashed + 1)) * noise[at]!;
    const u = Math.tanh(outputs[mean]! + spread);
    const byMean = dActions[at]! * (1 - u * u) + 2 * dLogProb * u;
    dOutputs[mean] = byMean;
    dOutputs[mean + actionDims] = (byMean * spread - dLogProb) * LOG_STD_HALF_RANGE * (1 - squashed * squashed);
  }
}

/**
 * Carries dLoss/du back through u = tanh z: dL/dz = (1 − u²) dL/du.
 *
 * @param actions u. @param dActions dL/du. @param dOutputs As long, overwritten.
 */
export function tanhGradient(actions: Float32Array, dActions: Float32Array, dOutputs: Float32Array): void {
  checkLength('dActions', dActions.length, actions.length);
  checkLength('dOutputs', dOutputs.length, actions.length);
  for (let i = 0; i < actions.length; i++) dOutputs[i] = dActions[i]! * (1 - actions[i]! * actions[i]!);
}
