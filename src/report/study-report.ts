import { writeToString } from 'fast-csv';
import type { TopLevelSpec } from 'vega-lite';
import { microsToUnits } from '../core/units.ts';
import type { Measure, MeasureAggregate, StudyRow } from '../eval/measures.ts';
import type { PolicyKind } from '../eval/summary-row.ts';
import type { Verdict } from '../eval/verdict.ts';
import { escapeHtml, htmlTable, wordsTable } from './html.ts';
import { framedPage, type PageFigure } from './page-frame.ts';

/** Everything the report of a study shows; plain JSON. */
export interface StudyReport {
  readonly experiment: string;
  readonly configHash: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly StudyRow[];
  readonly aggregates: readonly MeasureAggregate[];
  /** Measures in the order of the headline table, by row field. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** The measure that ranks policies. */
  readonly score: string;
  readonly strata: readonly { readonly field: string; readonly title: string }[];
  readonly verdict: Verdict;
  readonly charts: readonly (PageFigure & { readonly spec: TopLevelSpec })[];
  readonly warnings: readonly string[];
  readonly provenance: Readonly<Record<string, string>>;
}

/** One line of the headline table: a policy in one stratum. */
export interface HeadlineLine {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  readonly stratum: MeasureAggregate['stratum'];
  /** By measure; measures without numbers are absent. */
  readonly cells: Readonly<Record<string, MeasureAggregate>>;
}

const KIND_WORDS = { learner: 'trained', baseline: 'baseline', reference: 'reference', ceiling: 'ceiling' } as const;

/** What `summary.json` of a study holds. */
export function studySummary({ experiment, configHash, score, measures, rows, aggregates }: StudyReport) {
  return { schemaVersion: 1, experiment, configHash, score, measures, rows, aggregates };
}

