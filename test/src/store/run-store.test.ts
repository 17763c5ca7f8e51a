import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeManifest } from '../../../src/store/manifest.ts';
import {
  beginRun,
  finishedRunIds,
  finishRun,
  isRunDone,
  metricsCsv,
  readRunConfig,
  readRunManifest,
  readRunMetrics,
  readRunResult,
  runId,
} from '../../../src/store/run-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const manifest = makeManifest({
  backend: 'wasm',
  configHash: 'c'.repeat(64),
  tapeHash: null,
  startedAt: new Date(0),
  endedAt: new Date(1000),
});
const outcome = { result: { rows: [1, 2] }, manifest, metrics: [{ 'train/loss': 0.5 }, { 'eval/valueRatio': 0.9 }] };

describe('the run store', () => {
  it('names runs by environment, agent, seed and eight digits of the hash', () => {
    expect(runId('budget-pacing-v1', 'dqn', 3, '0123456789abcdef')).toBe('budget-pacing-v1__dqn__3__01234567');
    expect(runId('my/env', '../mine', 0, 'ffffffff')).toBe('my-env__..-mine__0__ffffffff');
  });

  it('gives back what a finished run left', async () => {
    const folder = temporaryFolder();
    await finishRun(beginRun(folder, 'a', { seed: 1 }), outcome);
    expect(readRunResult(folder, 'a')).toEqual({ rows: [1, 2] });
    expect(readRunManifest(folder, 'a')).toEqual(manifest);
    expect(readRunConfig(folder, 'a')).toEqual({ seed: 1 });
    expect(readdirSync(join(folder, 'runs/a')).sort()).toEqual(
      ['DONE', 'config.json', 'events.out.tfevents.0.bidlab', 'manifest.json', 'metrics.csv', 'result.json'].sort(),
    );
  });

  it('does not see a run that was cut off, and redoes it from an empty folder', async () => {
    const folder = temporaryFolder();
    const cut = beginRun(folder, 'a', {});
    mkdirSync(cut.checkpointFolder);
    writeFileSync(join(cut.checkpointFolder, 'half'), '');
    expect(finishedRunIds(folder)).toEqual([]);
    expect(() => readRunResult(folder, 'a')).toThrow('expected a finished run');
    await finishRun(beginRun(folder, 'a', {}), outcome);
    expect(existsSync(join(cut.checkpointFolder, 'half'))).toBe(false);
    expect(finishedRunIds(folder)).toEqual(['a']);
  });

  it('writes DONE last: a run whose manifest cannot be written is not done', async () => {
    const folder = temporaryFolder();
    const run = beginRun(folder, 'a', {});
    mkdirSync(join(run.folder, 'manifest.json'));
    await expect(finishRun(run, outcome)).rejects.toThrow(/^OUTPUT_FAILED: .*manifest\.json/);
    expect(isRunDone(folder, 'a')).toBe(false);
  });

  it('does not begin a run that is done', async () => {
    const folder = temporaryFolder();
    await finishRun(beginRun(folder, 'a', {}), outcome);
    expect(() => beginRun(folder, 'a', {})).toThrow(/^OUTPUT_CONFLICT/);
  });

  it('names the file of a finished run that is missing', async () => {
    const folder = temporaryFolder();
    await finishRun(beginRun(folder, 'a', {}), outcome);
    rmSync(join(folder, 'runs/a/result.json'));
    expect(() => readRunResult(folder, 'a')).toThrow(/^FILE_INVALID: .*result\.json/);
  });

  it('gives back training records without the metrics they lack, and none where nothing was trained', async () => {
    const folder = temporaryFolder();
    await finishRun(beginRun(folder, 'a', {}), outcome);
    expect(await readRunMetrics(folder, 'a')).toEqual(outcome.metrics);
    await finishRun(beginRun(folder, 'b', {}), { ...outcome, metrics: [] });
    expect(await readRunMetrics(folder, 'b')).toEqual([]);
    writeFileSync(join(folder, 'runs/a/metrics.csv'), 'train/loss\n0.5\nx\n');
    await expect(readRunMetrics(folder, 'a')).rejects.toThrow(/^FILE_INVALID: .*metrics\.csv: record 2/);
  });

  it('writes metrics as CSV with empty cells where an iteration lacks a metric', async () => {
    expect(await metricsCsv(outcome.metrics)).toBe('train/loss,eval/valueRatio\n0.5,\n,0.9\n');
    expect(await metricsCsv([])).toBe('');
  });
});

describe('makeManifest', () => {
  it('says which versions, machine and commit made a result', () => {
    expect(manifest.node).toBe(process.version);
    expect(manifest.bidlab).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
    expect(manifest.packages['seedrandom']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.cpu.cores).toBeGreaterThan(0);
    expect(manifest.endedAt).toBe('1970-01-01T00:00:01.000Z');
    if (manifest.git !== null) expect(manifest.git.commit).toMatch(/^[0-9a-f]{40}$/);
  });
});
