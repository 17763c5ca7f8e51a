import { SimError } from '../core/errors.ts';
import type { Tape } from '../data/tape.ts';
import type { Replay } from './replay.ts';

const SECONDS_PER_DAY = 86_400;

/** T consecutive steps of a replay that one budget covers: usually a day. */
export interface FlightWindow {
  /** Words for reports: "day 3". */
  readonly label: string;
  readonly firstStep: number;
  /** T */
  readonly numSteps: number;
  /** `[T + 1]` the least that a win can cost from a step to the end of the flight; Infinity after the last. */
  readonly minCostFromMicros: Float64Array;
  /** Opportunities in the window. */
  readonly numAuctions: number;
}

/** A cut of a tape into flights of equally many steps. */
export interface FlightCut {
  /** `[S + 1]` for {@link Replay}. */
  readonly stepOffsets: Int32Array;
  readonly labels: readonly string[];
  /** T, steps per flight. */
  readonly numSteps: number;
}

/**
 * One flight a day, T equal time slices each. Days without opportunities are left out.
 *
 * @throws SimError `DATA_INVALID` when the tape has no clock.
 */
export function cutByDay(tape: Tape, numSteps: number): FlightCut {
  if (tape.meta.clock !== 'seconds') {
    throw new SimError('DATA_INVALID', `tape '${tape.meta.name}' has no clock: cut it by records (horizon) instead`);
  }
  const labels: string[] = [];
  const offsets: number[] = [0];
  const sliceSeconds = SECONDS_PER_DAY / numSteps;
  let i = 0;
  while (i < tape.length) {
    const day = Math.floor(tape.timeSeconds[i]! / SECONDS_PER_DAY);
    labels.push(`day ${day + 1}`);
    for (let step = 1; step <= numSteps; step++) {
      const end = step === numSteps ? (day + 1) * SECONDS_PER_DAY : day * SECONDS_PER_DAY + step * sliceSeconds;
      while (i < tape.length && tape.timeSeconds[i]! < end) i++;
      offsets.push(i);
    }
  }
  return { stepOffsets: Int32Array.from(offsets), labels, numSteps };
}

/**
 * One flight per `horizon` records in log order, cut into T nearly equal steps; the last flight may be shorter.
 *
 * @param from First record. @param to One past the last.
 */
export function cutByRecords(tape: Tape, horizon: number, numSteps: number, from = 0, to = tape.length): FlightCut {
  const labels: string[] = [];
  const offsets: number[] = [from];
  for (let start = from; start < to; start += horizon) {
    labels.push(`records ${start + 1}–${Math.min(start + horizon, to)}`);
    for (let step = 1; step <= numSteps; step++) {
      offsets.push(Math.min(to, start + Math.round((step * horizon) / numSteps)));
    }
  }
  return { stepOffsets: Int32Array.from(offsets), labels, numSteps };
}

/** The windows of a replay that was built on the cut's offsets. */
export function flightWindows(replay: Replay, cut: FlightCut): FlightWindow[] {
  return cut.labels.map((label, d) => {
    const firstStep = d * cut.numSteps;
    const minCostFromMicros = new Float64Array(cut.numSteps + 1).fill(Number.POSITIVE_INFINITY);
    for (let t = cut.numSteps - 1; t >= 0; t--) {
      minCostFromMicros[t] = Math.min(minCostFromMicros[t + 1]!, replay.stepMinCostMicros[firstStep + t]!);
    }
    const numAuctions = replay.stepOffsets[firstStep + cut.numSteps]! - replay.stepOffsets[firstStep]!;
    return { label, firstStep, numSteps: cut.numSteps, minCostFromMicros, numAuctions };
  });
}

/** What a planner expects of a flight: traffic by step and the price of buying everything, averaged over past windows. */
export interface TrafficPlan {
  /** `[T]` expected auctions by step. */
  readonly expectedAuctions: Float64Array;
  /** `[T + 1]` expected auctions from a step to the end. */
  readonly expectedAuctionsFrom: Float64Array;
  /** Mean price of buying every winnable opportunity of a flight at market prices, micros (not rounded). */
  readonly fullCostMicros: number;
}

/** Averages past windows into a plan. @throws SimError `DATA_INVALID` without windows. */
export function trafficPlan(replay: Replay, windows: readonly FlightWindow[]): TrafficPlan {
  const numSteps = windows[0]?.numSteps;
  if (numSteps === undefined) throw new SimError('DATA_INVALID', 'traffic plan: expected at least one past flight');
  const expectedAuctions = new Float64Array(numSteps);
  let fullCost = 0;
  for (const window of windows) {
    for (let t = 0; t < numSteps; t++) {
      expectedAuctions[t] = expectedAuctions[t]! + replay.numAuctions(window.firstStep + t) / windows.length;
      fullCost += replay.fullCostMicros(window.firstStep + t) / windows.length;
    }
  }
  return planOf(expectedAuctions, fullCost);
}

/** The plan of flights of exactly `horizon` records in T steps, as {@link cutByRecords} cuts them. */
export function recordsPlan(horizon: number, numSteps: number, fullCostMicros: number): TrafficPlan {
  const expectedAuctions = new Float64Array(numSteps);
  for (let t = 0; t < numSteps; t++) {
    expectedAuctions[t] = Math.round(((t + 1) * horizon) / numSteps) - Math.round((t * horizon) / numSteps);
  }
  return planOf(expectedAuctions, fullCostMicros);
}

function planOf(expectedAuctions: Float64Array, fullCostMicros: number): TrafficPlan {
  const numSteps = expectedAuctions.length;
  const expectedAuctionsFrom = new Float64Array(numSteps + 1);
  for (let t = numSteps - 1; t >= 0; t--) expectedAuctionsFrom[t] = expectedAuctionsFrom[t + 1]! + expectedAuctions[t]!;
  return { expectedAuctions, expectedAuctionsFrom, fullCostMicros };
}
