import { checkLength } from '../../core/errors.ts';
import type { Floats } from './floats.ts';
import { logTanhSlope } from './squashed-gaussian.ts';

const HALF_LOG_2PI_E = 0.5 * Math.log(2 * Math.PI * Math.E);

/** Gauss–Hermite rule of nine points for means under N(0, 1): exact for polynomials of degree 17; nodes are mirrored. */
const NODES = [0, 1.0232556637891326, 2.0768479786778302, 3.20542900285647, 4.512745863399783];
const WEIGHTS = [
  0.40634920634920635, 0.2440975028949395, 0.04991640676521788, 0.0027891413212317705, 2.234584400774657e-5,
];

/**
 * Turns log-densities of z into those of u = tanh z: takes Σ_d log(1 − tanh² z_d) off.
 *
 * @param raw `[B, A]` z. @param logProbs `[B]` added to.
 *
 * Source: Haarnoja et al. (2018), arXiv:1812.05905, appendix C, eq. 21.
 */
export function addSquashing(raw: Float32Array, actionDims: number, logProbs: Floats): void {
  checkLength('raw', raw.length, logProbs.length * actionDims);
  for (let i = 0; i < logProbs.length; i++) {
    let sum = 0;
    for (let at = i * actionDims; at < (i + 1) * actionDims; at++) sum += logTanhSlope(raw[at]!);
    logProbs[i]! -= sum;
  }
}

/**
 * Adds the gradient of the entropy bonus −c · mean H of squashed Gaussians, whose log σ every row shares.
 *
 *     H = Σ_d (s_d + ½ log 2πe + E log(1 − tanh² z_d))        z_d = μ_d + exp(s_d) ε_d        ε ~ N(0, 1)
 *     dH/dμ_d = −2 E tanh z_d        dH/ds_d = 1 − 2 E [tanh z_d · exp(s_d) ε_d]
 *
 * The means over ε have no closed form; a quadrature of nine points stands for them, and the gradient is exactly that of the
 * quadrature. Unlike −log p of drawn actions it is free of noise, and its gradient does not vanish on average.
 *
 * @param means `[B, A]` μ. @param logStd `[A]` s. @param coefficient c ≥ 0; 0 only measures.
 * @param dMeans `[B, A]` added to. @param dLogStd `[A]` added to.
 * @returns Mean entropy of u in nats (not multiplied by c); negative where u is held to little of [−1, 1].
 *
 * Source: change of variables as in Haarnoja et al. (2018), arXiv:1812.05905, appendix C; rule: Abramowitz & Stegun (1964), 25.4.46.
 */
export function addSquashedEntropyGradient(
  means: Float32Array,
  logStd: Float32Array,
  coefficient: number,
  dMeans: Float32Array,
  dLogStd: Float32Array,
): number {
  checkLength('dMeans', dMeans.length, means.length);
  checkLength('dLogStd', dLogStd.length, logStd.length);
  const actionDims = logStd.length;
  const batch = means.length / actionDims;
  const scale = coefficient / batch;
  const point = { entropy: 0, byMean: 0, byLogStd: 0 };
  let total = 0;
  for (let at = 0; at < means.length; at++) {
    const d = at % actionDims;
    squashedEntropy(means[at]!, logStd[d]!, point);
    total += point.entropy;
    dMeans[at]! -= scale * point.byMean;
    dLogStd[d]! -= scale * point.byLogStd;
  }
  return total / batch;
}

/** Entropy of one squashed number and its slopes. @param out Overwritten. */
function squashedEntropy(mean: number, logStd: number, out: { entropy: number; byMean: number; byLogStd: number }) {
  const std = Math.exp(logStd);
  out.entropy = logStd + HALF_LOG_2PI_E;
  out.byMean = 0;
  out.byLogStd = 1;
  for (let k = 1 - NODES.length; k < NODES.length; k++) {
    const weight = WEIGHTS[Math.abs(k)]!;
    const shift = std * Math.sign(k) * NODES[Math.abs(k)]!;
    const z = mean + shift;
    const slope = -2 * weight * Math.tanh(z);
    out.entropy += weight * logTanhSlope(z);
    out.byMean += slope;
    out.byLogStd += slope * shift;
  }
}
