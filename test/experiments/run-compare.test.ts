import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportInputs } from '../../experiments/report-inputs.ts';
import { writeTape } from '../../src/data/tape-file.ts';
import { parseSummary } from '../../src/eval/summary.ts';
import type { SummaryRow } from '../../src/eval/summary-row.ts';
import { loadPolicy } from '../../src/policy/runtime.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { runFolder } from '../../src/store/run-store.ts';
import { randomGame } from '../src/sim/random-tape.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';
import { runFile, runHere, TINY_DQN, TINY_PPO, type TinyRun, tinyConfig } from './tiny.ts';

const LEARNERS = [TINY_DQN, TINY_PPO];
const CONFIG = tinyConfig({
  policies: [...LEARNERS, 'linear', 'pid-pacing', 'rlb', 'best-constant', 'hindsight-optimum'],
});

const cell = ({ budgetFraction, seed, flight }: SummaryRow) => `${budgetFraction} ${seed} ${flight}`;

describe('a comparison of two learners, three baselines and both references', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bidlab-compare-'));
  let run: TinyRun;
  beforeAll(async () => {
    run = await runHere(CONFIG, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('plays every policy on every flight, seed and budget exactly once', () => {
    const keys = run.rows.map((row) => `${row.policy} ${cell(row)}`);
    expect(keys).toHaveLength(7 * 2 * 2 * 2);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(run.rows.map((row) => row.flight))).toEqual(new Set(['day 4', 'day 5']));
  });

  it('puts all policies before the same auctions, budgets and hindsight values', () => {
    const cells = new Map<string, SummaryRow[]>();
    for (const row of run.rows) cells.set(cell(row), [...(cells.get(cell(row)) ?? []), row]);
    for (const rows of cells.values()) {
      for (const field of ['auctions', 'budgetMicros', 'hindsightValue'] as const) {
        expect(new Set(rows.map((row) => row[field])).size, field).toBe(1);
      }
    }
    // Markets are drawn anew for each seed.
    expect(new Set(run.rows.map((row) => row.hindsightValue)).size).toBe(cells.size);
  });

  it('never overspends, and nobody beats the hindsight optimum', () => {
    for (const row of run.rows) {
      expect(row.overspendMicros).toBe(0);
      expect(row.spendMicros).toBeLessThanOrEqual(row.budgetMicros);
      expect(row.value).toBeLessThanOrEqual(row.hindsightValue * (1 + 1e-12));
      expect(row.valueRatio).toBe(row.value / row.hindsightValue);
    }
    const ceiling = run.rows.filter((row) => row.kind === 'ceiling');
    expect(new Set(ceiling.map((row) => row.valueRatio))).toEqual(new Set([1]));
  });

  it('leaves for each learner a curve, a bundle that replays, metrics and a manifest', async () => {
    for (const policy of ['dqn', 'ppo']) {
      const { curve } = JSON.parse(runFile(run, policy, 0, 'result.json'));
      expect(curve[0].envSteps).toBe(0);
      expect(curve.at(-1).envSteps).toBe(240);
      const bundle = await loadPolicy(runFile(run, policy, 0, 'checkpoint/policy.json'));
      expect(bundle.details.title).toContain('A tiny comparison');
      expect(runFile(run, policy, 0, 'metrics.csv')).toMatch(/^envSteps,.*eval\/valueRatio/);
      expect(JSON.parse(runFile(run, policy, 0, 'manifest.json'))).toMatchObject({ backend: 'cpu (plain JavaScript)' });
    }
  });

  it('makes a summary.json of the promised form and a CSV of the same rows', async () => {
    const data = await reportInputs(run.finished, run.finished.world);
    await writeReport(data, folder);
    const summary = parseSummary(readFileSync(join(folder, 'summary.json'), 'utf8'), 'summary.json');
    expect(summary).toMatchObject({ schemaVersion: 1, experiment: 'tiny' });
    expect(summary.configHash).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.rows).toEqual(run.rows);
    const everywhere = summary.aggregates.filter((entry) => entry.budgetFraction === null);
    expect(everywhere.map((entry) => entry.policy).sort()).toEqual([...new Set(run.rows.map((r) => r.policy))].sort());
    const lines = readFileSync(join(folder, 'summary.csv'), 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => line.includes(',spendMicros,'))).toHaveLength(run.rows.length);
    expect(data.heatmaps.length).toBeGreaterThan(0);
    expect(data.learningCurves.length).toBeGreaterThan(0);
  });

  it('comes to the same, bit for bit, a second time', async () => {
    const again = await runHere(CONFIG, temporaryFolder());
    expect(JSON.stringify(again.rows)).toBe(JSON.stringify(run.rows));
    for (const policy of ['dqn', 'ppo']) {
      const weights = (each: TinyRun) => JSON.parse(runFile(each, policy, 1, 'checkpoint/policy.json')).network;
      expect(weights(again)).toEqual(weights(run));
    }
  });

  it('takes up where it was left: a run without DONE is done again, nothing else', async () => {
    const { trials } = run.finished;
    const lost = trials.find(({ seat, seed }) => seat.policy === 'ppo' && seed === 1)!;
    rmSync(join(runFolder(folder, lost.runId), 'DONE'));
    const resumed = await runHere(CONFIG, folder);
    expect(resumed.notes).toContain('13 of 14 runs are already done and are kept.');
    expect(resumed.started).toEqual(['PPO, seed 1']);
    expect(JSON.stringify(resumed.rows)).toBe(JSON.stringify(run.rows));
  });

  it('keeps what is done when seeds and policies are added', async () => {
    const config = { ...CONFIG, seeds: 3, policies: [...CONFIG.policies, 'truthful'] };
    const more = await runHere(config, folder);
    expect(more.notes).toContain('14 of 24 runs are already done and are kept.');
    const before = more.rows.filter((row) => row.seed < 2 && row.policy !== 'truthful');
    expect(new Set(before.map((row) => JSON.stringify(row)))).toEqual(
      new Set(run.rows.map((row) => JSON.stringify(row))),
    );
  });

  it('refuses its folder to another configuration', async () => {
    await expect(runHere({ ...CONFIG, stepsPerFlight: 8 }, folder)).rejects.toThrow(
      /OUTPUT_CONFLICT: .*already holds the results of 'tiny' under another configuration.*--out.*--force/,
    );
  });
});

