import { Rng } from '../core/rng.ts';
import { microsToUnits } from '../core/units.ts';
import { type Bootstrap, type BootstrapOptions, type Interval, makeBootstrap } from './bootstrap.ts';
import { compareToBaseline, type PairedComparison } from './compare.ts';
import { groupBy } from './group-by.ts';
import { interquartileMean, mean, optimalityGap, sortOrder, weightedInterquartileMean } from './statistics.ts';
import type { PolicyKind, SummaryRow } from './summary-row.ts';

/** One policy's results over one budget fraction, or over all of them. */
export interface Aggregate {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  /** null: over all budget fractions. */
  readonly budgetFraction: number | null;
  /** Rows: seeds × flights × fractions. */
  readonly count: number;
  readonly numSeeds: number;
  readonly numFlights: number;
  /** Mean of valueRatio. */
  readonly mean: number;
  /** Interquartile mean of valueRatio and its 95 % bootstrap interval; null where there is only one seed and one flight. */
  readonly iqm: number;
  readonly iqmLow: number | null;
  readonly iqmHigh: number | null;
  /** Mean shortfall of valueRatio below 1. */
  readonly optimalityGap: number;
  /** Sums over the rows. */
  readonly auctions: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly budgetMicros: number;
  readonly spendMicros: number;
  readonly overspendMicros: number;
  readonly value: number;
  readonly hindsightValue: number;
  /** Of the sums: currency per thousand impressions and per click; null without any. */
  readonly cpm: number | null;
  readonly ecpc: number | null;
  /** Means over the rows. */
  readonly winRate: number;
  readonly budgetUtilization: number;
  /** Share of the rows whose budget ran out before the flight ended. */
  readonly exhaustedShare: number;
  /** Place by IQM among learners and baselines, 1 is best, equals share a place; null for references and ceilings. */
  readonly rank: number | null;
  /** The baseline of the highest IQM in this stratum; null without baselines. */
  readonly bestBaseline: string | null;
  /** Against the best baseline on the same tapes; null for that baseline itself and where nothing pairs. */
  readonly differenceToBestBaseline: PairedComparison['difference'] | null;
  readonly probabilityOfImprovement: PairedComparison['probability'] | null;
  /** Share of paired rows in which the policy won more value than the best baseline, ties half. */
  readonly betterShare: number | null;
}

/** Randomness and precision of {@link aggregate}. */
export interface AggregateOptions extends Pick<BootstrapOptions, 'replicates'> {
  /** Stream of the bootstrap; the default is fixed, so that equal rows give equal intervals. */
  readonly rng?: Rng;
}

/**
 * Aggregates rows per policy, first over all budget fractions, then per fraction (ascending), each ordered by IQM.
 *
 * The headline score is the interquartile mean of `valueRatio` with a stratified bootstrap interval over seeds and flights
 * ({@link makeBootstrap}). The best baseline is the policy of kind `baseline` with the highest IQM of the stratum: picked on
 * the rows it is judged by, which favours the baseline, never the learner.
 *
 * @throws SimError `VALUE_OUT_OF_RANGE` on bad bootstrap options.
 */
export function aggregate(rows: readonly SummaryRow[], options: AggregateOptions = {}): Aggregate[] {
  const bootstrap = makeBootstrap(options.rng ?? new Rng('aggregate'), options);
  const fractions = [...new Set(rows.map((row) => row.budgetFraction))].sort((a, b) => a - b);
  const strata: (number | null)[] = [null, ...fractions];
  return strata.flatMap((fraction) => {
    const members = fraction === null ? rows : rows.filter((row) => row.budgetFraction === fraction);
    return aggregateStratum(members, fraction, bootstrap);
  });
}

/** A policy's rows with the score everything is ranked by. */
interface ScoredPolicy {
  readonly policy: string;
  readonly rows: readonly SummaryRow[];
  readonly iqm: number;
}

function aggregateStratum(rows: readonly SummaryRow[], fraction: number | null, bootstrap: Bootstrap): Aggregate[] {
  const byPolicy = groupBy(rows, (row) => row.policy);
  const scored: ScoredPolicy[] = [...byPolicy]
    .map(([policy, members]) => ({ policy, rows: members, iqm: interquartileMean(scores(members)) }))
    .sort((a, b) => b.iqm - a.iqm);
  const ranked = scored.filter(({ rows: [row] }) => row!.kind === 'learner' || row!.kind === 'baseline');
  const best = scored.find(({ rows: [row] }) => row!.kind === 'baseline');
  return scored.map((entry) => {
    const comparison =
      best === undefined || best === entry ? null : compareToBaseline(entry.rows, best.rows, bootstrap);
    const rank = ranked.includes(entry) ? 1 + ranked.filter((other) => other.iqm > entry.iqm).length : null;
    return {
      ...describe(entry, fraction),
      ...interval(scoreInterval(entry.rows, bootstrap)),
      ...sums(entry.rows),
      rank,
      bestBaseline: best?.policy ?? null,
      differenceToBestBaseline: comparison?.difference ?? null,
      probabilityOfImprovement: comparison?.probability ?? null,
      betterShare: comparison?.betterShare ?? null,
    };
  });
}

function describe({ policy, rows, iqm }: ScoredPolicy, budgetFraction: number | null) {
  const { title, kind } = rows[0]!;
  return {
    policy,
    title,
    kind,
    budgetFraction,
    count: rows.length,
    numSeeds: new Set(rows.map((row) => row.seed)).size,
    numFlights: new Set(rows.map((row) => row.flight)).size,
    mean: mean(scores(rows)),
    iqm,
    optimalityGap: optimalityGap(scores(rows)),
  };
}

function scores(rows: readonly SummaryRow[]): Float64Array {
  return Float64Array.from(rows, (row) => row.valueRatio);
}

function scoreInterval(rows: readonly SummaryRow[], bootstrap: Bootstrap): Interval {
  const values = scores(rows);
  const order = sortOrder(values);
  const cells = rows.map(({ budgetFraction, seed, flight }) => ({ stratum: budgetFraction, seed, flight }));
  return bootstrap.interval(cells, (weights) => weightedInterquartileMean(values, order, weights));
}

function interval(found: Interval): { iqmLow: number | null; iqmHigh: number | null } {
  return { iqmLow: found?.low ?? null, iqmHigh: found?.high ?? null };
}

function sums(rows: readonly SummaryRow[]) {
  const sum = (of: (row: SummaryRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const impressions = sum((row) => row.impressions);
  const clicks = sum((row) => row.clicks);
  const spendMicros = sum((row) => row.spendMicros);
  return {
    auctions: sum((row) => row.auctions),
    impressions,
    clicks,
    conversions: sum((row) => row.conversions),
    budgetMicros: sum((row) => row.budgetMicros),
    spendMicros,
    overspendMicros: sum((row) => row.overspendMicros),
    value: sum((row) => row.value),
    hindsightValue: sum((row) => row.hindsightValue),
    cpm: impressions === 0 ? null : (1000 * microsToUnits(spendMicros)) / impressions,
    ecpc: clicks === 0 ? null : microsToUnits(spendMicros) / clicks,
    winRate: mean(rows.map((row) => row.winRate)),
    budgetUtilization: mean(rows.map((row) => row.budgetUtilization)),
    exhaustedShare: mean(rows.map((row) => (row.exhaustedAt === null ? 0 : 1))),
  };
}
