import { describe, expect, it } from 'vitest';
import { formatMetric, metricIds, metricTableMarkdown } from '../../../src/eval/metrics.ts';
import { buildSummary, parseSummary, summaryCsv } from '../../../src/eval/summary.ts';
import { summaryRow } from './summary-rows.ts';

const rows = [summaryRow(), summaryRow({ seed: 1, ecpc: null, clicks: 0 })];

describe('buildSummary', () => {
  it('survives the way through JSON, additional fields of rows included', () => {
    const summary = buildSummary('ladder', 'abc', [{ ...rows[0]!, cost: 12 } as (typeof rows)[0], rows[1]!]);
    const again = parseSummary(JSON.stringify(summary), 'summary.json');
    expect(again).toEqual(summary);
    expect(again.rows[0]).toHaveProperty('cost', 12);
    expect(again).toMatchObject({ schemaVersion: 1, experiment: 'ladder', configHash: 'abc' });
  });

  it('refuses a NaN and says where it is', () => {
    const build = () => buildSummary('x', 'y', [summaryRow({ winRate: Number.NaN })]);
    expect(build).toThrow(/^DATA_INVALID: summary rows: 0\.winRate: .*NaN/);
  });

  it('refuses two rows of one policy, seed, fraction and flight', () => {
    expect(() => buildSummary('x', 'y', [summaryRow(), summaryRow()])).toThrow("two of 'constant', seed 0");
  });
});

describe('parseSummary', () => {
  it('refuses what is not JSON, another schema version and a missing field by name', () => {
    expect(() => parseSummary('{', 'a/summary.json')).toThrow(/^FILE_INVALID: a\/summary\.json: expected JSON/);
    const summary = buildSummary('x', 'y', rows);
    expect(() => parseSummary(JSON.stringify({ ...summary, schemaVersion: 2 }), 'f')).toThrow('schemaVersion');
    const { spendMicros: _, ...rest } = rows[0]!;
    expect(() => parseSummary(JSON.stringify({ ...summary, rows: [rest] }), 'f')).toThrow('rows.0.spendMicros');
  });
});

describe('summaryCsv', () => {
  it('writes one line per row and measured number and leaves out what is unknown', async () => {
    const lines = (await summaryCsv(rows)).trimEnd().split('\n');
    expect(lines[0]).toBe('policy,title,kind,seed,budgetFraction,flight,horizon,metric,value');
    expect(lines[1]).toBe('constant,Constant bid,baseline,0,0.25,day 1,48,valueRatio,0.9');
    // 15 metrics less exhaustedAt in both rows and ecpc in the second
    expect(lines).toHaveLength(1 + 14 + 13);
  });

  it('quotes titles with commas and keeps additional numbers', async () => {
    const csv = await summaryCsv([{ ...summaryRow({ title: 'Linear, tuned' }), cost: 12.5 } as (typeof rows)[0]]);
    expect(csv).toContain('constant,"Linear, tuned",baseline,0,0.25,day 1,48,cost,12.5\n');
  });

  it('writes the header even without rows', async () => {
    expect(await summaryCsv([])).toBe('policy,title,kind,seed,budgetFraction,flight,horizon,metric,value\n');
  });
});

describe('the metric table', () => {
  it('defines every measured field of a row once and renders it as Markdown', () => {
    const identity = ['policy', 'title', 'kind', 'seed', 'budgetFraction', 'flight', 'horizon'];
    const measured = Object.keys(summaryRow()).filter((field) => !identity.includes(field));
    expect([...metricIds].sort()).toEqual(measured.sort());
    expect(metricTableMarkdown().split('\n')).toHaveLength(2 + metricIds.length);
    expect(metricTableMarkdown()).toContain('| `ecpc` | Cost per click (eCPC) | currency per click |');
  });

  it('writes numbers for people', () => {
    expect(formatMetric('spendMicros', 1_234_567_890_000, 'CNY')).toBe('1,234,567.89 CNY');
    expect(formatMetric('clicks', 12345)).toBe('12,345');
    expect(formatMetric('clicks', 0.25)).toBe('0.3');
    expect(formatMetric('winRate', 0.1234)).toBe('12.3 %');
    expect(formatMetric('valueRatio', 0.97349)).toBe('0.973');
    expect(formatMetric('value', -1234.5)).toBe('−1,234.5');
    expect(formatMetric('ecpc', null)).toBe('–');
    expect(formatMetric('ecpc', 7.5, 'CNY')).toBe('7.50 CNY');
  });
});