describe('the test days', () => {
  it('never influence a choice: with other values on them the trained and tuned policies are the same', async () => {
    const { tape } = randomGame('test days', { numFlights: 5, horizon: 120 });
    const weights: unknown[] = [];
    const rows: (readonly SummaryRow[])[] = [];
    for (const factor of [1, 3]) {
      const folder = temporaryFolder();
      const changed = { ...tape, value: tape.value.map((value, i) => (i >= 360 ? value * factor : value)) };
      writeTape(changed, join(folder, 'log.tape'));
      const config = tinyConfig({
        market: undefined,
        tape: 'log.tape',
        horizon: 120,
        seeds: 1,
        policies: [TINY_DQN, TINY_PPO, 'linear', 'ortb1', 'pid-pacing'],
      });
      const run = await runHere(config, join(folder, 'out'), { baseFolder: folder });
      weights.push(
        ['dqn', 'ppo'].map((policy) => JSON.parse(runFile(run, policy, 0, 'checkpoint/policy.json')).network),
      );
      const { curve } = JSON.parse(runFile(run, 'dqn', 0, 'result.json'));
      weights.push(curve);
      rows.push(run.rows);
    }
    expect(weights[2]).toEqual(weights[0]);
    expect(weights[3]).toEqual(weights[1]);
    expect(rows[1]!.map((row) => row.hindsightValue)).not.toEqual(rows[0]!.map((row) => row.hindsightValue));
  });
});

