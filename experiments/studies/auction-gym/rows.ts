import { microsToUnits } from '../../../src/core/units.ts';
import type { StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import { type AgentTotals, sumTotals } from '../../../src/sim/auction-gym/totals.ts';
import type { AuctionGymConfig } from './settings.ts';

/** Rounds that amounts are given for, as in AuctionGym. */
export const PER_ROUNDS = 10_000;
/** Share of the iterations, from the end, that what was learnt is read from. */
const FINAL_SHARE = 0.25;

/** How many iterations, from the end, show what was learnt. */
export function finalIterations(iterations: number): number {
  return Math.max(1, Math.round(FINAL_SHARE * iterations));
}

/** Numbers of a row: means over iterations, amounts in currency units per 10,000 rounds. */
export type GymNumbers = Readonly<Record<string, number | null>>;

/**
 * The numbers of the market or of one agent over the iterations of a seed.
 *
 * @param iterations `[iterations]` sums of what the row is about.
 */
export function gymNumbers(config: AuctionGymConfig, iterations: readonly AgentTotals[]): GymNumbers {
  const all = sumTotals(iterations);
  const scale = PER_ROUNDS / config.rounds;
  const perIteration = (of: (totals: AgentTotals) => number) => iterations.map((totals) => scale * of(totals));
  const revenue = perIteration(({ paidMicros }) => microsToUnits(paidMicros));
  const surplus = perIteration(surplusOf);
  const welfare = perIteration(({ valueMicros }) => microsToUnits(valueMicros));
  const average = (of: (totals: AgentTotals) => number) => mean(perIteration(of));
  const numFinal = finalIterations(iterations.length);
  const final = sumTotals(iterations.slice(-numFinal));
  return {
    revenue: mean(revenue),
    revenueStandardError: standardError(revenue),
    surplus: mean(surplus),
    surplusStandardError: standardError(surplus),
    welfare: mean(welfare),
    welfareStandardError: standardError(welfare),
    allocationRegret: average((totals) => totals.allocationRegret),
    estimationRegret: average((totals) => totals.estimationRegret),
    overbidRegret: average((totals) => microsToUnits(totals.overbidMicros)),
    underbidRegret: average((totals) => microsToUnits(totals.underbidMicros)),
    ctrRmse: ratio(all.squaredCtrError, all.opportunities, Math.sqrt),
    ctrBias: ratio(all.ctrRatio, all.wins),
    meanGamma: ratio(all.gamma, all.opportunities),
    finalGamma: ratio(final.gamma, final.opportunities),
    finalSurplus: (scale * surplusOf(final)) / numFinal,
    meanBestValue: ratio(all.bestValue, all.opportunities),
    winRate: ratio(all.wins, all.opportunities),
    ctr: ratio(all.clicks, all.wins),
  };
}

/** Value of clicks less what was paid, currency units. */
export function surplusOf({ valueMicros, paidMicros }: AgentTotals): number {
  return microsToUnits(valueMicros - paidMicros);
}

function ratio(sum: number, count: number, of: (x: number) => number = (x) => x): number | null {
  return count === 0 ? null : of(sum / count);
}

/** Standard error of the mean of iterations; null of fewer than two. */
function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** Whose row it is: the whole market, or one agent. */
export const MARKET = 'market';

/** Name of an agent's stratum. */
export function agentLabel(agent: number): string {
  return `agent ${agent}`;
}

/** The market's row of one policy and seed. */
export function isMarketRow(row: StudyRow): boolean {
  return row['scope'] === MARKET;
}
