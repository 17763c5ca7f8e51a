import { SimError } from '../core/errors.ts';

/**
 * Traffic by hour of the week as a log-linear model:
 *
 *     ln share(d, h) = level_d + Σ_k a_k cos(2πk(h + ½)/24) + b_k sin(2πk(h + ½)/24)
 *
 * with one shape for working days and one for the weekend.
 */
export interface WeeklyTrafficModel {
  /** `[7]` ln of the mean hourly share of each day, Monday first. */
  readonly levels: readonly number[];
  /** `[2·H]` a_1, b_1, a_2, b_2, … of Monday to Friday. */
  readonly weekday: readonly number[];
  /** `[2·H]` the same of Saturday and Sunday. */
  readonly weekend: readonly number[];
}

/** The value of the daily shape's regressor i at an hour: cosine where i is even, sine where odd. */
function hourHarmonic(i: number, hour: number): number {
  const angle = (2 * Math.PI * (Math.floor(i / 2) + 1) * (hour + 0.5)) / 24;
  return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
}

/** The 7 × 24 shares of a model, Monday's midnight first; they sum to 1. */
export function weeklyShares(model: WeeklyTrafficModel): Float64Array {
  const shares = new Float64Array(168);
  for (let d = 0; d < 7; d++) {
    const shape = d < 5 ? model.weekday : model.weekend;
    for (let h = 0; h < 24; h++) {
      let log = model.levels[d]!;
      for (let i = 0; i < shape.length; i++) log += shape[i]! * hourHarmonic(i, h);
      shares[d * 24 + h] = Math.exp(log);
    }
  }
  return normalised(shares);
}

/**
 * Expected shares of a flight's ticks: the curve's hours, cut into ticks of equal length, from a weekday's midnight on.
 *
 * @param hourly `[168]` traffic of each hour of the week, Monday first, any positive total.
 * @param startWeekday 0 is Monday.
 * @returns `[days · ticksPerDay]`, in days: an average day of the week sums to 1.
 */
export function tickShares(
  hourly: ArrayLike<number>,
  startWeekday: number,
  days: number,
  ticksPerDay: number,
): Float64Array {
  let total = 0;
  for (let i = 0; i < 168; i++) total += hourly[i]!;
  const shares = new Float64Array(days * ticksPerDay);
  for (let t = 0; t < shares.length; t++) {
    const from = (startWeekday + t / ticksPerDay) * 24;
    shares[t] = (massBetween(hourly, from, from + 24 / ticksPerDay) * 7) / total;
  }
  return shares;
}

/** Traffic from one moment to another, hours since Monday's midnight; the week repeats. */
function massBetween(hourly: ArrayLike<number>, from: number, to: number): number {
  let mass = 0;
  for (let hour = Math.floor(from); hour < to; hour++) {
    const covered = Math.min(to, hour + 1) - Math.max(from, hour);
    mass += Math.max(0, covered) * hourly[hour % 168]!;
  }
  return mass;
}

/**
 * Fits the model to shares by least squares on the logarithms, hour by hour with equal weight.
 *
 * Levels and the two shapes are orthogonal on whole days, so each coefficient is a plain projection.
 *
 * @param shares `[168]`, Monday's midnight first, all positive.
 * @param harmonics H, number of daily harmonics, 1 to 11.
 * @throws SimError `DATA_INVALID` on another number of shares or one that is not positive.
 */
export function fitWeeklyTraffic(shares: ArrayLike<number>, harmonics: number): WeeklyTrafficModel {
  if (shares.length !== 168 || Array.from(shares).some((share) => !(share > 0))) {
    throw new SimError(
      'DATA_INVALID',
      `weekly traffic: expected 168 positive shares, received ${shares.length}; fill the hours that are missing`,
    );
  }
  const levels = Array.from({ length: 7 }, (_, d) => {
    let sum = 0;
    for (let h = 0; h < 24; h++) sum += Math.log(shares[d * 24 + h]!);
    return sum / 24;
  });
  const shapeOf = (days: readonly number[]) =>
    Array.from({ length: 2 * harmonics }, (_, i) => {
      let sum = 0;
      for (const d of days) for (let h = 0; h < 24; h++) sum += Math.log(shares[d * 24 + h]!) * hourHarmonic(i, h);
      return sum / (12 * days.length);
    });
  return { levels, weekday: shapeOf([0, 1, 2, 3, 4]), weekend: shapeOf([5, 6]) };
}

function normalised(shares: Float64Array): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