describe('a user’s own policy', () => {
  const MODULE = `export function createPolicy({ train, flight }, { share }) {
    const price = train.marketPriceMicros.reduce((a, b) => a + b) / train.value.reduce((a, b) => a + b);
    return {
      kind: 'multiplier',
      reset() {},
      decide(flights, active, out) { for (let n = 0; n < out.length; n++) if (active[n]) out[n] = price * share; },
    };
  }`;

  it('takes its seat beside the others, with its options, and runs again when it changes', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'mine.mjs'), MODULE);
    const config = tinyConfig({
      seeds: 1,
      policies: [
        { module: './mine.mjs', share: 0.5, title: 'Mine' },
        { module: './mine.mjs', as: 'shy', share: 0.1 },
        'linear',
      ],
    });
    const out = join(folder, 'out');
    const run = await runHere(config, out, { baseFolder: folder });
    const of = (policy: string) => run.rows.filter((row) => row.policy === policy);
    expect(of('mine')[0]).toMatchObject({ title: 'Mine', kind: 'baseline' });
    expect(of('mine')).toHaveLength(4);
    expect(of('shy')[0]!.impressions).toBeLessThan(of('mine')[0]!.impressions);
    expect((await runHere(config, out, { baseFolder: folder })).started).toEqual([]);
    writeFileSync(join(folder, 'mine.mjs'), `${MODULE}\n// changed`);
    expect((await runHere(config, out, { baseFolder: folder })).started).toEqual(['Mine, seed 0', 'shy, seed 0']);
  });

  it('is refused by name, before anything is written, where it cannot be loaded', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'empty.mjs'), 'export const answer = 42;');
    writeFileSync(join(folder, 'broken.mjs'), 'export function (');
    const cases: [string, RegExp][] = [
      ['./none.mjs', /FILE_NOT_FOUND: policies\.0\.module: .*none\.mjs does not exist/],
      ['./empty.mjs', /FILE_INVALID: .*empty\.mjs: expected an export named createPolicy/],
      ['./broken.mjs', /FILE_INVALID: .*broken\.mjs: cannot be loaded: /],
    ];
    for (const [module, message] of cases) {
      const out = join(folder, 'out');
      await expect(runHere(tinyConfig({ policies: [{ module }] }), out, { baseFolder: folder })).rejects.toThrow(
        message,
      );
      expect(existsSync(out)).toBe(false);
    }
  });

  it('that fails or is no policy is named, and leaves no half-written run behind', async () => {
    const folder = temporaryFolder();
    const cases: [string, RegExp][] = [
      ["{ throw new TypeError('no luck'); }", /FILE_INVALID: .*\.mjs: createPolicy failed with TypeError: no luck/],
      [
        '{ return { bid: 1 }; }',
        /FILE_INVALID: .*\.mjs: createPolicy: expected a policy with kind 'multiplier' or 'bid'/,
      ],
      ["{ return { kind: 'bid', reset() {}, bid() {} }; }", /expected a policy with a method beginStep/],
    ];
    for (const [i, [body, message]] of cases.entries()) {
      writeFileSync(join(folder, `mine-${i}.mjs`), `export function createPolicy() ${body}`);
      const out = join(folder, `out-${i}`);
      const config = tinyConfig({ seeds: 1, policies: [{ module: `./mine-${i}.mjs` }] });
      await expect(runHere(config, out, { baseFolder: folder })).rejects.toThrow(message);
      expect(readdirSync(join(out, 'runs'))).toEqual([]);
    }
  });
});

describe('what cannot be played', () => {
  const refused = async (changes: Record<string, unknown>, message: RegExp, tape = randomGame('refused').tape) => {
    const folder = temporaryFolder();
    writeTape(tape, join(folder, 'log.tape'));
    const out = join(folder, 'out');
    await expect(runHere(tinyConfig(changes), out, { baseFolder: folder })).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  };

  it('is refused before anything is written', async () => {
    await refused(
      { policies: ['pip-pacing'] },
      /UNKNOWN_ID: policies\.0: unknown policy 'pip-pacing'; did you mean 'pid-pacing'\?/,
    );
    await refused(
      { policies: ['linear', 'linear'] },
      /policies: 'linear' sits twice; give one of them another name with 'as'/,
    );
    await refused({ tape: 'log.tape' }, /expected one of market, tape and campaign, received market and tape/);
    await refused(
      { market: undefined, tape: 'log.tape', horizon: 120 },
      /DATA_INVALID: tape 'test tape' has 3 flights, but days\.train \+ validation \+ test asks for 5; lower them/,
    );
    await refused({ market: undefined, campaign: 2997 }, /campaign 2997: .*say where it lies with --data FOLDER/);
    await refused({ policies: [{ id: 'best-constant', share: 1 }] }, /policies\.0: takes no options, received share/);
    await refused(
      { policies: [{ ...TINY_DQN, actions: 'gird' }] },
      /policies\.0\.actions: expected one of grid, moves, log/,
    );
  });

  it('includes the log’s own bids on a tape that does not tell them', async () => {
    const sentence =
      /DATA_INVALID: policy 'status-quo' cannot play on '.*': needs the bids of the log’s own bidder: map a bid column/;
    await refused({ policies: ['status-quo'] }, sentence);
    await refused({ policies: ['status-quo'], market: undefined, tape: 'log.tape', horizon: 60 }, sentence);
  });

  it('plays the log’s own bids where the tape tells them', async () => {
    const folder = temporaryFolder();
    const { tape } = randomGame('bids', { numFlights: 5 });
    writeTape(
      { ...tape, loggedBidMicros: tape.marketPriceMicros.map((price) => price + 2000) },
      join(folder, 'log.tape'),
    );
    const config = tinyConfig({ market: undefined, tape: 'log.tape', horizon: 120, policies: ['status-quo'] });
    const { rows } = await runHere(config, join(folder, 'out'), { baseFolder: folder });
    expect(rows.every((row) => row.spendMicros > 0.9 * row.budgetMicros)).toBe(true);
  });
});
