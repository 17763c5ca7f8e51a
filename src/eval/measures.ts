import { Rng } from '../core/rng.ts';
import { makeBootstrap } from './bootstrap.ts';
import { groupBy } from './group-by.ts';
import { comparisonOrder, mean, weightedProbabilityOfImprovement } from './statistics.ts';
import type { PolicyKind } from './summary-row.ts';

/** One result of a study: a policy in one seed and one stratum, with its measures; plain JSON. */
export interface StudyRow {
  readonly policy: string;
  /** Words for people: "Constant shading, γ = 0.5". */
  readonly title: string;
  readonly kind: PolicyKind;
  readonly seed: number;
  /** Strata and units (text or numbers) and measures (numbers; null where there is none). */
  readonly [field: string]: string | number | boolean | null;
}

/** A number of a row that is aggregated and shown. */
export interface Measure {
  /** Words for table heads: "Revenue". */
  readonly title: string;
  /** "per 10,000 rounds", "share", "currency". */
  readonly unit: string;
  /** One sentence: what it is and how it is computed. */
  readonly description: string;
  /** How it is written: plain number, per cent, or integer micros shown in currency. */
  readonly format: 'number' | 'percent' | 'micros';
  /** Which direction is good; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
  /** Row field with the row's own standard error, where a row is a mean over many episodes. */
  readonly standardError?: string;
}

/** What rows hold and how they are to be aggregated. */
export interface MeasureDesign {
  /** Measures by row field. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** Row fields that part the rows; each combination is aggregated for itself. */
  readonly strata: readonly string[];
  /** Row fields besides the seed that name what was played (day, advertiser): rows pair by seed and these. */
  readonly units: readonly string[];
}

/** A difference to the best baseline on what both played. */
export interface MeasureDifference {
  readonly baseline: string;
  readonly estimate: number;
  /** Standard error of the mean paired difference; null with one pair. */
  readonly standardError: number | null;
  /** 95 % bootstrap interval; null where nothing varies. */
  readonly low: number | null;
  readonly high: number | null;
  /** Probability that a random row of the policy beats a random row of the baseline, ties half. */
  readonly probability: number;
  readonly pairs: number;
}

/** One policy's rows of one stratum in one measure. */
export interface MeasureAggregate {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  /** Field → value; empty where the study has no strata. */
  readonly stratum: Readonly<Record<string, string | number | boolean | null>>;
  readonly measure: string;
  /** Rows with a number. */
  readonly count: number;
  readonly mean: number;
  /** Of the mean over rows, or the row's own where there is one row; null where neither is known. */
  readonly standardError: number | null;
  /** 95 % bootstrap interval over seeds and units; null where nothing varies. */
  readonly low: number | null;
  readonly high: number | null;
  /** Against the baseline with the best mean of this measure; null for itself, without a direction or without pairs. */
  readonly differenceToBestBaseline: MeasureDifference | null;
}

type Entry = { readonly row: StudyRow; readonly value: number };

/**
 * Aggregates every measure per stratum and policy, in the order of the rows.
 *
 * Intervals: {@link makeBootstrap} over seeds crossed with units. The best baseline of a measure is picked on the rows it is
 * judged by, which favours the baseline, never the learner.
 */
export function aggregateMeasures(rows: readonly StudyRow[], design: MeasureDesign): MeasureAggregate[] {
  const bootstrap = makeBootstrap(new Rng('measures'));
  const byStratum = groupBy(rows, (row) => JSON.stringify(design.strata.map((field) => row[field])));
  return [...byStratum.values()].flatMap((members) => {
    const stratum = Object.fromEntries(design.strata.map((field) => [field, members[0]![field] ?? null]));
    return Object.entries(design.measures).flatMap(([id, measure]) => {
      const policies = policyEntries(members, id);
      const best = bestBaseline(policies, measure);
      return [...policies.values()].map((entries): MeasureAggregate => {
        const { policy, title, kind } = entries[0]!.row;
        const values = Float64Array.from(entries, ({ value }) => value);
        const interval = bootstrap.interval(cells(entries, design), weightedMean(values));
        return {
          policy,
          title,
          kind,
          stratum,
          measure: id,
          count: entries.length,
          mean: mean(values),
          standardError: standardError(values) ?? ownError(entries[0]!.row, measure),
          low: interval?.low ?? null,
          high: interval?.high ?? null,
          differenceToBestBaseline:
            best === null || best === entries ? null : difference(entries, best, measure, design, bootstrap),
        };
      });
    });
  });
}

function policyEntries(rows: readonly StudyRow[], id: string): Map<string, Entry[]> {
  const entries = rows.flatMap((row): Entry[] => {
    const value = row[id];
    return typeof value === 'number' ? [{ row, value }] : [];
  });
  return groupBy(entries, ({ row }) => row.policy);
}

function bestBaseline(policies: ReadonlyMap<string, Entry[]>, { better }: Measure): Entry[] | null {
  if (better === null) return null;
  const sign = better === 'higher' ? 1 : -1;
  let best: Entry[] | null = null;
  for (const entries of policies.values()) {
    if (entries[0]!.row.kind !== 'baseline') continue;
    if (best === null || sign * meanOf(entries) > sign * meanOf(best)) best = entries;
  }
  return best;
}

const meanOf = (entries: readonly Entry[]) => mean(entries.map(({ value }) => value));

function unitKey(row: StudyRow, { units }: MeasureDesign): string {
  return JSON.stringify(units.map((field) => row[field]));
}

function cells(entries: readonly Entry[], design: MeasureDesign) {
  return entries.map(({ row }) => ({ stratum: 0, seed: row.seed, flight: unitKey(row, design) }));
}

function weightedMean(values: Float64Array) {
  return (weights: Float64Array): number => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      sum += weights[i]! * values[i]!;
      total += weights[i]!;
    }
    return sum / total;
  };
}

/** Standard error of the mean of independent numbers; null of fewer than two. */
function standardError(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

function ownError(row: StudyRow, { standardError: field }: Measure): number | null {
  const own = field === undefined ? null : row[field];
  return typeof own === 'number' ? own : null;
}

function difference(
  entries: readonly Entry[],
  best: readonly Entry[],
  { better }: Measure,
  design: MeasureDesign,
  bootstrap: ReturnType<typeof makeBootstrap>,
): MeasureDifference | null {
  const rivals = new Map(best.map((entry) => [JSON.stringify([entry.row.seed, unitKey(entry.row, design)]), entry]));
  const pairs = entries.flatMap((entry) => {
    const rival = rivals.get(JSON.stringify([entry.row.seed, unitKey(entry.row, design)]));
    return rival === undefined ? [] : [{ entry, rival }];
  });
  if (pairs.length === 0) return null;
  const values = Float64Array.from(pairs, ({ entry, rival }) => entry.value - rival.value);
  const interval = bootstrap.interval(
    cells(
      pairs.map(({ entry }) => entry),
      design,
    ),
    weightedMean(values),
  );
  const sign = better === 'lower' ? -1 : 1;
  const ones = new Float64Array(pairs.length).fill(1);
  const order = comparisonOrder(
    pairs.map(({ entry }) => sign * entry.value),
    pairs.map(({ rival }) => sign * rival.value),
  );
  return {
    baseline: best[0]!.row.policy,
    estimate: mean(values),
    standardError: standardError(values),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    probability: weightedProbabilityOfImprovement(order, ones, ones),
    pairs: pairs.length,
  };
}
