import { logGamma } from '../core/distributions.ts';
import { type LandscapeLaw, putTerm } from './landscape-law.ts';

/** x is gamma distributed with mean exp θ₀ and shape exp θ₁; mean and shape are orthogonal, which Newton's method likes. */
export const gammaLandscape: LandscapeLaw = {
  title: 'Gamma',
  parameters: ['logarithm of the mean', 'logarithm of the shape'],
  term(which, x, location, logShape, out) {
    const shape = Math.exp(logShape);
    const y = x * Math.exp(logShape - location);
    const psi = digamma(shape);
    const front = shape * Math.log(y) - y - logGamma(shape);
    if (which === 'density') {
      putTerm(out, front - Math.log(x), y - shape, shape * (Math.log(y) + 1 - psi) - y);
      return;
    }
    logIncompleteGamma(shape, y, front, psi, tails);
    const [tail, byShape, sign] =
      which === 'cdf' ? [tails.logLower, tails.shapeLower, 1] : [tails.logUpper, tails.shapeUpper, -1];
    // y times the derivative of the logarithm by y: y^k e^{−y} / Γ(k) over F, or its negative over 1 − F.
    const byLogY = sign * Math.exp(front - tail);
    putTerm(out, tail, -byLogY, shape * byShape + byLogY);
  },
  start: (logMean, logSd) => [logMean + 0.5 * logSd * logSd, -2 * Math.log(logSd)],
  mode(location, logShape) {
    const shape = Math.exp(logShape);
    return shape <= 1 ? 0 : Math.exp(location) * (1 - 1 / shape);
  },
};

const tails = { logLower: 0, logUpper: 0, shapeLower: 0, shapeUpper: 0 };
const CLOSE = 1e-16;
const MAX_TERMS = 10_000;

/**
 * ln P(a, y), ln Q(a, y) and their derivatives by a: series for y < a + 1, Lentz's continued fraction above, each
 * differentiated term by term (Press et al., Numerical Recipes, section 6.2).
 *
 * @param front a ln y − y − ln Γ(a). @param psi ψ(a).
 */
function logIncompleteGamma(a: number, y: number, front: number, psi: number, out: typeof tails): void {
  const logFront = Math.log(y) - psi;
  if (y < a + 1) {
    const { sum, slope } = series(a, y);
    out.logLower = front + Math.log(sum);
    out.shapeLower = logFront + slope / sum;
    const odds = Math.exp(out.logLower);
    out.logUpper = Math.log1p(-odds);
    out.shapeUpper = (-odds * out.shapeLower) / (1 - odds);
  } else {
    const { sum, slope } = fraction(a, y);
    out.logUpper = front + Math.log(sum);
    out.shapeUpper = logFront + slope / sum;
    const odds = Math.exp(out.logUpper);
    out.logLower = Math.log1p(-odds);
    out.shapeLower = (-odds * out.shapeUpper) / (1 - odds);
  }
}

const dual = { sum: 0, slope: 0 };

/** Σ yⁿ / (a (a+1) … (a+n)) and its derivative by a. */
function series(a: number, y: number): typeof dual {
  let term = 1 / a;
  let reciprocals = 1 / a;
  dual.sum = term;
  dual.slope = -term * reciprocals;
  for (let n = 1; n < MAX_TERMS && term > dual.sum * CLOSE; n++) {
    term *= y / (a + n);
    reciprocals += 1 / (a + n);
    dual.sum += term;
    dual.slope -= term * reciprocals;
  }
  return dual;
}

/** The continued fraction of Q over its front, and its derivative by a. */
function fraction(a: number, y: number): typeof dual {
  let b = y + 1 - a;
  let c = 1e300;
  let cSlope = 0;
  let d = 1 / b;
  let dSlope = d * d;
  dual.sum = d;
  dual.slope = dSlope;
  for (let n = 1; n < MAX_TERMS; n++) {
    const an = -n * (n - a);
    b += 2;
    // The slope of an is n, that of b is −1.
    const denominatorSlope = n * d + an * dSlope - 1;
    d = 1 / (an * d + b);
    dSlope = -d * d * denominatorSlope;
    const numeratorSlope = n / c - (an * cSlope) / (c * c) - 1;
    c = b + an / c;
    cSlope = numeratorSlope;
    const factor = d * c;
    const factorSlope = dSlope * c + d * cSlope;
    dual.slope = dual.slope * factor + dual.sum * factorSlope;
    dual.sum *= factor;
    if (Math.abs(factor - 1) < CLOSE && Math.abs(factorSlope) < CLOSE) break;
    if (Math.abs(factor - 1) < 1e-15 && Math.abs(factorSlope * dual.sum) < 1e-15 * Math.abs(dual.slope)) break;
  }
  return dual;
}

/** ψ(x) = d ln Γ(x) / dx for x > 0: recurrence up to 8, then the asymptotic series. */
function digamma(x: number): number {
  let sum = 0;
  let at = x;
  while (at < 8) {
    sum -= 1 / at;
    at++;
  }
  const inverse = 1 / at;
  const square = inverse * inverse;
  return (
    sum +
    Math.log(at) -
    0.5 * inverse -
    square *
      (1 / 12 -
        square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - square * (691 / 32_760))))))
  );
}
