/** Which logarithm of a law is asked for: of its density f, its distribution function F, or 1 − F. */
export type LawTerm = 'density' | 'cdf' | 'survival';

/**
 * A two-parameter law of the smallest winning bid. Its parameters θ are a location, the logarithm of an amount, and the
 * logarithm of a spread or shape, so that every pair of numbers is a law and no fit has a bound to mind.
 */
export interface LandscapeLaw {
  readonly title: string;
  /** What the parameters are, in words. */
  readonly parameters: readonly [string, string];
  /**
   * The logarithm of f(x), F(x) or 1 − F(x) and its derivatives by θ₀ and θ₁.
   *
   * @param x Micros, > 0. @param out `[3]`, overwritten.
   */
  term(which: LawTerm, x: number, location: number, logShape: number, out: Float64Array): void;
  /** θ of the law with the given mean and standard deviation of ln x, roughly: where a fit starts. */
  start(logMean: number, logSd: number): readonly [number, number];
  /** The most probable amount, micros; 0 where the density falls from 0 on. */
  mode(location: number, logShape: number): number;
}

/** Writes a term's value and derivatives. */
export function putTerm(out: Float64Array, value: number, d0: number, d1: number): void {
  out[0] = value;
  out[1] = d0;
  out[2] = d1;
}
