import { type LandscapeLaw, putTerm } from './landscape-law.ts';

/**
 * ln x is logistic with mean θ₀ and scale exp θ₁: the win rate of a bid b is
 *
 *     F(b) = 1 / (1 + exp(−(ln b − θ₀) / s)) = b^{1/s} / (b^{1/s} + c)
 *
 * a logistic regression on ln b, hence 0 at b = 0, and its surplus (v − b) · F(b) has one maximum.
 *
 * Source: Pan et al. (2020), "Bid Shading by Win-Rate Estimation and Surplus Maximization", arXiv:2009.09259.
 */
export const logLogisticLandscape: LandscapeLaw = {
  title: 'Log-logistic',
  parameters: ['logarithm of the median', 'logarithm of the scale of the logarithm'],
  term(which, x, location, logShape, out) {
    const scale = Math.exp(logShape);
    const z = (Math.log(x) - location) / scale;
    const below = -log1pExp(-z);
    const above = -log1pExp(z);
    const win = Math.exp(below);
    const loss = Math.exp(above);
    if (which === 'cdf') putTerm(out, below, -loss / scale, -loss * z);
    else if (which === 'survival') putTerm(out, above, win / scale, win * z);
    else putTerm(out, below + above - logShape - Math.log(x), (win - loss) / scale, -1 + z * (win - loss));
  },
  // A logistic variable's standard deviation is π / √3 scales.
  start: (logMean, logSd) => [logMean, Math.log((logSd * Math.sqrt(3)) / Math.PI)],
  mode(location, logShape) {
    const power = Math.exp(-logShape);
    return power <= 1 ? 0 : Math.exp(location) * ((power - 1) / (power + 1)) ** (1 / power);
  },
};

/** ln(1 + e^x), without overflow. */
function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
