import { groupBy } from '../eval/group-by.ts';
import { mean } from '../eval/statistics.ts';
import { budgetWords, round5 } from './chart.ts';
import type { PacingPoint, ReportData } from './report-data.ts';
import { type Series, seriesOf, withSeries } from './series.ts';

/** More points on a line than this cannot be seen. */
const MAX_POINTS = 96;
const MAX_PANELS = 4;

/** One point of an averaged trace in the panel of its budget. */
export interface TracePoint {
  readonly title: string;
  readonly highlighted: boolean;
  /** Words: the panel it is drawn in. */
  readonly budget: string;
  readonly timeShare: number;
  readonly value: number;
}

/** Averaged traces with what is needed to draw them in panels. */
export interface Traces {
  readonly series: readonly Series[];
  /** Panel names, smallest budget first. */
  readonly budgets: readonly string[];
  readonly points: readonly TracePoint[];
}

/**
 * Mean over seeds of one quantity of the pacing traces, at up to four budgets (spread over those played) and up to 96 times.
 *
 * @param quantity The quantity; null leaves the point out.
 */
export function averageTraces(data: ReportData, quantity: (point: PacingPoint) => number | null): Traces {
  const series = seriesOf(data.aggregates);
  const chosen = panelFractions(data);
  const highlighted = new Set(series.filter((entry) => entry.highlighted).map(({ policy }) => policy));
  const kept = withSeries(data.pacing, series).filter(({ budgetFraction }) => chosen.includes(budgetFraction));
  const lines = groupBy(kept, ({ policy, budgetFraction }) => `${policy}/${budgetFraction}`);
  const points = [...lines.values()].flatMap((line) => {
    const times = [...groupBy(line, ({ timeShare }) => timeShare)].sort(([a], [b]) => a - b);
    return thin(times).flatMap(([timeShare, atTime]): TracePoint[] => {
      const values = atTime.map(quantity).filter((value) => value !== null);
      const { title, policy, budgetFraction } = atTime[0]!;
      if (values.length === 0) return [];
      const budget = budgetWords(budgetFraction);
      return [
        {
          title,
          highlighted: highlighted.has(policy),
          budget,
          timeShare: round5(timeShare),
          value: round5(mean(values)),
        },
      ];
    });
  });
  const titles = new Set(points.map(({ title }) => title));
  return {
    series: series.filter(({ title }) => titles.has(title)),
    budgets: chosen.map(budgetWords),
    points,
  };
}

/** Up to four of the budget fractions with traces, the smallest and the largest among them, ascending. */
export function panelFractions(data: ReportData): number[] {
  const all = [...new Set(data.pacing.map(({ budgetFraction }) => budgetFraction))].sort((a, b) => a - b);
  if (all.length <= MAX_PANELS) return all;
  return Array.from({ length: MAX_PANELS }, (_, i) => all[Math.round((i * (all.length - 1)) / (MAX_PANELS - 1))]!);
}

/** Every k-th entry and the last one. */
function thin<T>(entries: readonly T[]): T[] {
  const every = Math.ceil(entries.length / MAX_POINTS);
  return entries.filter((_, i) => i % every === 0 || i === entries.length - 1);
}
