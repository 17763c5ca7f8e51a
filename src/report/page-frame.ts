import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { SimError } from '../core/errors.ts';
import type { Verdict } from '../eval/verdict.ts';
import { embedJson, embedScript, escapeHtml, wordsTable } from './html.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A figure of a page; its specification is kept under the same id. */
export interface PageFigure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
}

/** What a report page says, whatever kind of experiment it is about. */
export interface PageContent {
  readonly experiment: string;
  readonly configHash: string;
  readonly title: string;
  readonly description: string;
  readonly verdict: Verdict;
  /** What the reader should know before relying on it. */
  readonly notes: readonly string[];
  /** The tables of results, HTML. */
  readonly results: string;
  /** In reading order. */
  readonly figures: readonly PageFigure[];
  /** What the numbers mean, HTML. */
  readonly meanings: string;
  /** Where the numbers lie beside the page, a sentence; summary.json and summary.csv where absent. */
  readonly numbersAt?: string;
  readonly provenance: Readonly<Record<string, string>>;
}

/**
 * The report as one HTML document that needs nothing else: styles, data, Vega, Vega-Lite and Vega-Embed are inside, and a
 * content security policy forbids every request.
 *
 * @throws SimError `FILE_NOT_FOUND` when the drawing packages are not installed.
 */
export function framedPage(content: PageContent, specs: ReadonlyMap<string, TopLevelSpec>): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(content.title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${headerHtml(content)}
${verdictHtml(content)}
${notesHtml(content.notes)}
<h2 id="results">Results</h2>
${content.results}
<h2 id="charts">Charts</h2>
<noscript><p>The charts are drawn by a script, which is switched off here; the folder <i>charts</i> beside this page has them as pictures.</p></noscript>
${content.figures.map(figureHtml).join('\n')}
<h2 id="metrics">What the numbers mean</h2>
${content.meanings}
<h2 id="provenance">Where this comes from</h2>
${provenanceHtml(content)}
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

function headerHtml(data: PageContent): string {
  return `<header>
<h1>${escapeHtml(data.title)}</h1>
<p class="soft">${escapeHtml(data.description)}</p>
<nav><a href="#results">Results</a><a href="#charts">Charts</a><a href="#metrics">What the numbers mean</a><a href="#provenance">Where this comes from</a></nav>
</header>`;
}

function verdictHtml({ verdict }: PageContent): string {
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

function figureHtml({ id, title, caption }: PageFigure): string {
  const file = (kind: string, words: string) =>
    `<a href="#${id}" data-file="${kind}" download="${id}.${kind}">${words}</a>`;
  return `<figure id="${id}">
<h3>${escapeHtml(title)}</h3>
<figcaption>${escapeHtml(caption)}</figcaption>
<div class="chart"></div>
<div class="files">${file('svg', 'Picture (SVG)')}${file('csv', 'Data (CSV)')}${file('json', 'Chart (Vega-Lite JSON)')}</div>
</figure>`;
}

function provenanceHtml(content: PageContent): string {
  const { provenance, experiment, configHash } = content;
  const { numbersAt = 'All rows lie beside this page as summary.json and summary.csv.' } = content;
  const facts = { ...provenance, Experiment: experiment, 'Configuration hash': configHash };
  const rows = Object.entries(facts).map((cells) => ({ cells: cells.map(escapeHtml) }));
  return `${wordsTable(['Fact', 'Value'], rows)}<p class="soft">${escapeHtml(numbersAt)}</p>`;
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
