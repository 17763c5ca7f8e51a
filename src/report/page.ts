import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { SimError } from '../core/errors.ts';
import { type MetricId, metricIds, metrics } from '../eval/metrics.ts';
import { charts } from './charts/charts.ts';
import { headlineTables } from './headline-table.ts';
import { embedJson, embedScript, escapeHtml, htmlTable } from './html.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
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

/**
 * The report as one HTML document that needs nothing else: styles, data, Vega, Vega-Lite and Vega-Embed are inside, and a
 * content security policy forbids every request.
 *
 * @throws SimError `FILE_NOT_FOUND` when the drawing packages are not installed.
 */
export function renderPage(data: ReportData, specs: ChartSpecs): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(data.title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${headerHtml(data)}
${verdictHtml(data)}
${notesHtml([...data.verdict.caveats, ...data.warnings])}
<h2 id="results">Results</h2>
<p class="soft">Value is counted in ${escapeHtml(data.valueUnit)}. A flight is one test day at one budget; counts and money are means per flight, over all budgets. Policies are ordered by their score.</p>
${headlineTables(data)}
<h2 id="charts">Charts</h2>
<noscript><p>The charts are drawn by a script, which is switched off here; the folder <i>charts</i> beside this page has them as pictures.</p></noscript>
${[...specs.keys()].map(figureHtml).join('\n')}
<h2 id="metrics">What the numbers mean</h2>
${metricsHtml(data)}
<h2 id="provenance">Where this comes from</h2>
${provenanceHtml(data)}
</main>
<script type="application/json" id="chart-specs">${embedJson(Object.fromEntries(specs))}</script>
${drawingLibraries()
  .map((source) => `<script>${embedScript(source)}</script>`)
  .join('\n')}
<script type="module">${embedScript(PAGE_SCRIPT)}</script>
</body>
</html>
`;
}

function headerHtml(data: ReportData): string {
  return `<header>
<h1>${escapeHtml(data.title)}</h1>
<p class="soft">${escapeHtml(data.description)}</p>
<nav><a href="#results">Results</a><a href="#charts">Charts</a><a href="#metrics">What the numbers mean</a><a href="#provenance">Where this comes from</a></nav>
</header>`;
}

function verdictHtml({ verdict }: ReportData): string {
  return `<section class="verdict" aria-label="Verdict">
<p>${escapeHtml(verdict.headline)}</p>
${listHtml(verdict.details)}
</section>`;
}

function notesHtml(notes: readonly string[]): string {
  if (notes.length === 0) return '';
  return `<section class="notes"><b>Before you rely on this</b>${listHtml(notes)}</section>`;
}

function listHtml(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

function figureHtml(id: string): string {
  const { title, caption } = charts.get(id);
  const file = (kind: string, words: string) =>
    `<a href="#${id}" data-file="${kind}" download="${id}.${kind}">${words}</a>`;
  return `<figure id="${id}">
<h3>${escapeHtml(title)}</h3>
<figcaption>${escapeHtml(caption)}</figcaption>
<div class="chart"></div>
<div class="files">${file('svg', 'Picture (SVG)')}${file('csv', 'Data (CSV)')}${file('json', 'Chart (Vega-Lite JSON)')}</div>
</figure>`;
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

function provenanceHtml({ provenance, experiment, configHash }: ReportData): string {
  const facts = { ...provenance, Experiment: experiment, 'Configuration hash': configHash };
  const rows = Object.entries(facts).map((cells) => ({ cells: cells.map(escapeHtml) }));
  return `${wordsTable(['Fact', 'Value'], rows)}<p class="soft">All rows lie beside this page as summary.json and summary.csv.</p>`;
}

function wordsTable(head: readonly string[], rows: readonly { readonly cells: readonly string[] }[]): string {
  return htmlTable(head, rows).replace('<table>', '<table class="words">');
}

/** The browser builds of Vega, Vega-Lite and Vega-Embed, in the order in which they must be loaded. */
function drawingLibraries(): string[] {
  const require = createRequire(import.meta.url);
  return ['vega', 'vega-lite', 'vega-embed'].map((name) => {
    try {
      const source = readFileSync(join(dirname(require.resolve(name)), `${name}.min.js`), 'utf8');
      return source.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
    } catch (cause) {
      throw new SimError('FILE_NOT_FOUND', `${name}: its browser build is missing; run 'npm ci' again.`, { cause });
    }
  });
}
