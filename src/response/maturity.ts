import { SimError } from '../core/errors.ts';
import type { DelayLaw } from './delay.ts';

/**
 * Conversions to expect of clicks when all have come, from those seen so far: soFar · clicks / Σ maturity, which is
 * soFar / F(age) for clicks of one age.
 *
 * Unbiased where the rate does not depend on the clicks' age; and of clicks of many ages it has less variance than the sum of
 * soFar / F(age) over ages, since young clicks weigh little.
 *
 * @param maturedClicks Σ over clicks of the share of their conversions that is expected to be seen by now.
 * @returns null while nothing can have been seen.
 *
 * Source: the maximum likelihood of Poisson counts with exposures F(age); Bühlmann and Straub's "Cape Cod" reserve (1983).
 */
export function correctedConversions(soFar: number, clicks: number, maturedClicks: number): number | null {
  return maturedClicks > 0 ? (soFar * clicks) / maturedClicks : null;
}

/** Weight of what is expected without data, in conversions. */
const PRIOR_WEIGHT = 5;

/**
 * The share of conversions within the window that has come by each age of a click, by a delay law: F(age) / F(window).
 *
 * @returns `[numBins + 1]` at equal steps from 0 to the window, where it is 1.
 * @throws SimError `CONFIG_INVALID` unless the window is positive and finite and some conversions come in it.
 */
export function maturityByLaw(law: DelayLaw, windowDays: number, numBins: number): Float64Array {
  const inWindow = law.cdf(windowDays);
  if (!(windowDays > 0 && Number.isFinite(windowDays) && inWindow > 0)) {
    throw new SimError(
      'CONFIG_INVALID',
      `maturity: expected a window above 0 [days] in which conversions come, received ${windowDays}; widen the window or shorten the delay`,
    );
  }
  return Float64Array.from({ length: numBins + 1 }, (_, k) => law.cdf((k * windowDays) / numBins) / inWindow);
}

/**
 * Estimates, from conversions seen so far, which share of all that come within the window has come by each age of a click.
 *
 * A conversion is only seen if its delay is at most its click's age. Bin by bin, of the conversions whose clicks are old enough
 * to have shown the bin and that came up to its end, the share that came in the bin is counted; products of what remains give
 * the curve. What is expected beforehand counts as five conversions in every bin.
 *
 * @param delays `[n]` days from click to conversion. @param ages `[n]` days from click to now, ≥ delays.
 * @param windowDays Conversions with longer delays are left out.
 * @param prior `[numBins + 1]` the curve expected beforehand, such as {@link maturityByLaw}.
 * @returns `[numBins + 1]` the curve at equal steps from 0 to the window (1), never falling.
 * @throws SimError `SHAPE_MISMATCH` unless there is one age a delay.
 *
 * Source: Lagakos, Barraj and De Gruttola (1988), doi:10.1093/biomet/75.3.515, section 2; the chain ladder of insurers
 * (Mack 1993, doi:10.2143/AST.23.2.2005092) on counts.
 */
export function estimateMaturity(
  delays: ArrayLike<number>,
  ages: ArrayLike<number>,
  windowDays: number,
  prior: Float64Array,
): Float64Array {
  if (delays.length !== ages.length) {
    throw new SimError('SHAPE_MISMATCH', `maturity: expected ${delays.length} ages, received ${ages.length}`);
  }
  const numBins = prior.length - 1;
  const inBin = new Float64Array(numBins);
  const upToBin = new Float64Array(numBins);
  const perDay = numBins / windowDays;
  for (let i = 0; i < delays.length; i++) {
    const bin = Math.floor(delays[i]! * perDay);
    const shown = Math.min(numBins, Math.floor(ages[i]! * perDay));
    if (bin >= shown) continue;
    inBin[bin] = inBin[bin]! + 1;
    for (let k = bin; k < shown; k++) upToBin[k] = upToBin[k]! + 1;
  }
  const curve = new Float64Array(numBins + 1);
  curve[numBins] = 1;
  for (let k = numBins - 1; k > 0; k--) {
    const expected = prior[k + 1]! > 0 ? 1 - prior[k]! / prior[k + 1]! : 0;
    const share = (inBin[k]! + PRIOR_WEIGHT * expected) / (upToBin[k]! + PRIOR_WEIGHT);
    curve[k] = curve[k + 1]! * (1 - share);
  }
  return curve;
}

/** A curve of {@link estimateMaturity} at an age of a click, linear in between; 1 from the window on. */
export function maturityAt(curve: Float64Array, windowDays: number, ageDays: number): number {
  const position = (Math.max(0, ageDays) * (curve.length - 1)) / windowDays;
  const bin = Math.floor(position);
  if (bin >= curve.length - 1) return 1;
  return curve[bin]! + (position - bin) * (curve[bin + 1]! - curve[bin]!);
}
