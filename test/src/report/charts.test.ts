import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { charts } from '../../../src/report/charts/charts.ts';
import { chartSpecs } from '../../../src/report/page.ts';
import { compileSpec, renderPng, renderSvg } from '../../../src/report/render.ts';
import type { ReportData } from '../../../src/report/report-data.ts';
import { sampleReport } from './sample-report.ts';

const small = { seeds: 2, flights: 3, fractions: [0.125, 0.5], steps: 6, evaluations: 4, replicates: 50 };
const data = sampleReport(small);

/** Nothing but one policy on one flight: no intervals, no traces, no learners. */
const bare: ReportData = {
  ...sampleReport({ ...small, seeds: 1, flights: 1, fractions: [0.25] }),
  learningCurves: [],
  pacing: [],
  exhaustion: [],
  priceLandscape: [],
  heatmaps: [],
  actions: [],
};

const ajv = new Ajv({ strict: false, allErrors: false });
addFormats.default(ajv);
ajv.addFormat('color-hex', /^#([0-9a-f]{3}){1,2}$/i);
const validate = ajv.compile(JSON.parse(readFileSync('node_modules/vega-lite/build/vega-lite-schema.json', 'utf8')));

describe.each([...charts.ids])('the chart %s', (id) => {
  const chart = charts.get(id);

  it('is valid Vega-Lite and compiles without a warning', () => {
    const spec = chart.spec(data);
    expect(spec).not.toBeNull();
    expect(validate(JSON.parse(JSON.stringify(spec))), JSON.stringify(validate.errors)).toBe(true);
    compileSpec(spec!);
  });

  it('is the one in the golden file, to the last mark', async () => {
    const text = `${JSON.stringify(chart.spec(data), null, 1)}\n`;
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../../golden/report', `${id}.vl.json`));
  });

  it('says in its caption and its axes what is seen, in words', () => {
    expect(chart.caption).toMatch(/^[A-Z].{40,}[.]$/s);
    const text = JSON.stringify(chart.spec(data));
    for (const word of ['undefined', 'NaN', '"iqm_', 'value-aware-dp']) expect(text).not.toContain(word);
  });

  it('has something to show or nothing at all for a single flight without traces', async () => {
    const spec = chart.spec(bare);
    if (spec !== null) compileSpec(spec);
  });

  it('leaves itself out when there are no results', () => {
    expect(chart.spec({ ...bare, rows: [], aggregates: [] })).toBeNull();
  });
});

describe('rendering', () => {
  it('draws SVG that names the policies, and the same SVG twice', async () => {
    const spec = chartSpecs(data).get('value-ratio-intervals')!;
    const svg = await renderSvg(spec);
    expect(svg).toMatch(/^<svg .*<\/svg>$/s);
    for (const title of ['PPO', 'Value-aware DP', 'Best constant multiplier in hindsight'])
      expect(svg).toContain(title);
    expect(await renderSvg(spec)).toBe(svg);
  });

  it('draws PNG at twice the size of the SVG, or says which package is missing', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>';
    const png = await renderPng(svg).catch((error: Error) => error);
    if (png instanceof Error) expect(png.message).toContain('@resvg/resvg-js');
    // PNG header: width and height are big-endian 32-bit numbers at bytes 16 and 20.
    else expect([Buffer.from(png).readUInt32BE(16), Buffer.from(png).readUInt32BE(20)]).toEqual([40, 20]);
  });

  it('refuses a specification that Vega-Lite warns about or cannot compile', () => {
    const chart = (encoding: object) => ({ data: { values: [{ a: 1 }] }, mark: 'bar', encoding }) as never;
    const shapedBars = chart({ x: { field: 'a', type: 'ordinal' }, shape: { field: 'a', type: 'nominal' } });
    expect(() => compileSpec(shapedBars)).toThrow(/^CONFIG_INVALID: chart specification: .*shape/);
    expect(() => compileSpec(chart({ x: { field: 'a', type: 'wrong' } }))).toThrow(/^CONFIG_INVALID: .*field type/);
  });
});

describe('the action histogram', () => {
  const chart = charts.get('action-histogram');
  const valuesOf = (report: ReportData) =>
    (chart.spec(report) as unknown as { data: { values: { multiplier: number; share: number }[] } }).data.values;

  it('keeps the levels of a grid of actions', () => {
    expect(new Set(valuesOf(data).map(({ multiplier }) => multiplier)).size).toBe(15);
  });

  it('gathers continuous actions in at most 21 bins of equal ratio and loses no decision', () => {
    const actions = Array.from({ length: 200 }, (_, i) => ({
      policy: 'ppo',
      title: 'PPO',
      multiplier: 0.01 * 1.05 ** i,
      share: 1 / 200,
    }));
    const values = valuesOf({ ...data, actions });
    expect(values).toHaveLength(21);
    expect(values.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 3);
  });
});
