import { mean } from '../../../src/eval/statistics.ts';
import { NUM_TICKS } from '../../../src/sim/auction-net/period-config.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { StudyTrial } from '../study.ts';
import type { PlayedPeriod } from './live-play.ts';
import type { AuctionNetSeat } from './seats.ts';

/** One policy in one seed. */
export interface AuctionNetTrial extends StudyTrial {
  readonly seat: AuctionNetSeat;
}

/** What a trial found; plain JSON. */
export interface AuctionNetResult {
  /** One per played advertiser. */
  readonly advertisers: readonly AdvertiserResult[];
  /** Means over all played periods. */
  readonly trace: DayTrace;
  /** Of learners: scores on the validation periods. */
  readonly curve: readonly ScorePoint[];
  /** Of rules: the settings played, in words. */
  readonly settings: string | null;
}

/** One advertiser over its test periods. */
export interface AdvertiserResult {
  readonly advertiser: number;
  readonly cpaTargetMicros: number;
  /** Means per period. */
  readonly score: number;
  readonly conversions: number;
  readonly predictedConversions: number;
  readonly costMicros: number;
  /** Cost per conversion over its target, over all periods; null without a conversion. */
  readonly cpaRatio: number | null;
  /** Shares of periods, of the budget. */
  readonly budgetUsed: number;
  readonly aliveLastHour: number;
  readonly cpaOver: number;
}

/** A day in 48 ticks, by the end of each. */
export interface DayTrace {
  /** Mean share of the budget spent. */
  readonly spendShare: readonly number[];
  /** Mean spend over CPA target: how many conversions the spend should have brought. */
  readonly allowed: readonly number[];
  /** Mean conversions. */
  readonly conversions: readonly number[];
}

/** Sums up an advertiser's periods. @param periods At least one. */
export function advertiserResult(advertiser: number, periods: readonly PlayedPeriod[]): AdvertiserResult {
  const over = (of: (period: PlayedPeriod) => number) => mean(periods.map(of));
  const conversions = over((period) => period.conversions);
  const costMicros = over((period) => period.costMicros);
  const { cpaTargetMicros } = periods[0]!;
  return {
    advertiser,
    cpaTargetMicros,
    score: over(({ score }) => score),
    conversions,
    predictedConversions: over(({ value }) => value),
    costMicros: Math.round(costMicros),
    cpaRatio: conversions > 0 ? costMicros / conversions / cpaTargetMicros : null,
    budgetUsed: over((period) => period.costMicros / period.budgetMicros),
    aliveLastHour: over(({ alive }) => (alive ? 1 : 0)),
    cpaOver: over(({ cpaOver }) => (cpaOver ? 1 : 0)),
  };
}

/** Averages the days of all periods. */
export function dayTrace(periods: readonly PlayedPeriod[]): DayTrace {
  const byTick = (of: (period: PlayedPeriod, tick: number) => number) =>
    Array.from({ length: NUM_TICKS }, (_, tick) => mean(periods.map((period) => of(period, tick))));
  return {
    spendShare: byTick(({ spentMicros, budgetMicros }, tick) => spentMicros[tick]! / budgetMicros),
    allowed: byTick(({ spentMicros, cpaTargetMicros }, tick) => spentMicros[tick]! / cpaTargetMicros),
    conversions: byTick(({ converted }, tick) => converted[tick]!),
  };
}
