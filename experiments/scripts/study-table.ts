import { MICROS_PER_UNIT } from '../../src/core/units.ts';
import type { Measure, MeasureAggregate } from '../../src/eval/measures.ts';
import { table } from './markdown-table.ts';

/** The part of a study's `summary.json` that its table in README is made from. */
export interface StudyResults {
  /** The measure that ranks policies. */
  readonly score: string;
  /** How measures are written; summaries of older runs have none. */
  readonly measures?: Readonly<Record<string, Pick<Measure, 'format'>>>;
  readonly aggregates: readonly unknown[];
}

/** With more columns than these, standard errors are left to the summary. */
const MOST_WITH_ERRORS = 4;

/** Policies × strata: mean of the score and its standard error, policies in the order of the first stratum. */
export function studyTable({ score, measures, aggregates }: StudyResults): string {
  const unit = measures?.[score]?.format === 'micros' ? MICROS_PER_UNIT : 1;
  const scores = (aggregates as readonly MeasureAggregate[]).filter(({ measure }) => measure === score);
  const stratumOf = ({ stratum }: MeasureAggregate) => Object.values(stratum).join(', ');
  const strata = [...new Set(scores.map(stratumOf))];
  const titles = new Map(scores.map(({ policy, title }) => [policy, title]));
  const cell = (policy: string, stratum: string) => {
    const own = scores.find((entry) => entry.policy === policy && stratumOf(entry) === stratum);
    if (own === undefined) return '';
    const error =
      own.standardError === null || strata.length > MOST_WITH_ERRORS
        ? ''
        : ` ± ${digits(own.standardError / unit, own.mean / unit)}`;
    return `${digits(own.mean / unit, own.mean / unit)}${error}`;
  };
  return table(
    ['Policy', ...strata.map((stratum) => (stratum === '' ? 'Score' : stratum))],
    [...titles].map(([policy, title]) => [title, ...strata.map((stratum) => cell(policy, stratum))]),
  );
}

/** As many decimals as a number of the given size deserves. */
function digits(value: number, size: number): string {
  const magnitude = Math.abs(size);
  return value.toFixed(magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 2 ? 2 : 4);
}
