/** Bounds of the target's slope; 1 is the mean of a day. */
const MIN_SLOPE = 0.1;
const MAX_SLOPE = 12;
/** Most that one day multiplies a slope by. */
const MAX_RAISE = 2;
/** Share of yesterday's slope that is kept. */
const KEPT = 0.5;

/**
 * The target's slope by hour after one more day: more money for hours in which the pacing signal was low, since a low signal
 * means that money buys much there.
 *
 *     s′_h = clip(s_h · min(mean signal / signal_h, 2), .1, 12),   s_h ← ½ s_h + ½ s′_h,   then renormalised to mean 1
 *
 * @param slopes `[H]` slopes of the day that was played, positive.
 * @param signals `[H]` mean pacing signal of each hour, at least 0.
 * @returns `[H]` slopes of the next day, mean 1.
 *
 * Source: Stram et al. (2024), "Mystique: A Budget Pacing System for Performance Optimization in Online Advertising", WWW,
 * section on non-linear target spend, with the constants of Yahoo's published simulation.
 */
export function learnSlopes(slopes: Float64Array, signals: Float64Array): Float64Array {
  const meanSignal = meanOf(signals);
  const next = slopes.map((slope, h) => {
    const raise = signals[h]! > 0 ? Math.min(MAX_RAISE, meanSignal / signals[h]!) : MAX_RAISE;
    const bent = Math.min(MAX_SLOPE, Math.max(MIN_SLOPE, slope * raise));
    return KEPT * slope + (1 - KEPT) * bent;
  });
  const total = meanOf(next);
  return next.map((slope) => slope / total);
}

/** `[H]` slopes of a plan: its share of each hour over an even share. @param planShare `[T + 1]` cumulative, H divides the day. */
export function planSlopes(planShare: Float64Array, numHours: number): Float64Array {
  const starts = hourStarts(planShare.length - 1, numHours);
  return Float64Array.from({ length: numHours }, (_, h) => {
    const share = planShare[starts[h + 1]!]! - planShare[starts[h]!]!;
    return Math.max(MIN_SLOPE, Math.min(MAX_SLOPE, share * numHours));
  });
}

/**
 * A cumulative plan whose hours have the given slopes; within an hour it follows the plan as it was.
 *
 * @param planShare `[T + 1]` from 0 to 1, not falling.
 * @param slopes `[H]`, positive, H at most T.
 * @returns `[T + 1]` from 0 to 1.
 */
export function bentPlan(planShare: Float64Array, slopes: Float64Array): Float64Array {
  const numIntervals = planShare.length - 1;
  const starts = hourStarts(numIntervals, slopes.length);
  const total = slopes.reduce((sum, slope) => sum + slope, 0);
  const bent = new Float64Array(planShare.length);
  for (let h = 0; h < slopes.length; h++) {
    const [from, to] = [starts[h]!, starts[h + 1]!];
    const whole = planShare[to]! - planShare[from]!;
    for (let t = from; t < to; t++) {
      const within = whole > 0 ? (planShare[t + 1]! - planShare[from]!) / whole : (t + 1 - from) / (to - from);
      bent[t + 1] = bent[from]! + (slopes[h]! / total) * within;
    }
  }
  bent[numIntervals] = 1;
  return bent;
}

/** The hour of an interval. */
function hourOf(interval: number, numIntervals: number, numHours: number): number {
  return Math.floor((interval * numHours) / numIntervals);
}

/** `[H + 1]` first interval of each hour. */
function hourStarts(numIntervals: number, numHours: number): number[] {
  return Array.from({ length: numHours + 1 }, (_, h) => Math.ceil((h * numIntervals) / numHours));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean pacing signals of a day by hour. */
export class HourlySignals {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #numIntervals: number;

  constructor(numIntervals: number, numHours: number) {
    this.#sums = new Float64Array(numHours);
    this.#counts = new Float64Array(numHours);
    this.#numIntervals = numIntervals;
  }

  add(interval: number, signal: number): void {
    const hour = hourOf(interval, this.#numIntervals, this.#sums.length);
    this.#sums[hour]! += signal;
    this.#counts[hour]! += 1;
  }

  /** `[H]` means; an hour without a signal (the budget was gone) has that of the hour before it. */
  means(): Float64Array {
    let last = 0;
    return this.#sums.map((sum, h) => {
      if (this.#counts[h]! > 0) last = sum / this.#counts[h]!;
      return last;
    });
  }
}
