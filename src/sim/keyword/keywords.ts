import { SimError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';

/** The keywords of an account; K of them, money in currency units. */
export interface Keywords {
  readonly size: number;
  /** `[K]` searches a day: mean and standard deviation. */
  readonly meanVolume: Float64Array;
  readonly volumeStd: Float64Array;
  /** `[K]` chance that an impression is clicked, that a click converts. */
  readonly ctr: Float64Array;
  readonly cvr: Float64Array;
  /** `[K]` revenue of a conversion: mean and standard deviation. */
  readonly meanRevenue: Float64Array;
  readonly revenueStd: Float64Array;
  /** `[K]` the highest competing bid is |Laplace(location, scale)|. */
  readonly rivalLocation: Float64Array;
  readonly rivalScale: Float64Array;
}

/** Sets of an account's keywords that the source's experiments use; `null` draws each quantity as by default. */
export interface KeywordDensity {
  /** Mean searches a day of every keyword. */
  readonly meanVolume: number;
  /** Conversion rate of every keyword. */
  readonly cvr: number;
}

/**
 * Draws keywords: mean volume 15 · 2^Beta(2, 5) − 1 with a standard deviation of up to half of it, click rate Beta(2, 5),
 * conversion rate Beta(5, 2), mean revenue 1.5 · Beta(2, 5) with a standard deviation Beta(2, 5) of it.
 *
 * The competing bid has its location at Beta(2, 5) currency units and the scale 2 / (25 · Beta(5, 5)): the slope of its
 * distribution at the location is then that of the source's impression curve.
 *
 * @param density Volumes and conversion rates of the source's dense and sparse accounts; null draws them.
 * @throws SimError `CONFIG_INVALID` when there is not at least one keyword.
 *
 * Source: Gomrokchi et al. (2023), "AdCraft: An Advanced Reinforcement Learning Benchmark Environment for Search Engine
 * Marketing Optimization", arXiv:2306.11971, section G and table 1.
 * Differs from the published code: every draw comes from the stream, and what a click costs is at most the bid.
 */
export function drawKeywords(size: number, rng: Rng, density: KeywordDensity | null = null): Keywords {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new SimError('CONFIG_INVALID', `keywords: expected at least one, received ${size}`);
  }
  const column = (draw: (k: number) => number) => Float64Array.from({ length: size }, (_, k) => draw(k));
  const beta = (name: string, a: number, b: number) => {
    const stream = rng.split(name);
    return column(() => betaDraw(a, b, stream));
  };
  const volumeStream = rng.split('volume spread');
  const meanVolume = beta('volume', 2, 5).map((x) =>
    density === null ? Math.floor(15 * 2 ** x - 1) : density.meanVolume,
  );
  const meanRevenue = beta('revenue', 2, 5).map((x) => Math.max(0.01, 1.5 * x));
  return {
    size,
    meanVolume,
    volumeStd: column((k) => volumeStream.next() * 0.5 * (meanVolume[k]! + 1)),
    ctr: beta('ctr', 2, 5),
    cvr: beta('cvr', 5, 2).map((x) => (density === null ? x : density.cvr)),
    meanRevenue,
    revenueStd: beta('revenue spread', 2, 5).map((x, k) => x * meanRevenue[k]!),
    rivalLocation: beta('rival location', 2, 5),
    rivalScale: beta('rival slope', 5, 5).map((x) => 2 / (25 * Math.max(x, 0.01))),
  };
}

/** A beta number of whole parameters: the a-th smallest of a + b − 1 uniforms. */
function betaDraw(a: number, b: number, rng: Rng): number {
  return Float64Array.from({ length: a + b - 1 }, () => rng.double()).sort()[a - 1]!;
}

/** A copy that drift may change. */
export function copyKeywords(from: Keywords): Keywords {
  return {
    ...from,
    meanVolume: from.meanVolume.slice(),
    ctr: from.ctr.slice(),
    cvr: from.cvr.slice(),
  };
}

/** Sets `to`'s volume, click and conversion rates to those of `from`. */
export function resetKeywords(to: Keywords, from: Keywords): void {
  to.meanVolume.set(from.meanVolume);
  to.ctr.set(from.ctr);
  to.cvr.set(from.cvr);
}

/**
 * One day of drift: volumes move by up to ± drift of their first value, click and conversion rates by up to ± drift of their
 * own, uniformly, keyword by keyword; volumes stay ≥ 0, rates within [0, 1].
 */
export function driftKeywords(keywords: Keywords, first: Keywords, drift: number, rng: Rng): void {
  for (let k = 0; k < keywords.size; k++) {
    keywords.meanVolume[k] = Math.max(0, keywords.meanVolume[k]! + rng.uniform(-drift, drift) * first.meanVolume[k]!);
    keywords.ctr[k] = Math.min(1, keywords.ctr[k]! * (1 + rng.uniform(-drift, drift)));
    keywords.cvr[k] = Math.min(1, keywords.cvr[k]! * (1 + rng.uniform(-drift, drift)));
  }
}
