import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../experiments/package-root.ts';
import type { TrialPool } from '../../experiments/trial-pool.ts';
import type { SummaryRow } from '../../src/eval/summary-row.ts';
import { finishedRunIds, readRunResult, runFolder } from '../../src/store/run-store.ts';
import { filesUnder } from '../cli/real-cli.ts';
import { buildProgram, type Started, startProgram } from './built-program.ts';
import { runHere, TINY, TINY_DQN, TINY_PPO, tinyConfig } from './tiny.ts';

/** Two learners of two seeds, long enough to be caught at work, and a baseline. */
const LONGER = {
  ...TINY,
  policies: [{ ...TINY_DQN, envSteps: 2000 }, { ...TINY_PPO, envSteps: 4000 }, 'linear'],
};
const NUM_RUNS = 6;

const byIdentity = (rows: readonly SummaryRow[]) => rows.map((row) => JSON.stringify(row)).sort();

function summaryRows(out: string): readonly SummaryRow[] {
  return JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).rows;
}

describe('the built program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bidlab-processes-'));
  const path = (name: string) => join(folder, name);
  let expected: string[];

  beforeAll(async () => {
    buildProgram();
    writeFileSync(path('longer.yaml'), JSON.stringify(LONGER));
    // In this thread, without any worker and never interrupted.
    expected = byIdentity((await runHere(tinyConfig(LONGER), path('here'), { backend: 'wasm' })).rows);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (out: string, workers: number): Started =>
    startProgram('run', path('longer.yaml'), '--out', path(out), '--backend', 'wasm', '--workers', String(workers));

  /** Waits for the first finished run; resolves to the ids of those that are finished then. */
  async function firstFinished(out: string): Promise<string[]> {
    for (let waited = 0; waited < 40_000; waited += 10) {
      const done = finishedRunIds(path(out));
      if (done.length > 0) return done;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('no run finished within 40 s');
  }

  const doneAt = (out: string, ids: readonly string[]) =>
    ids.map((id) => statSync(join(runFolder(path(out), id), 'DONE')).mtimeMs);

  it('killed within a training goes on from its checkpoint to what one undisturbed thread comes to', async () => {
    const killed = start('within', 1);
    const checkpoints = () =>
      (existsSync(path('within')) ? filesUnder(path('within')) : []).filter((name) => /\/training\/[ab]\//.test(name));
    for (let waited = 0; checkpoints().length === 0 && waited < 40_000; waited += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    killed.kill('SIGKILL');
    await killed.ended;
    expect(checkpoints()).not.toEqual([]);
    const { code, err } = await start('within', 2).ended;
    expect(code, err).toBe(0);
    expect(byIdentity(summaryRows(path('within')))).toEqual(expected);
    expect(checkpoints()).toEqual([]);
  });

  it('killed in the middle keeps what is finished, and goes on in two threads to what one undisturbed thread comes to', async () => {
    const killed = start('killed', 1);
    await firstFinished('killed');
    killed.kill('SIGKILL');
    await killed.ended;
    const kept = finishedRunIds(path('killed'));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(NUM_RUNS);
    const before = doneAt('killed', kept);
    const { code, err } = await start('killed', 2).ended;
    expect(code, err).toBe(0);
    expect(err).toContain(`${kept.length} of ${NUM_RUNS} runs are already done and are kept.`);
    expect(doneAt('killed', kept)).toEqual(before);
    expect(byIdentity(summaryRows(path('killed')))).toEqual(expected);
    expect(filesUnder(path('killed')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('interrupted by Ctrl-C says that finished runs are kept, ends with 130 and leaves them whole', async () => {
    const interrupted = start('interrupted', 1);
    const done = await firstFinished('interrupted');
    interrupted.kill('SIGINT');
    const { code, out, err } = await interrupted.ended;
    expect([code, out]).toEqual([130, '']);
    expect(err).toMatch(/bidlab: interrupted: finished runs are kept; start the same command again to resume\.\n$/);
    expect(finishedRunIds(path('interrupted'))).toEqual(expect.arrayContaining(done));
    expect(filesUnder(path('interrupted'))).not.toContain('summary.json');
  });

  it('ends with 1 and one line on a wrong input', async () => {
    const { code, out, err } = await startProgram('run', path('none.yaml')).ended;
    expect([code, out]).toEqual([1, '']);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/^bidlab: FILE_NOT_FOUND: .*none\.yaml does not exist/);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('reports what went wrong in a worker as the same one line', async () => {
    writeFileSync(path('bad.mjs'), "export function createPolicy() { throw new TypeError('a fault of mine'); }");
    writeFileSync(path('bad.yaml'), JSON.stringify({ ...TINY, policies: [{ module: './bad.mjs' }] }));
    const { code, err } = await startProgram('run', path('bad.yaml'), '--out', path('bad'), '--workers', '1').ended;
    expect(code).toBe(1);
    expect(err).toMatch(
      /\nbidlab: FILE_INVALID: .*bad\.mjs: createPolicy failed with TypeError: a fault of mine \(line 1\); correct the module\n$/,
    );
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('comes to the same in child processes, which native TensorFlow needs, and hands their errors back', async () => {
    const ids = finishedRunIds(path('here'));
    const taskOf = (runId: string, changes: object = {}) => {
      const kept = JSON.parse(readFileSync(join(runFolder(path('here'), runId), 'config.json'), 'utf8'));
      const own = { worldKey: String(kept.seed), folder: path('forked'), runId, configHash: 'forked' };
      return { ...kept, dataFolder: undefined, backend: 'wasm', source: null, ...own, ...changes };
    };
    const { makeTrialPool } = await import(pathToFileURL(join(PACKAGE_ROOT, 'dist/experiments/trial-pool.js')).href);
    const pool: TrialPool = makeTrialPool(2, 'tensorflow');
    const never = new AbortController().signal;
    const shares: number[] = [];
    const runTask = (runId: string, changes?: object, signal = never) =>
      pool.run(taskOf(runId, changes), (share) => shares.push(share), signal);
    try {
      await Promise.all([runTask(ids[0]!), runTask(ids.at(-1)!)]);
      for (const id of [ids[0]!, ids.at(-1)!]) {
        const [here, forked] = ['here', 'forked'].map((out) => readRunResult(path(out), id));
        expect(forked).toEqual(here);
      }
      expect(Math.max(...shares)).toBe(1);
      const broken = { source: undefined, config: { ...TINY, market: 'no-such-market' }, worldKey: 'broken' };
      await expect(runTask(ids[1]!, broken)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
      const abort = new AbortController();
      const dropped = runTask(ids[1]!, { folder: path('dropped') }, abort.signal);
      abort.abort();
      await expect(dropped).rejects.toThrow(/abort/);
    } finally {
      await pool.close();
    }
  });
});
