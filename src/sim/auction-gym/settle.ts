import { MICROS_PER_UNIT, microsToUnits } from '../../core/units.ts';
import type { AgentLog } from './agent-log.ts';
import type { AgentTotals } from './totals.ts';

/**
 * Settles a won row.
 *
 * @param secondMicros Highest rival bid, 0 for none. @param valueMicros Value of the click, 0 without one.
 */
export function settleWin(
  log: AgentLog,
  n: number,
  totals: AgentTotals,
  priceMicros: number,
  secondMicros: number,
  valueMicros: number,
): void {
  const ctr = log.ctr[n]!;
  log.won[n] = 1;
  log.utility[n] = ctr * log.value[n]! - microsToUnits(priceMicros);
  totals.wins++;
  totals.paidMicros += priceMicros;
  totals.overbidMicros += priceMicros - secondMicros;
  totals.ctrRatio += ctr / log.trueCtr[n]!;
  if (valueMicros === 0) return;
  totals.clicks++;
  totals.valueMicros += valueMicros;
}

/** Settles a lost row. @param priceMicros What the winner pays. */
export function settleLoss(log: AgentLog, n: number, totals: AgentTotals, priceMicros: number): void {
  log.won[n] = 0;
  log.utility[n] = 0;
  const worth = log.trueCtr[n]! * log.value[n]! * MICROS_PER_UNIT;
  if (priceMicros < worth) totals.underbidMicros += priceMicros - log.bidMicros[n]!;
}

/** Adds what does not depend on winning: regrets of allocation and estimation, errors of the CTR, γ. */
export function addEstimates(log: AgentLog, totals: AgentTotals): void {
  totals.opportunities += log.numRows;
  for (let n = 0; n < log.numRows; n++) {
    const value = log.value[n]!;
    const trueCtr = log.trueCtr[n]!;
    const error = log.ctr[n]! - trueCtr;
    totals.allocationRegret += log.bestValue[n]! - trueCtr * value;
    totals.estimationRegret += error * value;
    totals.squaredCtrError += error * error;
    totals.gamma += log.gamma[n]!;
    totals.bestValue += log.bestValue[n]!;
  }
}
