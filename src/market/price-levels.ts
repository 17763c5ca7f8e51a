import { gammaCdf, logNormalCdf, normalQuantile } from '../core/distributions.ts';
import { SimError } from '../core/errors.ts';
import type { PriceConfig } from './price-config.ts';

/** A price distribution on equally spaced integer prices. */
export interface PriceLevels {
  /** Price of level 0, integer micros. */
  readonly lowestMicros: number;
  /** Distance of two neighbouring levels, integer micros. */
  readonly stepMicros: number;
  /** `[L]` Probability of each level; the sum is 1 up to rounding. */
  readonly probabilities: Float64Array;
}

/** More levels than this would cost memory without a gain in precision. */
const MAX_LEVELS = 1_000_000;

/**
 * The exact distribution of a configured price, rounded to multiples of the quantum.
 *
 * A smooth component gives level k the probability F(k + ½) − F(k − ½), in steps; the part outside [lowest, highest] is
 * cut off and the rest scaled up. A point mass goes to the nearest level.
 *
 * @param unitMicros Micros in one price unit of the configuration.
 * @param quantumMicros Prices are multiples of this, positive integer micros.
 * @throws SimError `CONFIG_INVALID` where the range needs more than a million levels or no probability is left in it.
 */
export function priceLevels(price: PriceConfig, unitMicros: number, quantumMicros: number): PriceLevels {
  if (price.kind === 'histogram') {
    const stepMicros = Math.round(price.binWidth * unitMicros);
    if (stepMicros < 1) throw new SimError('CONFIG_INVALID', 'market.price.binWidth: expected at least one micro');
    const lowestMicros = Math.round(price.lowest * unitMicros);
    return { lowestMicros, stepMicros, probabilities: normalised(Float64Array.from(price.weights)) };
  }
  const first = Math.ceil((price.lowest * unitMicros) / quantumMicros - 1e-9);
  const last = Math.floor((price.highest * unitMicros) / quantumMicros + 1e-9);
  if (last - first >= MAX_LEVELS || last < first) {
    throw new SimError(
      'CONFIG_INVALID',
      `market.price: expected 1 to ${MAX_LEVELS} price levels from lowest to highest, received ${last - first + 1}; ` +
        'change price.lowest, price.highest or auction.bidQuantumMicros',
    );
  }
  const probabilities = new Float64Array(last - first + 1);
  const levelUnits = quantumMicros / unitMicros;
  const pointWeight = price.points.reduce((sum, point) => sum + point.weight, 0);
  const total = price.components.reduce((sum, component) => sum + component.weight, pointWeight);
  for (const component of price.components) addComponent(component, first, levelUnits, total, probabilities);
  for (const point of price.points) {
    const level = Math.round(point.price / levelUnits) - first;
    if (level < 0 || level >= probabilities.length) {
      throw new SimError(
        'CONFIG_INVALID',
        `market.price.points: expected prices from ${price.lowest} to ${price.highest}, received ${point.price}`,
      );
    }
    probabilities[level] = probabilities[level]! + point.weight / total;
  }
  return { lowestMicros: first * quantumMicros, stepMicros: quantumMicros, probabilities: normalised(probabilities) };
}

type Component = Extract<PriceConfig, { kind: 'mixture' }>['components'][number];

/** Adds the component, cut to the range of the levels and scaled to its share. */
function addComponent(
  component: Component,
  first: number,
  levelUnits: number,
  total: number,
  probabilities: Float64Array,
): void {
  const cdf = componentCdf(component);
  const n = probabilities.length;
  const low = cdf((first - 0.5) * levelUnits);
  const inside = cdf((first + n - 0.5) * levelUnits) - low;
  if (!(inside > 1e-12)) {
    throw new SimError(
      'CONFIG_INVALID',
      `market.price.components: a ${component.family} component has no probability between price.lowest and price.highest`,
    );
  }
  const scale = component.weight / (total * inside);
  let before = low;
  for (let k = 0; k < n; k++) {
    const upTo = cdf((first + k + 0.5) * levelUnits);
    probabilities[k] = probabilities[k]! + scale * (upTo - before);
    before = upTo;
  }
}

function componentCdf(component: Component): (x: number) => number {
  if (component.family === 'gamma') {
    const scale = component.mean / component.shape;
    return (x) => gammaCdf(x, component.shape, scale);
  }
  const logMedian = Math.log(component.median);
  return (x) => logNormalCdf(x, logMedian, component.sigma);
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Normal scores beyond ±8 have probability 1e-15. */
const SCORE_LIMIT = 8;
const GUIDE_CELLS = 4096;

/** Turns normal scores into price levels by the inverse distribution function, exactly. */
export class PriceSampler {
  /** `[L]` Largest score of each level. */
  readonly #thresholds: Float64Array;
  /** `[cells + 1]` Level at the left end of each cell of the score axis. */
  readonly #guide: Int32Array;
  readonly #levels: PriceLevels;

  constructor(levels: PriceLevels) {
    const n = levels.probabilities.length;
    this.#levels = levels;
    this.#thresholds = new Float64Array(n);
    let cumulative = 0;
    for (let k = 0; k < n; k++) {
      cumulative += levels.probabilities[k]!;
      this.#thresholds[k] = normalQuantile(cumulative);
    }
    for (let k = n - 1; k >= 0; k--) {
      this.#thresholds[k] = Number.POSITIVE_INFINITY;
      if (levels.probabilities[k]! > 0) break;
    }
    this.#guide = new Int32Array(GUIDE_CELLS + 1);
    let level = 0;
    for (let cell = 0; cell <= GUIDE_CELLS; cell++) {
      const score = (cell / GUIDE_CELLS) * 2 * SCORE_LIMIT - SCORE_LIMIT;
      while (score > this.#thresholds[level]!) level++;
      this.#guide[cell] = level;
    }
  }

  /** The price in integer micros whose rank in the distribution is that of the standard normal score `z`. */
  priceMicros(z: number): number {
    const clipped = z < -SCORE_LIMIT ? -SCORE_LIMIT : z > SCORE_LIMIT ? SCORE_LIMIT : z;
    const cell = Math.floor(((clipped + SCORE_LIMIT) * GUIDE_CELLS) / (2 * SCORE_LIMIT));
    let low = this.#guide[cell]!;
    let high = this.#guide[cell < GUIDE_CELLS ? cell + 1 : cell]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (clipped > this.#thresholds[middle]!) low = middle + 1;
      else high = middle;
    }
    return this.#levels.lowestMicros + low * this.#levels.stepMicros;
  }
}
