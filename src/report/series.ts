import type { Aggregate } from '../eval/aggregate.ts';
import type { PolicyKind } from '../eval/summary-row.ts';
import { GREY, REFERENCE_COLOUR, SERIES_COLOURS } from './theme.ts';

/** A policy as charts draw it. */
export interface Series {
  readonly policy: string;
  /** Unique words. */
  readonly title: string;
  readonly kind: PolicyKind;
  readonly colour: string;
  /** Drawn in colour; the others are grey context. */
  readonly highlighted: boolean;
}

const MAX_LEARNERS = 4;
const MAX_BASELINES = 2;

/**
 * The policies of a report in the order of their score over all budgets, best first, with fixed colours.
 *
 * The best learners and the two best baselines are highlighted, so that no chart has more colours than a reader can hold;
 * the rest stays grey. Ceilings, which are 1 by definition, are left out.
 */
export function seriesOf(aggregates: readonly Aggregate[]): Series[] {
  const overall = aggregates.filter((entry) => entry.budgetFraction === null && entry.kind !== 'ceiling');
  const titles = overall.map((entry) => entry.title);
  const counts = { learner: 0, baseline: 0 };
  return overall.map((entry): Series => {
    const unique = titles.filter((title) => title === entry.title).length === 1;
    const title = unique ? entry.title : `${entry.title} (${entry.policy})`;
    const base = { policy: entry.policy, title, kind: entry.kind };
    if (entry.kind === 'learner' && counts.learner < MAX_LEARNERS) {
      return { ...base, colour: SERIES_COLOURS.learners[counts.learner++]!, highlighted: true };
    }
    if (entry.kind === 'baseline' && counts.baseline < MAX_BASELINES) {
      return { ...base, colour: SERIES_COLOURS.baselines[counts.baseline++]!, highlighted: true };
    }
    return { ...base, colour: entry.kind === 'reference' ? REFERENCE_COLOUR : GREY, highlighted: false };
  });
}

/** Titles of the best learner and the two best baselines: what score axes must show. */
export function contenders(series: readonly Series[]): Set<string> {
  const best = (kind: PolicyKind, n: number) => series.filter((entry) => entry.kind === kind).slice(0, n);
  const found = [...best('learner', 1), ...best('baseline', 2)];
  return new Set((found.length > 0 ? found : series).map(({ title }) => title));
}

/** Vega-Lite colour scale of series: each keeps its colour in every chart. */
export function colourScale(series: readonly Series[]): { domain: string[]; range: string[] } {
  return { domain: series.map(({ title }) => title), range: series.map(({ colour }) => colour) };
}

/** Adds the series' words to records that carry a policy id; records of unknown policies are left out. */
export function withSeries<T extends { readonly policy: string }>(
  records: readonly T[],
  series: readonly Series[],
): (Omit<T, 'title'> & { readonly title: string })[] {
  const titles = new Map(series.map(({ policy, title }) => [policy, title]));
  return records.flatMap((record) => {
    const title = titles.get(record.policy);
    return title === undefined ? [] : [{ ...record, title }];
  });
}
