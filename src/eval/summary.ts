import { writeToString } from 'fast-csv';
import * as z from 'zod';
import { SimError } from '../core/errors.ts';
import { type Aggregate, type AggregateOptions, aggregate } from './aggregate.ts';
import { metricIds } from './metrics.ts';
import type { SummaryRow } from './summary-row.ts';

/** What `summary.json` holds: every row of an experiment and what follows from them. */
export interface Summary {
  readonly schemaVersion: 1;
  /** Name of the experiment. */
  readonly experiment: string;
  /** SHA-256 of the experiment's configuration, hex. */
  readonly configHash: string;
  /** Rows may carry more fields than {@link SummaryRow} names; they pass through. */
  readonly rows: readonly SummaryRow[];
  readonly aggregates: readonly Aggregate[];
}

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

const rowSchema = z.looseObject({
  policy: z.string().min(1),
  title: z.string().min(1),
  kind: z.enum(['learner', 'baseline', 'reference', 'ceiling']),
  seed: count,
  budgetFraction: amount,
  flight: z.string(),
  horizon: count,
  auctions: count,
  impressions: count,
  clicks: count,
  conversions: count,
  budgetMicros: count,
  spendMicros: count,
  value: amount,
  hindsightValue: amount,
  valueRatio: amount,
  winRate: amount.max(1),
  cpm: amount.nullable(),
  ecpc: amount.nullable(),
  budgetUtilization: amount,
  overspendMicros: count,
  exhaustedAt: amount.max(1).nullable(),
});

const summarySchema = z.looseObject({
  schemaVersion: z.literal(1),
  experiment: z.string(),
  configHash: z.string(),
  rows: z.array(rowSchema),
  aggregates: z.array(z.looseObject({ policy: z.string(), budgetFraction: z.number().nullable() })),
});

/**
 * Checks the rows and aggregates them.
 *
 * @throws SimError `DATA_INVALID` naming the first bad row and field (a NaN, a negative amount, two rows of one identity).
 */
export function buildSummary(
  experiment: string,
  configHash: string,
  rows: readonly SummaryRow[],
  options: AggregateOptions = {},
): Summary {
  checkRows(rows);
  return { schemaVersion: 1, experiment, configHash, rows, aggregates: aggregate(rows, options) };
}

/**
 * Reads a `summary.json`.
 *
 * @param source Name of the file, for errors.
 * @throws SimError `FILE_INVALID` naming the file, the place in it, what was expected and the remedy.
 */
export function parseSummary(text: string, source: string): Summary {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${source}: expected JSON; write it again with 'bidlab run'.`, { cause });
  }
  const parsed = summarySchema.safeParse(json);
  if (!parsed.success) {
    throw new SimError('FILE_INVALID', `${source}: ${firstIssue(parsed.error)}; write it again with 'bidlab run'.`);
  }
  return json as Summary;
}

/**
 * The rows as long-form CSV: one line per row and measured number, `policy … horizon, metric, value`.
 *
 * Additional numeric fields of the rows follow the metrics of the table. Numbers are written in full precision.
 */
export async function summaryCsv(rows: readonly SummaryRow[]): Promise<string> {
  const lines = rows.flatMap(longForm);
  const headers = ['policy', 'title', 'kind', 'seed', 'budgetFraction', 'flight', 'horizon', 'metric', 'value'];
  return writeToString(lines, { headers, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
}

function longForm(row: SummaryRow): (string | number)[][] {
  const { policy, title, kind, seed, budgetFraction, flight, horizon, ...measured } = row;
  const identity = [policy, title, kind, seed, budgetFraction, flight, horizon];
  const names = [...new Set<string>([...metricIds, ...Object.keys(measured)])];
  const numbers = measured as Readonly<Record<string, unknown>>;
  return names.flatMap((name) => {
    const value = numbers[name];
    return typeof value === 'number' ? [[...identity, name, value]] : [];
  });
}

function checkRows(rows: readonly SummaryRow[]): void {
  const parsed = z.array(rowSchema).safeParse(rows);
  if (!parsed.success) throw new SimError('DATA_INVALID', `summary rows: ${firstIssue(parsed.error)}`);
  const seen = new Set<string>();
  for (const { policy, seed, budgetFraction, flight, horizon } of rows) {
    const identity = JSON.stringify([policy, seed, budgetFraction, flight, horizon]);
    if (seen.has(identity)) {
      throw new SimError(
        'DATA_INVALID',
        `summary rows: expected one row per policy, seed, budget fraction and flight, received two of '${policy}', seed ${seed}, fraction ${budgetFraction}, flight '${flight}'`,
      );
    }
    seen.add(identity);
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]!;
  return `${issue.path.join('.')}: ${issue.message}`;
}
