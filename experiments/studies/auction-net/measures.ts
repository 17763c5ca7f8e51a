import { groupBy } from '../../../src/eval/group-by.ts';
import type { Measure, StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { GoalWords } from './goal-words.ts';
import type { AdvertiserResult, AuctionNetResult, AuctionNetTrial } from './trial.ts';

/** A row: one policy in one advertiser's place over the test periods of a seed. */
export type AuctionNetRow = StudyRow &
  Omit<AdvertiserResult, 'advertiser'> & {
    readonly advertiser: string;
    /** See {@link withTargetRatio}. */
    readonly targetRatio: number | null;
  };

/** A trial and what it found. */
export interface Finished {
  readonly trial: AuctionNetTrial;
  readonly result: AuctionNetResult;
}

/** Measures of the headline table, by row field. */
export function auctionNetMeasures(words: GoalWords): Readonly<Record<string, Measure>> {
  return {
    score: {
      title: 'Score',
      unit: 'conversions per period',
      description: `Conversions times ${words.scoreFactor}, per period, mean over periods.`,
      format: 'number',
      better: 'higher',
    },
    conversions: {
      title: 'Conversions',
      unit: 'per period',
      description: 'Realised conversions of ads that were seen.',
      format: 'number',
      better: 'higher',
    },
    predictedConversions: {
      title: 'Predicted conversions',
      unit: 'per period',
      description: 'Sum of pValue over ads that were seen: conversions without their luck.',
      format: 'number',
      better: 'higher',
    },
    costMicros: {
      title: 'Cost',
      unit: 'currency per period',
      description: 'What was paid for ads that were seen.',
      format: 'micros',
      better: null,
    },
    targetRatio: {
      title: `${words.name} over target`,
      unit: 'ratio',
      description: `${words.ratioDescription}, each summed over all advertisers, periods and seeds; single rows hold their linearised part, which averages to that ratio.`,
      format: 'number',
      better: words.better,
    },
    budgetUsed: {
      title: 'Budget used',
      unit: 'share',
      description: 'Cost over budget, mean over periods.',
      format: 'percent',
      better: null,
    },
    aliveLastHour: {
      title: 'Alive in the last hour',
      unit: 'share of periods',
      description:
        'Periods in which there was still money to bid with when the last hour, the last two of 48 ticks, began.',
      format: 'percent',
      better: 'higher',
    },
    cpaOver: {
      title: words.broken,
      unit: 'share of periods',
      description: words.brokenDescription,
      format: 'percent',
      better: 'lower',
    },
  };
}

/** One row per policy, seed and advertiser. */
export function auctionNetRows(finished: readonly Finished[], words: GoalWords): AuctionNetRow[] {
  const rows = finished.flatMap(({ trial: { seat, seed }, result }) =>
    result.advertisers.map(({ advertiser, ...measured }) => ({
      policy: seat.policy,
      title: seat.title,
      kind: seat.kind,
      seed,
      advertiser: `Advertiser ${advertiser}`,
      ...measured,
      targetRatio: null,
    })),
  );
  const byPolicy = groupBy(rows, ({ policy }) => policy);
  const ratios = new Map(
    [...byPolicy.values()].flatMap((own) => withTargetRatio(own, words).map((row, i) => [own[i]!, row])),
  );
  return rows.map((row) => ratios.get(row)!);
}

/** A policy's ratio to the target from the sums of its rows; null where it is not defined. */
export function targetRatioOf(rows: readonly AuctionNetRow[], words: GoalWords): number | null {
  return words.ratio(mean(rows.map(allowedOf)), mean(rows.map(({ conversions }) => conversions)));
}

/**
 * Gives a policy's rows its ratio of sums, linearised: R + (a − R · b) / mean b in a row with numerator a and denominator b.
 *
 * Their mean is R = Σa / Σb, which a mean of the rows' own ratios is not, since rows without a denominator have none and those
 * with a small one weigh as much as others; and the standard error of that mean is the ratio's to first order.
 *
 * Source: Cochran (1977), "Sampling Techniques", section 6.4 (the variance of a ratio estimate).
 */
function withTargetRatio(rows: readonly AuctionNetRow[], words: GoalWords): AuctionNetRow[] {
  const ratio = targetRatioOf(rows, words);
  if (ratio === null) return [...rows];
  const below = (row: AuctionNetRow) => (words.better === 'lower' ? row.conversions : allowedOf(row));
  const above = (row: AuctionNetRow) => (words.better === 'lower' ? allowedOf(row) : row.conversions);
  const meanBelow = mean(rows.map(below));
  return rows.map((row) => ({ ...row, targetRatio: ratio + (above(row) - ratio * below(row)) / meanBelow }));
}

/** Conversions per period that the spend should have brought. */
function allowedOf({ costMicros, cpaTargetMicros }: AuctionNetRow): number {
  return costMicros / cpaTargetMicros;
}
