import type { PaceReading } from './pace-reading.ts';
import { type PidGains, type PidState, pidStep } from './pid.ts';

/** Ratio of neighbouring bids on the grid that the controller moves along. */
const BIN_RATIO = 1.2;
/** The controller stays within these bins of its base bid. */
const LOWEST_BIN = -7;
const HIGHEST_BIN = 4;

/** Gains of the source, in bins per thousandth of the budget. */
export const TA_PID_GAINS: PidGains = { proportional: 1e-3, integral: 1e-4, derivative: 6e-5 };

/**
 * One step of traffic-aware PID: the error is the plan's cumulative spend, which follows the traffic, less the actual one;
 * the output is a number of bins on a bid grid of ratio 1.2.
 *
 * Differs from the source: errors are in thousandths of the budget, not in currency, so that gains mean the same for every
 * campaign.
 *
 * @returns The factor on the base bid, 1.2^−7 … 1.2^4.
 *
 * Source: the TA-PID controller of avito-tech/bat-autobidding-benchmark (MIT licence): gains, clip and grid.
 */
export function taPidFactor(state: PidState, reading: PaceReading, gains: PidGains): number {
  const error = 1000 * (reading.targetShare - reading.spentShare);
  const bins = pidStep(state, error, gains, -LOWEST_BIN);
  return BIN_RATIO ** Math.min(HIGHEST_BIN, bins);
}
