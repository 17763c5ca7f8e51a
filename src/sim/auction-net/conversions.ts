import { normalCdf, normalQuantile } from '../../core/distributions.ts';
import type { Rng } from '../../core/rng.ts';

/** Cap on the relative uncertainty of a prediction. */
const MAX_UNCERTAINTY = 0.3;

/**
 * How the predictions of one advertiser become conversions in one period.
 *
 * The realised rate is p · (1 + s · t): s = min(.3, |N(μ, (μ/2)²)|) is the uncertainty of the prediction p, t a standard
 * normal cut to [−2u₁, 2u₂].
 */
export interface ConversionLaw {
  /** μ. */
  readonly uncertainty: number;
  /** Φ(−2u₁) and Φ(2u₂). */
  readonly lowerTail: number;
  readonly upperTail: number;
  /** Realised over predicted rate on average; 1 where the cuts lie evenly. */
  readonly rateFactor: number;
}

/** Draws μ ~ |N(.15, .06²)| and u₁, u₂ ~ U(0, 1) for each advertiser. */
export function drawConversionLaws(numSeats: number, rng: Rng): ConversionLaw[] {
  return Array.from({ length: numSeats }, () =>
    conversionLaw(Math.abs(0.15 + 0.06 * rng.normal()), rng.next(), rng.next()),
  );
}

/** The law of an advertiser. @param uncertainty μ ≥ 0. @param u1 Lower cut over −2, in [0, 1]; `u2` the upper one over 2. */
export function conversionLaw(uncertainty: number, u1: number, u2: number): ConversionLaw {
  const [lowerTail, upperTail] = [normalCdf(-2 * u1), normalCdf(2 * u2)];
  const width = upperTail - lowerTail;
  const density = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  const meanShift = width > 0 ? (density(2 * u1) - density(2 * u2)) / width : 0;
  return { uncertainty, lowerTail, upperTail, rateFactor: 1 + meanUncertainty(uncertainty) * meanShift };
}

/** E[s] by the midpoint rule over quantiles. */
function meanUncertainty(mu: number): number {
  const points = 256;
  let sum = 0;
  for (let i = 0; i < points; i++) sum += uncertaintyAt(mu, (i + 0.5) / points);
  return sum / points;
}

function uncertaintyAt(mu: number, quantile: number): number {
  return Math.min(MAX_UNCERTAINTY, Math.abs(mu * (1 + 0.5 * normalQuantile(quantile))));
}

/**
 * Whether an ad that is seen converts: the same answer for the same luck, opportunity and advertiser, whatever was bid.
 *
 * Its three uniform numbers are hashes of what they belong to, so nothing is stored and no draw shifts another.
 *
 * @param value Predicted rate p.
 * @param luck The period's number. @param opportunity Index in the period. @param seat Index of the advertiser.
 */
export function converts(law: ConversionLaw, value: number, luck: number, opportunity: number, seat: number): boolean {
  const chance = hashUniform(luck, opportunity, seat, 0);
  // No rate is above 1.6 p (s ≤ .3, t ≤ 2): settles all but one in a thousand without a logarithm.
  if (chance >= value * 1.6) return false;
  const s = uncertaintyAt(law.uncertainty, hashUniform(luck, opportunity, seat, 1));
  const share = hashUniform(luck, opportunity, seat, 2);
  const t = normalQuantile(law.lowerTail + share * (law.upperTail - law.lowerTail));
  return chance < Math.min(1, value * (1 + s * (Number.isFinite(t) ? t : 0)));
}

/** Uniform on (0, 1) from four integers (finaliser of MurmurHash3, Appleby 2011, twice over a Weyl mix). */
function hashUniform(luck: number, opportunity: number, seat: number, draw: number): number {
  let h = luck ^ Math.imul(opportunity, 0x9e3779b1);
  h = finalise(h);
  h ^= Math.imul(seat * 3 + draw + 1, 0x85ebca77);
  return ((finalise(h) >>> 0) + 0.5) / 4_294_967_296;
}

function finalise(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
