import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWriteFileSync, outputError } from '../core/atomic-write.ts';
import { type Summary, summaryCsv } from '../eval/summary.ts';
import type { Explanation } from '../explain/explanation.ts';
import { explanationFigures, renderExplanationPage } from './explanation-page.ts';
import { type ChartSpecs, chartSpecs, renderPage } from './page.ts';
import { renderPng, renderSvg } from './render.ts';
import type { ReportData } from './report-data.ts';
import { renderStudyPage, type StudyReport, studyCsv, studySummary } from './study-report.ts';

/** What {@link writeReport} wrote, relative to its folder. */
export interface WrittenReport {
  readonly files: readonly string[];
}

/**
 * Writes everything a finished experiment leaves for readers: `summary.json`, `summary.csv`, `report.html` and every chart as
 * `.vl.json` and `.svg` (and `.png`).
 *
 * Everything is drawn before anything is written, every file is replaced as a whole, and charts of an earlier report that
 * this one does not have are removed.
 *
 * @param options.png Also draw PNGs, which needs the optional package `@resvg/resvg-js`.
 * @throws SimError `OUTPUT_FAILED` when a file cannot be written or PNGs cannot be drawn.
 */
export async function writeReport(
  data: ReportData,
  folder: string,
  options: { readonly png?: boolean } = {},
): Promise<WrittenReport> {
  const specs = chartSpecs(data);
  const texts = {
    'summary.json': `${JSON.stringify(summaryOf(data))}\n`,
    'summary.csv': await summaryCsv(data.rows),
    'report.html': renderPage(data, specs),
  };
  return writeReportFiles(texts, specs, folder, options.png === true);
}

/** {@link writeReport} for a study: the same files. */
export async function writeStudyReport(
  report: StudyReport,
  folder: string,
  options: { readonly png?: boolean } = {},
): Promise<WrittenReport> {
  const specs = new Map(report.charts.map(({ id, spec }) => [id, spec]));
  const texts = {
    'summary.json': `${JSON.stringify(studySummary(report))}\n`,
    'summary.csv': await studyCsv(report.rows),
    'report.html': renderStudyPage(report),
  };
  return writeReportFiles(texts, specs, folder, options.png === true);
}

/** Writes `explain.json`, `explain.html` and every chart of an explanation; see {@link writeReport}. */
export async function writeExplanation(
  explanation: Explanation,
  folder: string,
  options: { readonly png?: boolean } = {},
): Promise<WrittenReport> {
  const figures = explanationFigures(explanation);
  const texts = {
    'explain.html': renderExplanationPage(explanation, figures),
    'explain.json': `${JSON.stringify(explanation)}\n`,
  };
  return writeReportFiles(texts, new Map(figures.map(({ id, spec }) => [id, spec])), folder, options.png === true);
}

async function writeReportFiles(
  texts: Readonly<Record<string, string>>,
  specs: ChartSpecs,
  folder: string,
  png: boolean,
): Promise<WrittenReport> {
  const files = new Map<string, string | Uint8Array>(Object.entries(texts));
  for (const [id, spec] of specs) {
    const svg = await renderSvg(spec);
    files.set(`charts/${id}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`);
    files.set(`charts/${id}.svg`, svg);
    if (png) files.set(`charts/${id}.png`, await renderPng(svg));
  }
  prepareFolder(folder);
  for (const [name, content] of files) atomicWriteFileSync(join(folder, name), content);
  return { files: [...files.keys()] };
}

function prepareFolder(folder: string): void {
  const chartsFolder = join(folder, 'charts');
  try {
    rmSync(chartsFolder, { recursive: true, force: true });
    mkdirSync(chartsFolder, { recursive: true });
  } catch (error) {
    throw outputError(chartsFolder, error);
  }
}

function summaryOf({ experiment, configHash, rows, aggregates }: ReportData): Summary {
  return { schemaVersion: 1, experiment, configHash, rows, aggregates };
}
