import { normalCdf } from '../core/distributions.ts';
import { type LandscapeLaw, putTerm } from './landscape-law.ts';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** Below this Φ is taken by its asymptote: its own value underflows at −38. */
const FAR = -30;

/** ln x is normal with mean θ₀ and standard deviation exp θ₁. */
export const logNormalLandscape: LandscapeLaw = {
  title: 'Log-normal',
  parameters: ['mean of the logarithm', 'logarithm of the standard deviation of the logarithm'],
  term(which, x, location, logShape, out) {
    const sigma = Math.exp(logShape);
    const z = (Math.log(x) - location) / sigma;
    const logNormal = -0.5 * z * z - HALF_LOG_TWO_PI;
    if (which === 'density') {
      putTerm(out, logNormal - logShape - Math.log(x), z / sigma, z * z - 1);
      return;
    }
    // 1 − Φ(z) = Φ(−z): the same with the sign of z turned.
    const sign = which === 'cdf' ? 1 : -1;
    const tail = logNormalTail(sign * z);
    const slope = sign * Math.exp(logNormal - tail);
    putTerm(out, tail, -slope / sigma, -slope * z);
  },
  start: (logMean, logSd) => [logMean, Math.log(logSd)],
  mode: (location, logShape) => Math.exp(location - Math.exp(2 * logShape)),
};

/** ln Φ(z). */
function logNormalTail(z: number): number {
  if (z > FAR) return Math.log(normalCdf(z));
  return -0.5 * z * z - HALF_LOG_TWO_PI - Math.log(-z) + Math.log1p(-1 / (z * z));
}
