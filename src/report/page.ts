import type { TopLevelSpec } from 'vega-lite';
import { type MetricId, metricIds, metrics } from '../eval/metrics.ts';
import { charts } from './charts/charts.ts';
import { headlineTables } from './headline-table.ts';
import { escapeHtml, wordsTable } from './html.ts';
import { framedPage } from './page-frame.ts';
import type { ReportData } from './report-data.ts';

/** Charts of a report by id, in reading order; those with nothing to show are left out. */
export type ChartSpecs = ReadonlyMap<string, TopLevelSpec>;

/** The specifications of every chart that has something to show. */
export function chartSpecs(data: ReportData): ChartSpecs {
  const specs = new Map<string, TopLevelSpec>();
  for (const id of charts.ids) {
    const spec = charts.get(id).spec(data);
    if (spec !== null) specs.set(id, spec);
  }
  return specs;
}

/** The report of a comparison as one HTML document; see {@link framedPage}. */
export function renderPage(data: ReportData, specs: ChartSpecs): string {
  return framedPage(
    {
      ...data,
      notes: [...data.verdict.caveats, ...data.warnings],
      results: `<p class="soft">Value is counted in ${escapeHtml(data.valueUnit)}. A flight is one test day at one budget; counts and money are means per flight, over all budgets. Policies are ordered by their score.</p>
${headlineTables(data)}`,
      figures: [...specs.keys()].map((id) => ({ id, ...charts.get(id) })),
      meanings: metricsHtml(data),
    },
    specs,
  );
}

function metricsHtml(data: ReportData): string {
  const rows = metricIds.map((id) => {
    const { title, description } = metrics[id];
    return { cells: [title, unitWords(id, data), description].map(escapeHtml) };
  });
  const interval =
    'Scores are interquartile means: the mean of the middle half of all flights. Intervals hold 95 % of 2,000 bootstrap resamples in which training seeds and test flights are drawn anew, apart from one another and the same for all policies. The best baseline is the one with the highest score.';
  return `<p>${interval}</p>${wordsTable(['Metric', 'Unit', 'Meaning'], rows)}`;
}

/** The unit in which the page shows a metric: money in the campaign's currency, value in the tape's unit. */
function unitWords(id: MetricId, { currency, valueUnit }: ReportData): string {
  const { unit, format } = metrics[id];
  if (format === 'micros') return currency;
  return unit.replace('value units of the tape', valueUnit).replace('currency', currency);
}
