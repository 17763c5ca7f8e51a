import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../experiments/package-root.ts';
import { LIST_KINDS } from '../../src/cli/services.ts';
import type { SummaryRow } from '../../src/eval/summary-row.ts';
import { TINY, TINY_PPO } from '../experiments/tiny.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';
import { bidlab, bidlabJson, expectRefused, filesUnder } from './real-cli.ts';

interface Rows {
  readonly rows: readonly SummaryRow[];
}

/** Rows without the names of their policy, which differ between a seat and a path. */
const unnamed = (rows: readonly SummaryRow[]) => rows.map(({ policy: _, title: __, ...row }) => JSON.stringify(row));

describe('one experiment through every command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bidlab-cli-'));
  const path = (name: string) => join(folder, name);
  const file = path('tiny.yaml');
  const onCpu = ['--backend', 'cpu', '--out', path('out')];
  let trained: Rows & { readonly run: string };
  let results: Rows;

  beforeAll(async () => {
    writeFileSync(file, JSON.stringify({ ...TINY, policies: [TINY_PPO, 'linear', 'hindsight-optimum'] }));
    trained = await bidlabJson('train', file, '--policy', 'ppo', '--seed', '1', ...onCpu);
    const run = await bidlab('run', file, ...onCpu, '--json');
    expect(run.code, run.err).toBe(0);
    expect(run.err).toContain('1 of 6 runs are already done and are kept.');
    results = JSON.parse(run.out);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const rowsOf = (policy: string, seed: number) =>
    results.rows.filter((row) => row.policy === policy && row.seed === seed);

  it('train’s run is taken up by run', () => {
    expect(unnamed(trained.rows)).toEqual(unnamed(rowsOf('ppo', 1)));
  });

  it('an exported policy earns what its run earned, to the last digit', async () => {
    const exported = await bidlabJson<{ goldenVectors: number }>('export', trained.run, '--out', path('exported'));
    expect(exported.goldenVectors).toBeGreaterThanOrEqual(100);
    const fromBundle = await bidlabJson<Rows>('evaluate', path('exported'), '--experiment', file, '--seed', '1');
    expect(unnamed(fromBundle.rows)).toEqual(unnamed(rowsOf('ppo', 1)));
    const fromRun = await bidlabJson<Rows>('evaluate', trained.run, 'linear');
    expect(unnamed(fromRun.rows.slice(0, 4))).toEqual(unnamed(rowsOf('ppo', 1)));
    expect(unnamed(fromRun.rows.slice(4))).toEqual(unnamed(rowsOf('linear', 1)));
  });

  it('a tampered bundle is refused', async () => {
    await bidlab('export', trained.run, '--out', path('tampered'));
    const bundle = readFileSync(path('tampered/policy.json'), 'utf8');
    writeFileSync(path('tampered/policy.json'), bundle.replace(/("head": *")mean/, '$1argmax'));
    const onExperiment = ['--experiment', file];
    const result = await bidlab('evaluate', path('tampered'), ...onExperiment);
    expectRefused(result, /^BUNDLE_INVALID: .*tampered\/policy\.json: .*checksum/);
    writeFileSync(path('tampered/policy.json'), 'no JSON');
    expectRefused(await bidlab('evaluate', path('tampered'), ...onExperiment), /^BUNDLE_INVALID: .*policy\.json/);
  });

  it('a baseline’s run and a folder that is no run have nothing to export', async () => {
    const id = filesUnder(path('out/runs'))
      .find((name) => name.includes('__linear__1__'))!
      .split('/')[0]!;
    const nothing = await bidlab('export', join(path('out/runs'), id), '--out', path('none'));
    expectRefused(nothing, /^FILE_NOT_FOUND: .*this run trained nothing.*name a learner's run$/);
    expectRefused(await bidlab('export', folder, '--out', path('none')), /expected the folder of a finished run/);
    expect(existsSync(path('none'))).toBe(false);
  });

  it('the report can be drawn again to the same bytes', async () => {
    const drawn = filesUnder(path('out')).filter((name) => !name.startsWith('runs/'));
    expect(drawn).toEqual(
      expect.arrayContaining(['report.html', 'summary.csv', 'summary.json', 'charts/spend-pacing.svg']),
    );
    const before = drawn.map((name) => readFileSync(join(path('out'), name), 'utf8'));
    const { code, err } = await bidlab('report', path('out'));
    expect(code, err).toBe(0);
    expect(filesUnder(path('out')).filter((name) => !name.startsWith('runs/'))).toEqual(drawn);
    expect(drawn.map((name) => readFileSync(join(path('out'), name), 'utf8'))).toEqual(before);
  });

  it('a report without results is refused', async () => {
    expectRefused(
      await bidlab('report', folder),
      /^FILE_NOT_FOUND: .*report-data\.json does not exist; .*folder of a finished experiment, or finish it with 'bidlab run'/,
    );
  });

  it('nothing to play on is said', async () => {
    await bidlab('export', trained.run, '--out', path('alone'));
    expectRefused(
      await bidlab('evaluate', path('alone')),
      /^CONFIG_INVALID: nothing to play on: name a tape with --tape or an experiment/,
    );
  });

  it('a learner that is not seated can be trained, one that is unknown cannot', async () => {
    const unknown = await bidlab('train', file, '--policy', 'ppoo', ...onCpu);
    expectRefused(unknown, /^UNKNOWN_ID: unknown learner 'ppoo'; did you mean 'ppo'\?/);
    writeFileSync(path('none.yaml'), JSON.stringify({ ...TINY, policies: ['linear'] }));
    const none = await bidlab('train', path('none.yaml'), '--out', path('none'));
    expectRefused(none, /^CONFIG_INVALID: the experiment seats no learner; name one with --policy/);
    expect(existsSync(path('none'))).toBe(false);
  });
});

describe('a tape', () => {
  it('is drawn again to the same bytes from its seed', async () => {
    const folder = temporaryFolder();
    const draw = (name: string, seed: string) => {
      const set = ['--set', 'days=2', '--set', 'auctionsPerDay=40', '--seed', seed];
      return bidlabJson<{ tapeHash: string }>('generate', 'ipinyou-2997', ...set, '--out', join(folder, name));
    };
    const [first, again, other] = [await draw('a', '7'), await draw('b', '7'), await draw('c', '8')];
    expect(again.tapeHash).toBe(first.tapeHash);
    expect(readFileSync(join(folder, 'b')).equals(readFileSync(join(folder, 'a')))).toBe(true);
    expect(other.tapeHash).not.toBe(first.tapeHash);
  });

  it('that was generated can be played on by baselines', async () => {
    const tape = join(temporaryFolder(), 'market.tape');
    await bidlab('generate', 'open-market', '--set', 'days=4', '--set', 'auctionsPerDay=200', '--out', tape);
    const budgets = ['--budget-fraction', '0.25'];
    const { rows } = await bidlabJson<Rows>('evaluate', 'linear', 'dual-pacing', '--tape', tape, ...budgets);
    expect(rows.map((row) => `${row.policy} ${row.budgetFraction} ${row.flight}`)).toEqual([
      'linear 0.25 day 3',
      'linear 0.25 day 4',
      'dual-pacing 0.25 day 3',
      'dual-pacing 0.25 day 4',
    ]);
    for (const row of rows) expect([row.overspendMicros, row.auctions > 100]).toEqual([0, true]);
  });

  it('that was imported from the sample log can be played on, the log’s own bids too', async () => {
    const tape = join(temporaryFolder(), 'sample.tape');
    const templates = join(PACKAGE_ROOT, 'experiments', 'templates');
    const mapping = ['--mapping', join(templates, 'sample-mapping.yaml')];
    const report = await bidlabJson<{ badRows: number }>(
      'import',
      join(templates, 'sample-log.csv'),
      ...mapping,
      '--out',
      tape,
    );
    expect(report.badRows).toBe(0);
    const { rows } = await bidlabJson<Rows>('evaluate', 'status-quo', 'linear', '--tape', tape);
    expect(new Set(rows.map((row) => row.policy))).toEqual(new Set(['status-quo', 'linear']));
    for (const row of rows) expect(row.spendMicros).toBeLessThanOrEqual(row.budgetMicros);
  });
});

describe('a user’s own policy', () => {
  it('counts in evaluate as it does in run: nothing was trained, so it is no learner', async () => {
    const folder = temporaryFolder();
    const [file, mine] = [join(folder, 'tiny.yaml'), join(folder, 'mine.mjs')];
    writeFileSync(file, JSON.stringify({ ...TINY, budgetFractions: [0.5] }));
    writeFileSync(mine, "export const createPolicy = () => ({ kind: 'multiplier', reset() {}, decide() {} });");
    const { rows } = await bidlabJson<Rows>('evaluate', mine, '--experiment', file);
    expect(rows.map(({ kind, impressions }) => ({ kind, impressions }))).toEqual([
      { kind: 'baseline', impressions: 0 },
      { kind: 'baseline', impressions: 0 },
    ]);
  });
});

describe('a tape that knows the prices of won auctions alone', () => {
  it('is played on with a warning about bids above them, on stderr and in the JSON', async () => {
    const folder = temporaryFolder();
    const log = ['n,p,price,won', ...Array.from({ length: 24 }, (_, i) => `${i},0.5,${i % 5},1`)];
    writeFileSync(join(folder, 'won.csv'), log.join('\n'));
    const columns = '{ order: n, pCtr: p, marketPrice: price, won: won }';
    writeFileSync(
      join(folder, 'won.yaml'),
      `columns: ${columns}\ncurrency: EUR\npriceUnit: cpm\nlostPrices: won-only\n`,
    );
    const tape = join(folder, 'won.tape');
    const mapping = ['--mapping', join(folder, 'won.yaml')];
    const imported = await bidlab('import', join(folder, 'won.csv'), ...mapping, '--out', tape);
    expect(imported.code, imported.err).toBe(0);
    const sentence = 'bids above 4 EUR CPM, the largest price or bid in it, were never tried.';
    const { err, out } = await bidlab('evaluate', 'linear', '--tape', tape, '--json');
    expect(err).toMatch(new RegExp(`^warning: .*${sentence}$`, 'm'));
    expect((JSON.parse(out) as { warnings: string[] }).warnings).toEqual([expect.stringContaining(sentence)]);
  });

  it('has nothing to warn of where all prices are known', async () => {
    const tape = join(temporaryFolder(), 'market.tape');
    await bidlab('generate', 'open-market', '--set', 'days=3', '--set', 'auctionsPerDay=50', '--out', tape);
    expect((await bidlab('evaluate', 'linear', '--tape', tape)).err).not.toContain('warning');
  });
});

describe('list', () => {
  it('has every section, each with entries in words', async () => {
    const sections = await bidlabJson<{ kind: string; entries: { id: string; title: string }[] }[]>('list');
    expect(sections.map(({ kind }) => kind)).toEqual([...LIST_KINDS]);
    for (const { kind, entries } of sections) {
      expect(entries.length, kind).toBeGreaterThan(0);
      for (const { id, title } of entries) expect(`${id}${title}`, kind).toMatch(/\S/);
    }
  });
});

describe('list of what experiments may name', () => {
  const entriesOf = async (kind: string) => {
    const [section] = await bidlabJson<{ entries: { id: string; title: string; description: string }[] }[]>(
      'list',
      kind,
    );
    return section!.entries;
  };

  it("has AuctionGym's bidders with their sources", async () => {
    const bidders = await entriesOf('bidders');
    expect(bidders.map(({ id }) => id)).toContain('doubly-robust');
    expect(bidders.find(({ id }) => id === 'value-learning')!.description).toContain('Learning to bid with AuctionGym');
  });

  it('has every kind of study in a sentence', async () => {
    const kinds = await entriesOf('studies');
    expect(kinds.find(({ id }) => id === 'rtbgym')!.title).toMatch(/^RTBGym's default problem/);
    for (const { id, title } of kinds) expect(title, id).not.toBe(id);
  });
});

describe('bench', () => {
  it('prints one JSON line a figure', async () => {
    const { code, out, err } = await bidlab('bench', '--only', 'dp.rlb', '--json');
    expect(code, err).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const figure = JSON.parse(out);
    expect(figure).toEqual({ name: 'dp.rlb', value: expect.any(Number), unit: 's' });
    expect(figure.value).toBeGreaterThan(0);
  });

  it('refuses a figure that does not exist with the one that was meant', async () => {
    expectRefused(
      await bidlab('bench', '--only', 'dp.rbl'),
      /^UNKNOWN_ID: unknown benchmark 'dp\.rbl'; did you mean 'dp\.rlb'\?/,
    );
  });
});

describe('doctor', () => {
  it('names what works here and what to do about what does not', async () => {
    const { code, out } = await bidlab('doctor', '--data', join(temporaryFolder(), 'none'));
    expect(code).toBe(1);
    expect(out).toMatch(/Node\.js.*v\d+/);
    expect(out).toMatch(/Backend wasm.*SIMD/);
    expect(out).toMatch(/none does not exist/);
    expect((await bidlab('doctor')).code).toBe(0);
  });
});
