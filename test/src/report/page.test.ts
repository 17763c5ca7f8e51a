import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSummary } from '../../../src/eval/summary.ts';
import { escapeHtml } from '../../../src/report/html.ts';
import { chartSpecs, renderPage } from '../../../src/report/page.ts';
import type { ReportData } from '../../../src/report/report-data.ts';
import { writeReport } from '../../../src/report/write-report.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { sampleReport } from './sample-report.ts';

const data: ReportData = {
  ...sampleReport({ seeds: 2, flights: 3, fractions: [0.125, 0.5], steps: 6, evaluations: 4, replicates: 50 }),
  title: 'Days & <nights> </script>',
};

/** The same without anything that is drawn over the flight. */
const short: ReportData = {
  ...data,
  learningCurves: [],
  pacing: [],
  exhaustion: [],
  priceLandscape: [],
  heatmaps: [],
  actions: [],
  warnings: [],
};

describe('renderPage', () => {
  const page = renderPage(data, chartSpecs(data));

  it('puts the verdict before the table and the table before the charts', () => {
    const places = [escapeHtml(data.verdict.headline), '<table>', '<figure'].map((part) => page.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  it('asks for nothing: no source, no stylesheet, no import', () => {
    const markup = page.replace(/(<script[^>]*>).*?<\/script>/gs, '$1');
    expect(markup).not.toMatch(/<(script|img|iframe)[^>]*\ssrc=|<link\b|@import|url\(/i);
    expect(markup).toContain("default-src 'none'");
  });

  it('escapes what people wrote, also inside scripts', () => {
    expect(page).toContain('<h1>Days &#38; &#60;nights&#62; &#60;/script&#62;</h1>');
    // Four scripts for code, one for data, and as many ends.
    expect(page.match(/<\/script/g)).toHaveLength(5);
  });

  it('shows the warnings, the caveats and where the numbers come from', () => {
    for (const text of [...data.warnings, ...data.verdict.caveats, ...Object.values(data.provenance)]) {
      expect(page.includes(escapeHtml(text)), text).toBe(true);
    }
  });

  it('has a table of results for every budget, folded', () => {
    expect(page.match(/<details>/g)).toHaveLength(2);
    expect(page).toContain('<summary>Budget 1/8 of full cost</summary>');
  });
});

describe('writeReport', () => {
  it('writes the page, the summary and two files for every chart, and removes charts of an earlier report', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'charts'));
    writeFileSync(join(folder, 'charts/old.svg'), '');
    const { files } = await writeReport(data, folder);
    const ids = [...chartSpecs(data).keys()];
    expect([...files].sort()).toEqual(
      [
        'report.html',
        'summary.csv',
        'summary.json',
        ...ids.flatMap((id) => [`charts/${id}.svg`, `charts/${id}.vl.json`]),
      ].sort(),
    );
    expect(readdirSync(join(folder, 'charts'))).toHaveLength(2 * ids.length);
    expect(readdirSync(folder).sort()).toEqual(['charts', 'report.html', 'summary.csv', 'summary.json']);
    const summary = parseSummary(readFileSync(join(folder, 'summary.json'), 'utf8'), 'summary.json');
    expect(summary.rows).toEqual(data.rows);
    expect(summary.aggregates).toEqual(data.aggregates);
  });

  it('writes a report without a single chart of traces', async () => {
    const folder = temporaryFolder();
    await writeReport(short, folder);
    expect(existsSync(join(folder, 'charts/learning-curves.svg'))).toBe(false);
  });

  it('names the folder that it cannot write to', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(writeReport(short, join(folder, 'file'))).rejects.toThrow(/^OUTPUT_FAILED: .*file/);
  });
});

const executablePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

describe.skipIf(executablePath === undefined)('the page in headless Chromium (skipped where none is installed)', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(() => browser.close());

  it('draws every chart without an error and without a request', async () => {
    const folder = temporaryFolder();
    const specs = chartSpecs(data);
    writeFileSync(join(folder, 'report.html'), renderPage(data, specs));
    const page = await browser.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => errors.push(message.text()));
    const url = pathToFileURL(join(folder, 'report.html')).href;
    await page.goto(url);
    await page.waitForSelector('body[data-drawn=yes]', { timeout: 30_000 });
    expect(errors).toEqual([]);
    expect(requests).toEqual([url]);
    for (const id of specs.keys()) {
      expect(await page.locator(`figure#${id} .chart svg`).count(), id).toBe(1);
      const box = await page.locator(`figure#${id} .chart svg`).boundingBox();
      expect(box!.width, id).toBeGreaterThan(300);
    }
    // The files behind a chart are made when asked for.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('figure#value-ratio-intervals a[data-file=csv]').click(),
    ]);
    expect(download.suggestedFilename()).toBe('value-ratio-intervals.csv');
    expect(readFileSync((await download.path())!, 'utf8')).toMatch(/^title,iqm,low,high,label\n/);
  }, 60_000);

  it('fits a phone without scrolling sideways', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'report.html'), renderPage(data, chartSpecs(data)));
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await page.waitForSelector('body[data-drawn=yes]', { timeout: 30_000 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  }, 60_000);
});
