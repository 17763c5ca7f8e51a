import { isAbsolute, resolve } from 'node:path';
import { SimError } from '../src/core/errors.ts';
import { Rng } from '../src/core/rng.ts';
import type { Tape } from '../src/data/tape.ts';
import { readTape } from '../src/data/tape-file.ts';
import type { PacingScales } from '../src/policy/runtime.ts';
import {
  cutByDay,
  cutByRecords,
  type FlightWindow,
  flightWindows,
  type TrafficPlan,
  trafficPlan,
} from '../src/sim/flight-window.ts';
import { generateTape } from '../src/sim/generate-tape.ts';
import { Replay } from '../src/sim/replay.ts';
import type { CompareConfig } from './experiment-config.ts';
import { Hindsight } from './hindsight.ts';
import { loadMarketPreset } from './market-presets.ts';

/** Days of one tape, split, with what a planner knows after the training days. */
export interface World {
  readonly replay: Replay;
  readonly train: readonly FlightWindow[];
  readonly validation: readonly FlightWindow[];
  readonly test: readonly FlightWindow[];
  readonly plan: TrafficPlan;
  readonly scales: PacingScales;
  /** Mean price over mean value of the training days, micros per value unit: where every flight's multiplier starts. */
  readonly referenceMultiplier: number;
  readonly hindsight: Hindsight;
}

/** Reads the experiment's tape, or draws its market for a seed. */
export function tapeOf(config: CompareConfig, seed: number, baseFolder: string): Tape {
  if (config.tape !== undefined) {
    return readTape(isAbsolute(config.tape) ? config.tape : resolve(baseFolder, config.tape));
  }
  const { preset = 'open-market', ...changes } =
    typeof config.market === 'string' ? { preset: config.market } : (config.market ?? {});
  const days = config.days.train + config.days.validation + config.days.test;
  const market = loadMarketPreset(preset, { ...changes, days });
  return generateTape(market, new Rng(`${config.experiment}/market/${seed}`));
}

/**
 * Cuts a tape into flights and splits them in time order: train, then validation, then test.
 *
 * @throws SimError `DATA_INVALID` when the tape holds fewer flights than the split asks for, or nothing winnable.
 */
export function makeWorld(config: CompareConfig, tape: Tape): World {
  const cut =
    tape.meta.clock === 'seconds'
      ? cutByDay(tape, config.stepsPerFlight)
      : cutByRecords(tape, recordsPerFlight(config, tape), config.stepsPerFlight);
  const { train, validation, test } = config.days;
  if (cut.labels.length < train + validation + test) {
    throw new SimError(
      'DATA_INVALID',
      `tape '${tape.meta.name}' has ${cut.labels.length} flights, but days.train + validation + test asks for ${train + validation + test}; lower them`,
    );
  }
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  const trainWindows = windows.slice(0, train);
  const scales = scalesOf(replay, trainWindows);
  return {
    replay,
    train: trainWindows,
    validation: windows.slice(train, train + validation),
    test: windows.slice(train + validation, train + validation + test),
    plan: trafficPlan(replay, trainWindows),
    scales,
    referenceMultiplier: scales.priceMicros / scales.value,
    hindsight: new Hindsight(replay),
  };
}

function recordsPerFlight(config: CompareConfig, tape: Tape): number {
  const { train, validation, test } = config.days;
  return config.horizon ?? Math.floor(tape.length / (train + validation + test));
}

/** Mean price and value of the winnable opportunities of the windows. */
export function scalesOf(replay: Replay, windows: readonly FlightWindow[]): PacingScales {
  let count = 0;
  let price = 0;
  let value = 0;
  for (const window of windows) {
    const to = replay.stepOffsets[window.firstStep + window.numSteps]!;
    for (let i = replay.stepOffsets[window.firstStep]!; i < to; i++) {
      if (replay.needMicros[i] === Number.POSITIVE_INFINITY) continue;
      count++;
      price += replay.paidMicros[i]!;
      value += replay.tape.value[i]!;
    }
  }
  if (!(price > 0 && value > 0)) {
    throw new SimError(
      'DATA_INVALID',
      `tape '${replay.tape.meta.name}': expected winnable opportunities with positive prices and values in the training days, found ${count}`,
    );
  }
  return { priceMicros: price / count, value: value / count };
}
