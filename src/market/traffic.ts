import type { Rng } from '../core/rng.ts';

/**
 * Traffic of each hour of a day against an average hour: a quiet night, a rise through the morning, a plateau with a
 * lunch-time bump, and the peak of the evening at nine.
 */
export const DEFAULT_HOURLY_TRAFFIC: readonly number[] = [
  0.62, 0.42, 0.3, 0.24, 0.22, 0.27, 0.44, 0.68, 0.9, 1.06, 1.14, 1.2, 1.28, 1.22, 1.14, 1.12, 1.14, 1.18, 1.24, 1.36,
  1.5, 1.56, 1.32, 0.93,
];

const SECONDS_PER_HOUR = 3600;

/** Seconds in a simulated day. */
export const SECONDS_PER_DAY = 86_400;

/**
 * Arrival times of one day's opportunities: independent draws from the hourly curve, in order.
 *
 * Normalised sums of exponential gaps are the order statistics of uniform draws (Devroye 1986, chapter V.3), so nothing is
 * sorted; each is then sent through the inverse of the piecewise linear cumulative curve.
 *
 * @param hourlyWeights `[24]` Relative traffic of each hour, not negative, with a positive sum.
 * @param out Seconds written to `out[offset] … out[offset + count − 1]`, never decreasing.
 * @param dayStartSeconds Midnight of the day.
 */
export function arrivalTimes(
  hourlyWeights: readonly number[],
  rng: Rng,
  dayStartSeconds: number,
  out: Float64Array,
  offset: number,
  count: number,
): void {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum -= Math.log(1 - rng.next());
    out[offset + i] = sum;
  }
  sum -= Math.log(1 - rng.next());
  const total = hourlyWeights.reduce((a, b) => a + b, 0);
  const scale = total / sum;
  let hour = 0;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const mass = out[offset + i]! * scale;
    while (hour < hourlyWeights.length - 1 && mass >= before + hourlyWeights[hour]!) {
      before += hourlyWeights[hour]!;
      hour++;
    }
    const weight = hourlyWeights[hour]!;
    const within = weight > 0 ? Math.min((mass - before) / weight, 1) : 0;
    out[offset + i] = dayStartSeconds + (hour + within) * SECONDS_PER_HOUR;
  }
}