/** The rows as long-form CSV: one line per row and number, `policy, title, kind, seed, metric, value`, strata in front. */
export async function studyCsv(rows: readonly StudyRow[]): Promise<string> {
  const text = [...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => isLabel(name, row[name]))))];
  const lines = rows.flatMap((row) =>
    Object.entries(row)
      .filter(([name, value]) => name !== 'seed' && typeof value === 'number')
      .map(([name, value]) => [...text.map((field) => row[field] ?? ''), row.seed, name, value]),
  );
  const headers = [...text, 'seed', 'metric', 'value'];
  return writeToString(lines, { headers, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
}

function isLabel(name: string, value: unknown): boolean {
  return name !== 'seed' && (typeof value === 'string' || typeof value === 'boolean');
}

/** Headline lines by stratum, each with its policies ordered by the score, best first. */
export function headlineLines({ aggregates, measures, score }: StudyReport): HeadlineLine[][] {
  const strata = new Map<string, Map<string, HeadlineLine & { cells: Record<string, MeasureAggregate> }>>();
  for (const entry of aggregates) {
    const { policy, title, kind, stratum } = entry;
    const key = JSON.stringify(stratum);
    const lines = strata.get(key) ?? new Map();
    strata.set(key, lines);
    const line = lines.get(policy) ?? { policy, title, kind, stratum, cells: {} };
    lines.set(policy, line);
    line.cells[entry.measure] = entry;
  }
  const sign = measures[score]!.better === 'lower' ? 1 : -1;
  const rank = (line: HeadlineLine) => {
    const mean = line.cells[score]?.mean;
    return mean === undefined ? Number.POSITIVE_INFINITY : sign * mean;
  };
  return [...strata.values()].map((lines) => [...lines.values()].sort((a, b) => rank(a) - rank(b) || 0));
}

/** A mean of a measure as people read it. */
export function formatMeasure({ format }: Measure, value: number): string {
  if (format === 'percent') return `${(100 * value).toFixed(1)} %`;
  const number = format === 'micros' ? microsToUnits(value) : value;
  const digits = Math.abs(number) >= 1000 ? 0 : Math.abs(number) >= 100 ? 1 : Math.abs(number) >= 10 ? 2 : 3;
  return number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The report of a study as one HTML document; see {@link framedPage}. */
export function renderStudyPage(report: StudyReport): string {
  const { verdict, warnings, charts, measures } = report;
  return framedPage(
    {
      ...report,
      notes: [...verdict.caveats, ...warnings],
      results: resultsHtml(report),
      figures: charts,
      meanings: meaningsHtml(measures),
    },
    new Map(charts.map(({ id, spec }) => [id, spec])),
  );
}

function resultsHtml(report: StudyReport): string {
  const { measures, score } = report;
  const intro = `<p class="soft">Policies are ordered by ${escapeHtml(measures[score]!.title.toLowerCase())}. Numbers are means; ± is one standard error, the range below a 95 % interval.</p>`;
  const groups = headlineLines(report);
  const tables = groups.map((lines) => {
    const table = tableHtml(report, lines);
    const words = stratumWords(report, lines[0]!.stratum);
    return words === '' ? table : `<h3>${escapeHtml(words)}</h3>${table}`;
  });
  return [intro, ...tables].join('\n');
}

/** "Auction: first price, Participants: 2"; empty without strata. */
export function stratumWords(
  { strata }: Pick<StudyReport, 'strata'>,
  stratum: Readonly<Record<string, unknown>>,
): string {
  return strata.map(({ field, title }) => `${title}: ${String(stratum[field])}`).join(', ');
}

function tableHtml({ measures, score }: StudyReport, lines: readonly HeadlineLine[]): string {
  const shown = Object.entries(measures).filter(([id]) => lines.some((line) => line.cells[id] !== undefined));
  const compares = lines.some((line) => line.cells[score]?.differenceToBestBaseline != null);
  const head = [
    'Policy',
    ...shown.map(([, { title, unit }]) => `${escapeHtml(title)} <small>${escapeHtml(unit)}</small>`),
    ...(compares
      ? [`${escapeHtml(measures[score]!.title)} against the best baseline <small>± standard error</small>`]
      : []),
  ];
  const rows = lines.map((line) => ({
    className: line.kind,
    cells: [
      `${escapeHtml(line.title)} <small>${KIND_WORDS[line.kind]}</small>`,
      ...shown.map(([id, measure]) => cellHtml(measure, line.cells[id], id === score)),
      ...(compares ? [differenceHtml(measures[score]!, line.cells[score])] : []),
    ],
  }));
  return htmlTable(head, rows);
}

function cellHtml(measure: Measure, entry: MeasureAggregate | undefined, isScore: boolean): string {
  if (entry === undefined) return '–';
  const number = formatMeasure(measure, entry.mean);
  const error = entry.standardError === null ? '' : ` <small>± ${formatMeasure(measure, entry.standardError)}</small>`;
  const range =
    entry.low === null || entry.high === null
      ? ''
      : `<br><small>${formatMeasure(measure, entry.low)} to ${formatMeasure(measure, entry.high)}</small>`;
  return isScore ? `<b>${number}</b>${error}${range}` : `${number}${error}`;
}

function differenceHtml(measure: Measure, entry: MeasureAggregate | undefined): string {
  const difference = entry?.differenceToBestBaseline;
  if (difference === null || difference === undefined) return '–';
  const sign = difference.estimate < 0 ? '−' : '+';
  const error =
    difference.standardError === null ? '' : ` <small>± ${formatMeasure(measure, difference.standardError)}</small>`;
  return `${sign}${formatMeasure(measure, Math.abs(difference.estimate))}${error}`;
}

function meaningsHtml(measures: StudyReport['measures']): string {
  const rows = Object.values(measures).map(({ title, unit, description }) => ({
    cells: [title, unit, description].map(escapeHtml),
  }));
  const interval =
    'Intervals hold 95 % of 2,000 bootstrap resamples in which seeds and what was played are drawn anew, apart from one another. The best baseline is the one with the best mean; differences to it are paired by seed and by what was played.';
  return `<p>${interval}</p>${wordsTable(['Measure', 'Unit', 'Meaning'], rows)}`;
}
