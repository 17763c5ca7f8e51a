import type { LandscapeEstimate } from '../../bidding/landscape-estimate.ts';
import { bestShadedBid } from '../../bidding/shading-search.ts';
import { gammaCdf, logNormalCdf, normalQuantile } from '../../core/distributions.ts';
import type { Rng } from '../../core/rng.ts';
import type { ShadingSegment } from './market.ts';

/** The table of F: ln x from LOW to HIGH. */
const LOW = -9;
const HIGH = 5;
const NUM_POINTS = 2801;
/** Of the table of the best surplus by worth. */
const NUM_WORTHS = 401;
/** Micros that stand for the price level 1 while the table is made: amounts are whole micros. */
const FINE = 1e9;
/** Points of the mean over values. */
const NUM_VALUES = 64;

/**
 * What a segment's prices really are: draws them, and knows by heart what every bid wins and what the best one earns.
 *
 * Everything is relative to the price level, so one table serves all episodes. Prices are whole micros, `max(1, round(level ·
 * x))`, and a bid wins if it is above the price: a tie is a loss.
 */
export class SegmentTruth {
  /** Price level without drift, micros: the median of a log-normal law, the mean of a gamma law. */
  readonly baseMicros: number;
  readonly #segment: ShadingSegment;
  /** `[NUM_POINTS]` F at exp of an even grid. */
  readonly #cdf: Float64Array;
  /** `[NUM_WORTHS]` the best bid and its expected surplus, as shares of the worth, at exp of an even grid of worths. */
  readonly #share: Float64Array;
  readonly #gain: Float64Array;
  /** `[NUM_VALUES]` values of the same probability, micros. */
  readonly #values: Float64Array;

  constructor(segment: ShadingSegment) {
    const { price, meanValueMicros, valueSigma } = segment;
    this.#segment = segment;
    this.baseMicros = price.family === 'log-normal' ? price.medianMicros : price.meanMicros;
    const law = (x: number) =>
      price.family === 'log-normal' ? logNormalCdf(x, 0, price.sigma) : gammaCdf(x, price.shape, 1 / price.shape);
    this.#cdf = Float64Array.from({ length: NUM_POINTS }, (_, i) => law(gridPoint(i, NUM_POINTS)));
    const estimate: LandscapeEstimate = { cdf: (bid) => this.#relativeCdf(bid / FINE), supportMicros: Infinity };
    this.#share = new Float64Array(NUM_WORTHS);
    this.#gain = new Float64Array(NUM_WORTHS);
    for (let i = 0; i < NUM_WORTHS; i++) {
      const worth = gridPoint(i, NUM_WORTHS) * FINE;
      const share = bestShadedBid(worth, estimate) / worth;
      this.#share[i] = share;
      this.#gain[i] = (1 - share) * estimate.cdf(share * worth);
    }
    this.#values = Float64Array.from({ length: NUM_VALUES }, (_, i) => {
      return meanValueMicros * Math.exp(valueSigma * normalQuantile((i + 0.5) / NUM_VALUES) - 0.5 * valueSigma ** 2);
    });
  }

  /** Probability that a bid wins. @param levelMicros Price level of the episode. @param bidMicros Integer micros. */
  winProbability(levelMicros: number, bidMicros: number): number {
    // Whole micros: a bid b beats every price that rounds to b − 1 or less; the least price is 1.
    return bidMicros <= 1 ? 0 : this.#relativeCdf((bidMicros - 0.5) / levelMicros);
  }

  /** The bid of most expected surplus, integer micros. */
  bestBid(levelMicros: number, valueMicros: number): number {
    return Math.floor(valueMicros * interpolate(this.#share, valueMicros / levelMicros));
  }

  /** What the best bid is expected to earn, micros. */
  bestSurplus(levelMicros: number, valueMicros: number): number {
    return valueMicros * interpolate(this.#gain, valueMicros / levelMicros);
  }

  /** Its mean over the segment's values, micros an opportunity. */
  meanBestSurplus(levelMicros: number): number {
    const values = this.#values;
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += this.bestSurplus(levelMicros, values[i]!);
    return sum / values.length;
  }

  /** The one share of value that, bid for every value, is expected to earn most; to a half per cent. */
  bestFactor(levelMicros: number): number {
    let best = 0;
    let most = 0;
    for (let k = 1; k < 200; k++) {
      const factor = k / 200;
      let surplus = 0;
      for (const value of this.#values) {
        const bid = Math.floor(factor * value);
        surplus += (value - bid) * this.winProbability(levelMicros, bid);
      }
      if (surplus > most) {
        most = surplus;
        best = factor;
      }
    }
    return best;
  }

  /** Draws the highest rival bid, integer micros ≥ 1. */
  drawPrice(levelMicros: number, rng: Rng): number {
    const { price } = this.#segment;
    const relative =
      price.family === 'log-normal' ? Math.exp(price.sigma * rng.normal()) : drawGamma(price.shape, rng) / price.shape;
    return Math.max(1, Math.round(levelMicros * relative));
  }

  /** Draws the value of an impression, integer micros ≥ 1. */
  drawValue(rng: Rng): number {
    const { meanValueMicros, valueSigma } = this.#segment;
    return Math.max(1, Math.round(meanValueMicros * Math.exp(valueSigma * rng.normal() - 0.5 * valueSigma ** 2)));
  }

  #relativeCdf(x: number): number {
    return x > 0 ? interpolate(this.#cdf, x) : 0;
  }
}

function gridPoint(i: number, count: number): number {
  return Math.exp(LOW + ((HIGH - LOW) * i) / (count - 1));
}

/** A table over an even grid of ln x, at x > 0; its ends beyond the grid. */
function interpolate(table: Float64Array, x: number): number {
  const last = table.length - 1;
  const at = ((Math.log(x) - LOW) / (HIGH - LOW)) * last;
  if (at <= 0) return table[0]!;
  if (at >= last) return table[last]!;
  const i = Math.floor(at);
  return table[i]! + (table[i + 1]! - table[i]!) * (at - i);
}

/** A gamma variable of scale 1 (Marsaglia & Tsang 2000, doi:10.1145/358407.358414). */
function drawGamma(shape: number, rng: Rng): number {
  if (shape < 1) return drawGamma(shape + 1, rng) * (1 - rng.double()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.double()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
