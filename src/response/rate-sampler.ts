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
    let step = 1;
    for (let cell = 0; cell <= CELLS; cell++) {
      const z = (cell / CELLS) * 2 * SCORE_LIMIT - SCORE_LIMIT;
      const quantile = logQuantile(cdf, z, low, step);
      step = cell === 0 ? 0.01 : Math.max(1e-6, 1.1 * (quantile - low));
      low = quantile;
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
 * The logarithm of the mixture's quantile at Φ(z), in [low, 0], to 1e-10: doubling steps up from `low`, then the Illinois
 * form of regula falsi (Dowell and Jarratt 1971) on the logarithm of the probability. Each tail is compared from its own
 * side.
 */
function logQuantile(cdf: MixtureCdf, z: number, low: number, firstStep: number): number {
  const upper = z > 0;
  const logTarget = Math.log(normalCdf(upper ? -z : z));
  // Rises with logX; kept finite where the probability underflows.
  const excess = (logX: number) => {
    const difference = Math.log(Math.max(cdf(logX, upper), 1e-300)) - logTarget;
    return upper ? -difference : difference;
  };
  let left = low;
  let fLeft = excess(left);
  if (fLeft >= 0) return left;
  let step = firstStep;
  let right = Math.min(0, left + step);
  let fRight = excess(right);
  while (right < 0 && fRight < 0) {
    left = right;
    fLeft = fRight;
    step *= 2;
    right = Math.min(0, right + step);
    fRight = excess(right);
  }
  return fRight < 0 ? right : illinois(excess, left, fLeft, right, fRight);
}

/** The root of a rising function between left (f < 0) and right (f ≥ 0), to 1e-10. */
function illinois(f: (x: number) => number, left: number, fLeft: number, right: number, fRight: number): number {
  let [a, fa, b, fb] = [left, fLeft, right, fRight];
  let side = 0;
  for (let i = 0; i < 100 && b - a > 1e-10; i++) {
    const x = (a * fb - b * fa) / (fb - fa);
    const fx = f(x);
    if (Math.abs(fx) < 1e-12) return x;
    if (fx < 0) {
      [a, fa] = [x, fx];
      if (side === -1) fb /= 2;
      side = -1;
    } else {
      [b, fb] = [x, fx];
      if (side === 1) fa /= 2;
      side = 1;
    }
  }
  return 0.5 * (a + b);
}
