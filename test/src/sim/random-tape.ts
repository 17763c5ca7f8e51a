import { Rng } from '../../../src/core/rng.ts';
import type { Tape, TapeMeta } from '../../../src/data/tape.ts';
import {
  cutByRecords,
  type FlightWindow,
  flightWindows,
  type TrafficPlan,
  trafficPlan,
} from '../../../src/sim/flight-window.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { smallTape } from './small-tape.ts';

/** A game of some flights on a random tape: log-normal prices around 1,000 micros, values around 0.01, some of them 0. */
export interface RandomGame {
  readonly tape: Tape;
  readonly replay: Replay;
  readonly windows: readonly FlightWindow[];
  readonly plan: TrafficPlan;
}

/** Draws a {@link RandomGame}; values are multiples of 2^-20, so that their sums are exact in any order. */
export function randomGame(
  seed: string | number,
  {
    meta = {},
    numFlights = 3,
    horizon = 120,
    numSteps = 5,
  }: {
    meta?: Partial<TapeMeta>;
    numFlights?: number;
    horizon?: number;
    numSteps?: number;
  } = {},
): RandomGame {
  const rng = new Rng(`random-tape/${seed}`);
  const rows = Array.from({ length: numFlights * horizon }, () => ({
    value: rng.next() < 0.1 ? 0 : Math.round(0.01 * Math.exp(rng.normal()) * 2 ** 20) / 2 ** 20,
    price: Math.round(1000 * Math.exp(0.8 * rng.normal())),
    floor: rng.next() < 0.3 ? rng.int(800) : 0,
    click: rng.int(2),
    conversion: rng.int(2),
  }));
  const tape = smallTape(rows, meta);
  const cut = cutByRecords(tape, horizon, numSteps);
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  return { tape, replay, windows, plan: trafficPlan(replay, windows) };
}
