import type { PaceReading } from './pace-reading.ts';

/** Largest change of the signal an interval, and the errors that call for it. */
const MAX_CORRECTION = 0.025;
const SPEND_ERROR_AT_MAX = 0.25;
const SLOPE_ERROR_AT_MAX = 1.5;
/** Least correction of a slope error. */
const MIN_SLOPE_CORRECTION = 0.01;
/** The spend error's weight: this much per interval until the target is met, at most `MAX_WEIGHT`. */
const WEIGHT_PER_INTERVAL = 0.2;
const MAX_WEIGHT = 0.9;
/** A runaway campaign is stopped for an interval: slope error above this, target met within so many intervals. */
const RUNAWAY_SLOPE_ERROR = 12;
const RUNAWAY_INTERVALS = 3600;
/** Smallest signal that is not a stop. */
const MIN_SIGNAL = 1e-4;

/** Memory of one controller: the signal, and the last one above 0. */
export interface MystiqueState {
  signal: number;
  lastPositive: number;
}

/**
 * One step of Mystique: the pacing signal in [0, 1], which multiplies bids (soft) or is the chance to bid at all (hard),
 * follows the error of cumulative spend and the error of its slope.
 *
 *     e = spent − target,   g = slope of spend − slope of target
 *     signal ← signal − w₁ · sign(e) · c₁(|e|) − w₂ · sign(g) · c₂(|g|)
 *     c₁ = .025 · min(1, |e| / .25),   c₂ = max(.01, .025 · min(1, |g|) / 1.5)
 *     w₁ = min(.9, .2 · τ), w₂ = 1 − w₁ with τ = −intervals · e / g until the target is met; half and half where τ < 0
 *
 * The target may be bent towards hours in which money buys more: `mystique-plan.ts`.
 *
 * Differs from the source: its rule for the end of the day is left out.
 *
 * @param scale Factor on both corrections, for flights of fewer intervals than a day's minutes.
 *
 * Source: Stram, Abboud, Shtoff, Somekh, Raviv & Koren (2024), "Mystique: A Budget Pacing System for Performance
 * Optimization in Online Advertising", WWW, and Yahoo's published simulation, whose constants these are.
 */
export function mystiqueStep(state: MystiqueState, reading: PaceReading, scale = 1): void {
  // A campaign without money keeps its signal for the next day.
  if (reading.spentShare >= 1) return;
  const e = reading.spentShare - reading.targetShare;
  const g = (reading.lastSpentShare - reading.lastTargetShare) * reading.numIntervals;
  const intervals = Math.abs(g) < 1e-9 ? reading.numIntervals + 1 : (-reading.numIntervals * e) / g;
  if (g > RUNAWAY_SLOPE_ERROR && intervals < RUNAWAY_INTERVALS && e > 0) {
    state.signal = 0;
    return;
  }
  const weight = intervals < 0 ? 0.5 : Math.min(MAX_WEIGHT, WEIGHT_PER_INTERVAL * intervals);
  const spendCorrection = MAX_CORRECTION * Math.min(1, Math.abs(e) / SPEND_ERROR_AT_MAX);
  const slopeCorrection = Math.max(
    MIN_SLOPE_CORRECTION,
    (MAX_CORRECTION * Math.min(1, Math.abs(g))) / SLOPE_ERROR_AT_MAX,
  );
  const change = weight * spendCorrection * Math.sign(e) + (1 - weight) * slopeCorrection * Math.sign(g);
  state.signal = Math.min(1, Math.max(MIN_SIGNAL, state.lastPositive - scale * change));
  state.lastPositive = state.signal;
}
