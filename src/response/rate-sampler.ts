import { betaCdf, normalCdf } from '../core/distributions.ts';
import type { RateConfig } from './rate-config.ts';

/** Normal scores beyond ±8 have probability 1e-15. */
const SCORE_LIMIT = 8;
const CELLS = 2048;
/** ln of the smallest probability that is told apart from 0. */
const LOG_SMALLEST = -60;

/**
 * Turns normal scores into response probabilities by the inverse distribution function of a mixture on (0, 1].
 *
 * The logarithm of the quantile is tabulated over the score and interpolated linearly: exact for a log-normal, about
 * 1e-5 relative for other mixtures. What a component has above 1 is cut off.
 */
export class RateSampler {
  /** `[CELLS + 2]` */
  readonly #logQuantiles: Float64Array;

  constructor(rate: RateConfig) {
    const cdf = mixtureCdf(rate);
    this.#logQuantiles = new Float64Array(CELLS + 2);
    let low = LOG_SMALLEST;
    for (let cell = 0; cell <= CELLS; cell++) {
      const z = (cell / CELLS) * 2 * SCORE_LIMIT - SCORE_LIMIT;
      low = logQuantile(cdf, z, low);
      this.#logQuantiles[cell] = low;
    }
    this.#logQuantiles[CELLS + 1] = low;
  }

  /** The probability whose rank in the distribution is that of the standard normal score `z`. */
  rate(z: number): number {
    const clipped = z < -SCORE_LIMIT ? -SCORE_LIMIT : z > SCORE_LIMIT ? SCORE_LIMIT : z;
    const position = ((clipped + SCORE_LIMIT) * CELLS) / (2 * SCORE_LIMIT);
    const cell = Math.floor(position);
    const left = this.#logQuantiles[cell]!;
    const rate = Math.exp(left + (position - cell) * (this.#logQuantiles[cell + 1]! - left));
    return rate > 1 ? 1 : rate;
  }
}

/** Distribution function of the mixture at exp(logX), and its complement where that is the exact one. */
type MixtureCdf = (logX: number, upper: boolean) => number;

function mixtureCdf(rate: RateConfig): MixtureCdf {
  const total = rate.reduce((sum, component) => sum + component.weight, 0);
  const parts = rate.map((component) => {
    const share = component.weight / total;
    if (component.family === 'beta') {
      const a = component.mean * component.concentration;
      const b = component.concentration - a;
      return (logX: number, upper: boolean) =>
        share * (upper ? betaCdf(-Math.expm1(logX), b, a) : betaCdf(Math.exp(logX), a, b));
    }
    const logMedian = Math.log(component.mean) - component.sigma ** 2 / 2;
    const above = normalCdf(logMedian / component.sigma);
    const inside = 1 - above;
    return (logX: number, upper: boolean) => {
      const z = (logX - logMedian) / component.sigma;
      return (share * (upper ? normalCdf(-z) - above : normalCdf(z))) / inside;
    };
  });
  return (logX, upper) => parts.reduce((sum, part) => sum + part(logX, upper), 0);
}

/**
 * The logarithm of the mixture's quantile at Φ(z), in [low, 0], to 1e-10: doubling steps up from `low`, then bisection.
 * Each tail is compared from its own side.
 */
function logQuantile(cdf: MixtureCdf, z: number, low: number): number {
  const upper = z > 0;
  const target = normalCdf(upper ? -z : z);
  const isBelow = (logX: number) => (upper ? cdf(logX, true) > target : cdf(logX, false) < target);
  let left = low;
  let step = 0.01;
  let right = Math.min(0, low + step);
  while (right < 0 && isBelow(right)) {
    left = right;
    step *= 2;
    right = Math.min(0, right + step);
  }
  while (right - left > 1e-10) {
    const middle = 0.5 * (left + right);
    if (isBelow(middle)) left = middle;
    else right = middle;
  }
  return 0.5 * (left + right);
}
