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

/** Share of auctions that throttling enters in the first minute; the least that signals fall to. */
const INITIAL = 0.1;
const LEAST = 1e-4;
/** Step size of the multiplicative dual step a minute, and the largest relative error it answers to. */
const DUAL_STEP = 0.02;
const DUAL_MAX_ERROR = 5;
/** Gains of PID on the logarithm of the signal, per share of the budget that cumulative spend is behind its plan. */
const PID_GAINS: PidGains = { proportional: 20, integral: 0.1, derivative: 0 };
/** The controller's output stays within ±this. */
const MAX_LOG_SIGNAL = 7;

/** What is tuned of a controller on a day of its own. */
export interface Tuning {
  /** Factor on the gains or the step size. */
  readonly gain: number;
  /** Signal of the first minute, in (0, 1]; TA-PID's base bid. */
  readonly start: number;
}

/** What controllers without tuning are set to; Mystique begins its first day with the least signal. */
export const UNTUNED: Tuning = { gain: 1, start: LEAST };

interface PacerEntry {
  readonly title: string;
  /** Whether it has gains and a first signal to tune; the others know theirs from their sources. */
  readonly tuned: boolean;
  /** Whether it learns from earlier days at which hours money buys more. */
  readonly learnsPlan?: true;
  readonly make: (rivalHistory: Float64Array, tuning: Tuning) => Controller;
}

/** The controllers of the study; the rivals' highest bids of another day are known to who shades by a win curve. */
export const pacers: Readonly<Record<Pacer, PacerEntry>> = {
  unpaced: { title: 'No pacing', tuned: false, make: () => controller({ signal: 1, rate: 1 }, () => undefined) },
  throttling: { title: 'Probabilistic throttling', tuned: false, make: throttling },
  pid: { title: 'PID on spend', tuned: true, make: (_, tuning) => pid(tuning) },
  'ta-pid': { title: 'Traffic-aware PID (TA-PID)', tuned: true, make: (_, tuning) => taPid(tuning) },
  'dual-pacing': { title: 'Dual (adaptive) pacing', tuned: true, make: (_, tuning) => dual(null, tuning) },
  'first-price-dual': {
    title: 'First-price dual pacing',
    tuned: true,
    make: (rivalHistory, tuning) => dual(shadingOf(rivalHistory), tuning),
  },
  mystique: {
    title: 'Mystique (soft: bids)',
    tuned: false,
    learnsPlan: true,
    make: (_, tuning) => mystique('soft', tuning),
  },
  'mystique-hard': {
    title: 'Mystique (hard: throttle)',
    tuned: false,
    learnsPlan: true,
    make: (_, tuning) => mystique('hard', tuning),
  },
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

function pid({ gain, start }: Tuning): Controller {
  const control = { signal: start, rate: 1 };
  const state = newPidState();
  const gains = scaled(PID_GAINS, gain);
  return controller(control, (reading) => {
    const output = pidStep(state, reading.targetShare - reading.spentShare, gains, MAX_LOG_SIGNAL);
    control.signal = Math.min(1, Math.max(LEAST, start * Math.exp(output)));
  });
}

function taPid({ gain, start }: Tuning): Controller {
  const control = { signal: start, rate: 1 };
  const state = newPidState();
  const gains = scaled(TA_PID_GAINS, gain);
  return controller(control, (reading) => {
    control.signal = Math.min(1, start * taPidFactor(state, reading, gains));
  });
}

function scaled({ proportional, integral, derivative }: PidGains, gain: number): PidGains {
  return { proportional: gain * proportional, integral: gain * integral, derivative: gain * derivative };
}

/**
 * Bids v/μ, or what earns most in a first-price auction when winning is worth v/μ. Who shades spends less than its budget where
 * shaded bids would not: its spend may stay below the plan at μ = 1.
 */
function dual(shade: ShadingTable | null, { gain, start }: Tuning): Controller {
  const control = { signal: start, rate: 1 };
  let mu = 1 / start;
  return controller(
    control,
    ({ lastSpentShare, lastTargetShare }) => {
      mu = mirrorDualStep(mu, lastSpentShare, lastTargetShare, gain * DUAL_STEP, DUAL_MAX_ERROR, 1, 1 / LEAST);
      control.signal = 1 / mu;
    },
    shade,
  );
}

function mystique(kind: 'soft' | 'hard', { start }: Tuning): Controller {
  const state: MystiqueState = { signal: start, lastPositive: start };
  const control = kind === 'soft' ? { signal: start, rate: 1 } : { signal: 1, rate: start };
  return controller(control, (reading) => {
    mystiqueStep(state, reading);
    control[kind === 'soft' ? 'signal' : 'rate'] = state.signal;
  });
}
