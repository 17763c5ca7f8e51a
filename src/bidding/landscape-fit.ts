import { SimError } from '../core/errors.ts';
import type { LandscapeEstimate } from './landscape-estimate.ts';
import type { LandscapeLaw, LawTerm } from './landscape-law.ts';
import { maximiseNewton } from './landscape-newton.ts';
import { type LandscapeObservations, largestInformative } from './landscape-observations.ts';

/** Independent Gaussians on the two parameters of a law, for days with little data. */
export interface LandscapePrior {
  readonly mean: readonly [number, number];
  readonly sd: readonly [number, number];
}

/** A law fitted to observations. */
export interface LandscapeFit extends LandscapeEstimate {
  readonly law: LandscapeLaw;
  readonly parameters: readonly [number, number];
  /** From the observed information, prior included. */
  readonly standardErrors: readonly [number, number];
  /** Of the observations alone. */
  readonly logLikelihood: number;
  density(bidMicros: number): number;
}

/** How a fit may be helped. */
export interface LandscapeFitOptions {
  /** Makes it a maximum a posteriori fit, which exists for any data. */
  readonly prior?: LandscapePrior;
  /** Where to begin: a fit to nearly the same data saves most of the work. */
  readonly start?: readonly [number, number];
}

/** Spread that a fit begins with where the data have none, log. */
const FIRST_SPREAD = 0.5;

/**
 * Fits a law by maximum likelihood to exact, left-, right- and interval-censored needs:
 *
 *     Σ w [exact] ln f(x) + [lost] ln(1 − F(b)) + [won, price unknown] ln F(b) + [between] ln(F(u) − F(l))
 *
 * by Newton's method with halved steps.
 *
 * @throws SimError `DATA_INVALID` on an exact need of 0, or where the likelihood has no maximum: no observations, only wins,
 * only losses, wins and losses that one bid parts, one distinct need. A prior helps then.
 */
export function fitLandscape(
  law: LandscapeLaw,
  observations: LandscapeObservations,
  options: LandscapeFitOptions = {},
): LandscapeFit {
  const { prior } = options;
  const start = options.start ?? startOf(law, observations, prior);
  const found = maximiseNewton((theta, gradient) => {
    const likelihood = logLikelihood(law, observations, theta[0], theta[1], gradient);
    return prior === undefined ? likelihood : likelihood + addPrior(prior, theta, gradient);
  }, start);
  if (found === null) {
    throw new SimError(
      'DATA_INVALID',
      `${law.title} landscape: the likelihood of ${observations.count} observations has no maximum; expected wins and losses at overlapping bids or two different prices, or pass a prior`,
    );
  }
  const [location, logShape] = found.at;
  const scratch = new Float64Array(3);
  const value = (which: LawTerm, bidMicros: number) => {
    if (!(bidMicros > 0)) return 0;
    law.term(which, bidMicros, location, logShape, scratch);
    return Math.exp(scratch[0]!);
  };
  return {
    law,
    parameters: found.at,
    standardErrors: found.standardErrors,
    logLikelihood: logLikelihood(law, observations, location, logShape, new Float64Array(2)),
    supportMicros: largestInformative(observations),
    cdf: (bidMicros) => value('cdf', bidMicros),
    density: (bidMicros) => value('density', bidMicros),
  };
}

const term = new Float64Array(3);
const other = new Float64Array(3);

/**
 * The log likelihood of the observations and its gradient by the two parameters.
 *
 * @param gradient `[2]`, overwritten.
 * @throws SimError `DATA_INVALID` on an exact need of 0: amounts of a law are positive.
 */
export function logLikelihood(
  law: LandscapeLaw,
  { count, lower, upper, weight }: LandscapeObservations,
  location: number,
  logShape: number,
  gradient: Float64Array,
): number {
  let sum = 0;
  let slope0 = 0;
  let slope1 = 0;
  for (let i = 0; i < count; i++) {
    const w = weight[i]!;
    likelihoodTerm(law, lower[i]!, upper[i]!, location, logShape);
    sum += w * term[0]!;
    slope0 += w * term[1]!;
    slope1 += w * term[2]!;
  }
  gradient[0] = slope0;
  gradient[1] = slope1;
  return sum;
}

/** Writes `term`: the log probability, or density, that a need is where an observation says, and its derivatives. */
function likelihoodTerm(law: LandscapeLaw, low: number, high: number, location: number, logShape: number): void {
  if (low === high) {
    if (low === 0)
      throw new SimError('DATA_INVALID', `${law.title} landscape: expected needs above 0 micros, received 0`);
    law.term('density', low, location, logShape, term);
  } else if (low === 0) {
    // A lost bid of nothing says nothing.
    if (high === Number.POSITIVE_INFINITY) term.fill(0);
    else law.term('cdf', high, location, logShape, term);
  } else {
    law.term('survival', low, location, logShape, term);
    if (high < Number.POSITIVE_INFINITY) between(law, low, high, location, logShape);
  }
}

/** ln(F(u) − F(l)) and its derivatives, from the tail in which the two are apart. `term` holds ln(1 − F(l)). */
function between(law: LandscapeLaw, low: number, high: number, location: number, logShape: number): void {
  const fromAbove = term[0]! < -Math.LN2;
  if (fromAbove) {
    law.term('survival', high, location, logShape, other);
  } else {
    law.term('cdf', high, location, logShape, term);
    law.term('cdf', low, location, logShape, other);
  }
  const ratio = Math.exp(other[0]! - term[0]!);
  term[0] = term[0]! + Math.log1p(-ratio);
  term[1] = (term[1]! - ratio * other[1]!) / (1 - ratio);
  term[2] = (term[2]! - ratio * other[2]!) / (1 - ratio);
}

/** Adds the prior's gradient and returns its log density up to a constant. */
function addPrior({ mean, sd }: LandscapePrior, theta: readonly [number, number], gradient: Float64Array): number {
  const z0 = (theta[0] - mean[0]) / sd[0];
  const z1 = (theta[1] - mean[1]) / sd[1];
  gradient[0] = gradient[0]! - z0 / sd[0];
  gradient[1] = gradient[1]! - z1 / sd[1];
  return -0.5 * (z0 * z0 + z1 * z1);
}

/** From the logarithms of all finite positive ends; the prior's mean where there are none. */
function startOf(
  law: LandscapeLaw,
  { count, lower, upper, weight }: LandscapeObservations,
  prior: LandscapePrior | undefined,
): readonly [number, number] {
  let total = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const end = upper[i]! < Number.POSITIVE_INFINITY ? upper[i]! : lower[i]!;
    if (!(end > 0)) continue;
    const x = Math.log(end);
    total += weight[i]!;
    sum += weight[i]! * x;
    squares += weight[i]! * x * x;
  }
  if (total === 0) return prior?.mean ?? law.start(0, FIRST_SPREAD);
  const mean = sum / total;
  const variance = squares / total - mean * mean;
  return law.start(mean, variance > 1e-12 ? Math.sqrt(variance) : FIRST_SPREAD);
}
