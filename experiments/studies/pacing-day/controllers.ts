import { mirrorDualStep, ShadingTable } from '../../../src/bidding/first-price-dual.ts';
import { type MystiqueState, mystiqueStep } from '../../../src/bidding/mystique.ts';
import type { PaceReading } from '../../../src/bidding/pace-reading.ts';
import { newPidState, type PidGains, pidStep } from '../../../src/bidding/pid.ts';
import { TA_PID_GAINS, taPidFactor } from '../../../src/bidding/ta-pid.ts';
import { throttleRate } from '../../../src/bidding/throttling.ts';
import type { Pacer } from './settings.ts';

/** What a controller sets for the next interval. */
export interface PaceControl {
  /** Factor on the campaign's bids, in [0, 1]. */
  signal: number;
  /** Share of auctions entered, in [0, 1]. */
  rate: number;
}

/** A controller on one campaign's day. */
export interface Controller {
  readonly control: PaceControl;
  /** The bid for what an impression is worth times the signal, micros; null where that product is the bid. */
  readonly shade: ShadingTable | null;
  /** Called after each interval but the last. */
  step(reading: PaceReading): void;
}

/** Signal of the first minute, where a controller does not know better; the least it may fall to. */
const INITIAL = 0.1;
const LEAST = 1e-4;
/** Step size of the multiplicative dual step a minute, and the largest relative error it answers to. */
const DUAL_STEP = 0.02;
const DUAL_MAX_ERROR = 5;
/** Gains of PID on the logarithm of the signal, per share of the budget that cumulative spend is behind its plan. */
const PID_GAINS: PidGains = { proportional: 20, integral: 0.1, derivative: 0 };
/** The controller's output stays within ±this. */
const MAX_LOG_SIGNAL = 7;

interface PacerEntry {
  readonly title: string;
  readonly make: (rivalHistory: Float64Array) => Controller;
}

/** The controllers of the study; the rivals' highest bids of another day are known to who shades by a win curve. */
export const pacers: Readonly<Record<Pacer, PacerEntry>> = {
  unpaced: { title: 'No pacing', make: () => controller({ signal: 1, rate: 1 }, () => undefined) },
  throttling: { title: 'Probabilistic throttling', make: throttling },
  pid: { title: 'PID on spend', make: pid },
  'ta-pid': { title: 'Traffic-aware PID (TA-PID)', make: taPid },
  'dual-pacing': { title: 'Dual (adaptive) pacing', make: () => dual(null) },
  'first-price-dual': {
    title: 'First-price dual pacing',
    make: (rivalHistory) => dual(shadingOf(rivalHistory)),
  },
  mystique: { title: 'Mystique (soft: bids)', make: () => mystique('soft') },
  'mystique-hard': { title: 'Mystique (hard: throttle)', make: () => mystique('hard') },
};

const shadings = new WeakMap<Float64Array, ShadingTable>();

/** The table of a history, made once. */
function shadingOf(rivalHistory: Float64Array): ShadingTable {
  const table = shadings.get(rivalHistory) ?? new ShadingTable(rivalHistory.map((rival) => rival + 1));
  shadings.set(rivalHistory, table);
  return table;
}

function controller(
  control: PaceControl,
  step: (reading: PaceReading) => void,
  shade: ShadingTable | null = null,
): Controller {
  return { control, step, shade };
}

function throttling(): Controller {
  const control = { signal: 1, rate: INITIAL };
  return controller(control, ({ spentShare, targetShare }) => {
    control.rate = throttleRate(control.rate, spentShare, targetShare, 0.1);
  });
}

function pid(): Controller {
  const control = { signal: INITIAL, rate: 1 };
  const state = newPidState();
  return controller(control, (reading) => {
    const output = pidStep(state, reading.targetShare - reading.spentShare, PID_GAINS, MAX_LOG_SIGNAL);
    control.signal = Math.min(1, Math.max(LEAST, INITIAL * Math.exp(output)));
  });
}

function taPid(): Controller {
  const control = { signal: INITIAL, rate: 1 };
  const state = newPidState();
  return controller(control, (reading) => {
    control.signal = Math.min(1, INITIAL * taPidFactor(state, reading, TA_PID_GAINS));
  });
}

/** Bids v/μ, or what earns most in a first-price auction when winning is worth v/μ. */
function dual(shade: ShadingTable | null): Controller {
  const control = { signal: INITIAL, rate: 1 };
  let mu = 1 / INITIAL;
  return controller(
    control,
    ({ lastSpentShare, lastTargetShare }) => {
      mu = mirrorDualStep(mu, lastSpentShare, lastTargetShare, DUAL_STEP, DUAL_MAX_ERROR, 1, 1 / LEAST);
      control.signal = 1 / mu;
    },
    shade,
  );
}

function mystique(kind: 'soft' | 'hard'): Controller {
  const state: MystiqueState = { signal: LEAST, lastPositive: LEAST };
  const control = kind === 'soft' ? { signal: LEAST, rate: 1 } : { signal: 1, rate: LEAST };
  return controller(control, (reading) => {
    mystiqueStep(state, reading);
    control[kind === 'soft' ? 'signal' : 'rate'] = state.signal;
  });
}
