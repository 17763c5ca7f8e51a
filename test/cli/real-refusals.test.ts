import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { probeBackends } from '../../src/nn/select-backend.ts';
import { TINY, TINY_DQN } from '../experiments/tiny.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';
import { bidlab, expectRefused, filesUnder } from './real-cli.ts';

const MAPPING = `columns: { order: n, pCtr: p, marketPrice: price, click: click }
currency: EUR
priceUnit: micros
lostPrices: known
auction: { pricing: second-price, ties: lose, minBid: 0, bidQuantumMicros: 1, maxBid: null }
`;
const HEADER = 'n,p,price,click';
const GOOD = ['1,0.1,10,0', '2,0.2,20,1', '3,0.3,30,0'];

let folder: string;
const path = (name: string) => join(folder, name);

beforeEach(() => {
  folder = temporaryFolder();
});

function experiment(changes: Record<string, unknown> = {}, name = 'tiny.yaml'): string {
  writeFileSync(path(name), JSON.stringify({ ...TINY, seeds: 1, policies: ['linear'], ...changes }, null, 1));
  return path(name);
}

/** Expects that a run is refused and leaves no results folder. */
async function runRefused(file: string, reason: RegExp, ...options: string[]): Promise<void> {
  expectRefused(await bidlab('run', file, '--out', path('out'), '--backend', 'cpu', ...options), reason);
  expect(existsSync(path('out'))).toBe(false);
}

/** Expects that an import is refused and leaves neither tape nor rejects nor temporary files. */
async function importRefused(lines: readonly string[], reason: RegExp, mapping = MAPPING): Promise<void> {
  writeFileSync(path('log.csv'), lines.length === 0 ? '' : `${lines.join('\n')}\n`);
  writeFileSync(path('mapping.yaml'), mapping);
  const options = ['--mapping', path('mapping.yaml'), '--out', path('log.tape')];
  expectRefused(await bidlab('import', path('log.csv'), ...options), reason);
  expect(filesUnder(folder)).toEqual(['log.csv', 'mapping.yaml']);
}

describe('an experiment', () => {
  it('with an unknown key is refused by line and column, with the key that was meant', async () => {
    writeFileSync(
      path('typo.yaml'),
      'experiment: typo\nkind: compare\ntitle: A typo\nmarket: open-market\nbugdetFractions: [0.5]\npolicies: [linear]\n',
    );
    await runRefused(
      path('typo.yaml'),
      /typo\.yaml\n {2}5:1 {2}bugdetFractions: unknown key; did you mean 'budgetFractions'\?$/,
    );
  });

  it('with several faults is refused with one line for each', async () => {
    writeFileSync(
      path('faults.yaml'),
      'experiment: faults\nkind: compare\ntitle: Faults\nmarket: open-market\nseeds: many\npolicies: [linear]\nstepsPerFlight: 0\n',
    );
    const faults =
      /faults\.yaml\n {2}5:1 {2}seeds: expected .*, received .*many.*\n {2}7:1 {2}stepsPerFlight: expected .*, received 0$/;
    await runRefused(path('faults.yaml'), faults);
  });

  it('with a budget of zero is refused', async () => {
    await runRefused(experiment({ budgetFractions: [0] }), /budgetFractions\.0: .*(>|above|greater).*0/);
    await runRefused(experiment(), /budgetFractions\.0: .*(>|above|greater).*0/, '--set', 'budgetFractions=[0]');
  });

  it('with a budget below the cheapest opportunity is refused with one that is not, which then does', async () => {
    const file = experiment();
    const reason =
      /^CONFIG_INVALID: budget fraction 1e-12: expected .*cheapest opportunity of the test flights, [\d.e-]+ \w+, received 0\.000001 \w+; raise it to [\d.e-]+ or more$/;
    await runRefused(file, reason, '--set', 'budgetFractions=[0.5,1e-12]');
    const refused = await bidlab('evaluate', 'linear', '--experiment', file, '--budget-fraction', '1e-12');
    expectRefused(refused, reason);
    const advised = / ([\d.e-]+) or more$/.exec(refused.reason)![1]!;
    const { code, err } = await bidlab('evaluate', 'linear', '--experiment', file, '--budget-fraction', advised);
    expect(code, err).toBe(0);
  });

  it('with a budget named twice is refused', async () => {
    await runRefused(experiment({ budgetFractions: [0.5, 0.5] }), /budgetFractions: expected each budget once/);
  });

  it('with an unknown policy is refused with the one that was meant', async () => {
    await runRefused(
      experiment({ policies: ['liner'] }),
      /policies\.0: unknown policy 'liner'; did you mean 'linear'\? Known: /,
    );
  });

  it('with bad hyper-parameters is refused by their path', async () => {
    const policies = [{ ...TINY_DQN, learningRate: -1 }];
    await runRefused(experiment({ policies }), /policies\.0\n {2}learningRate: expected > 0 .*, received -1$/);
    await runRefused(
      experiment({ policies: [{ id: 'dqn', lerningRate: 0.1 }] }),
      /policies\.0\n {2}lerningRate: unknown key; did you mean 'learningRate'\?$/,
    );
  });

  it('on an unknown market is refused with the one that was meant', async () => {
    await runRefused(experiment({ market: 'open-markt' }), /unknown market 'open-markt'; did you mean 'open-market'\?/);
    const market = { preset: 'open-market', auctionsPerDya: 5 };
    await runRefused(
      experiment({ market }),
      /^CONFIG_INVALID: market\n {2}auctionsPerDya: unknown key; did you mean 'auctionsPerDay'\?$/,
    );
  });

  it('that does not exist is refused with what to give instead', async () => {
    await runRefused(
      path('none.yaml'),
      /^FILE_NOT_FOUND: .*none\.yaml does not exist; give a YAML file or one of auctiongym, /,
    );
    await runRefused('first-lihgt', /^UNKNOWN_ID: unknown experiment 'first-lihgt'; did you mean 'first-light'\?/);
  });

  it('that needs a log is refused without --data, and with a folder that lacks it', async () => {
    await runRefused('rlb-ladder', /^CONFIG_INVALID: campaign 2997: .*say where it lies with --data FOLDER/);
    await runRefused('rlb-learners', /^CONFIG_INVALID: campaign 2997: .*say where it lies with --data FOLDER/);
    await runRefused('rlb-ladder', /^FILE_NOT_FOUND: .*info\.json/, '--data', folder);
  });

  it('is refused a folder that holds another experiment or somebody’s files, which stay as they are', async () => {
    mkdirSync(path('out'));
    writeFileSync(path('out/notes.txt'), 'mine');
    const run = (file: string) => bidlab('run', file, '--out', path('out'), '--backend', 'cpu');
    expectRefused(
      await run(experiment()),
      /^OUTPUT_CONFLICT: .*out: expected an empty folder or bidlab results, found 'notes\.txt'.*--out/,
    );
    expect(filesUnder(path('out'))).toEqual(['notes.txt']);
    const marker = JSON.stringify({ schemaVersion: 1, experiment: 'older', configHash: 'abc' });
    mkdirSync(path('other'));
    writeFileSync(path('other/experiment.json'), marker);
    const taken = await bidlab('run', experiment(), '--out', path('other'), '--backend', 'cpu');
    expectRefused(
      taken,
      /^OUTPUT_CONFLICT: .*other: already holds the results of another experiment, 'older'; .*--out.*--force/,
    );
    expect(filesUnder(path('other'))).toEqual(['experiment.json']);
    expect(readFileSync(path('other/experiment.json'), 'utf8')).toBe(marker);
  });

  it('that seats the log’s own bidder is refused where the log does not tell its bids', async () => {
    await runRefused(
      experiment({ policies: ['status-quo'] }),
      /^DATA_INVALID: policy 'status-quo' cannot play on '.*': needs the bids/,
    );
  });
});

describe('a ladder', () => {
  it('whose planning would not fit into memory is refused with what to change, and leaves nothing', async () => {
    mkdirSync(path('data/7'), { recursive: true });
    const prices = Array.from({ length: 301 }, () => 10);
    const known = { imp_train: 3010, clk_train: 30, cost_train: 451500, price_counter_train: prices };
    const info = { ...known, imp_test: 2, clk_test: 0, cost_test: 30 };
    writeFileSync(path('data/7/info.json'), JSON.stringify(info));
    writeFileSync(path('data/7/test.theta.txt'), '0 10 0.01\n1 20 0.02\n');
    const set = ['--set', 'campaign=7', '--set', 'horizon=100000'];
    await runRefused(
      'rlb-ladder',
      /bid table: .*use a coarser price unit or fewer auctions/,
      '--data',
      path('data'),
      ...set,
    );
  });
});

describe('a ladder whose budget buys nothing', () => {
  it('is refused with a budget that does, and leaves nothing', async () => {
    mkdirSync(path('data/7'), { recursive: true });
    const prices = Array.from({ length: 301 }, (_, price) => (price === 100 ? 50 : 0));
    const known = { imp_train: 50, clk_train: 5, cost_train: 5000, price_counter_train: prices };
    writeFileSync(path('data/7/info.json'), JSON.stringify({ ...known, imp_test: 2, clk_test: 0, cost_test: 200 }));
    writeFileSync(path('data/7/test.theta.txt'), '0 100 0.01\n0 100 0.02\n');
    const set = ['--set', 'campaign=7', '--set', 'horizon=2', '--set', 'budgetFractions=[0.1]'];
    const reason =
      /^CONFIG_INVALID: budget fraction 0\.1: expected .*, 0\.001 CNY, received 0\.0002 CNY; raise it to 0\.5 or more$/;
    await runRefused('rlb-ladder', reason, '--data', path('data'), ...set);
  });
});

describe('--backend cuda', async () => {
  const hasCuda = (await probeBackends()).some(({ backend, available }) => backend === 'cuda' && available);
  it.skipIf(hasCuda)('without CUDA is refused with what is missing and what to do', async () => {
    const file = experiment({ policies: [TINY_DQN] });
    const result = await bidlab('run', file, '--out', path('out'), '--backend', 'cuda');
    expectRefused(result, /^BACKEND_UNAVAILABLE: cuda: .*CUDA 11\.2.*--backend wasm$/);
    expect(existsSync(path('out'))).toBe(false);
  });
});

describe('a log', () => {
  it('with a price that is no number or negative is refused by line and column', async () => {
    await importRefused([HEADER, ...GOOD, '4,0.1,NaN,0'], /log\.csv.*5.*price.*NaN/);
    await importRefused([HEADER, '1,0.1,-3,0'], /log\.csv.*2.*price.*-3/);
  });

  it('with a pCTR outside [0, 1] is refused by line and column', async () => {
    await importRefused([HEADER, ...GOOD, '4,1.5,10,0'], /log\.csv.*5.*\bp\b.*1\.5/);
    await importRefused([HEADER, '1,-0.1,10,0'], /log\.csv.*2.*\bp\b.*-0\.1/);
  });

  it('without rows, or empty, is refused', async () => {
    await importRefused(
      [],
      /^DATA_INVALID: .*log\.csv: expected at least one opportunity, found nothing; choose another log/,
    );
    await importRefused([HEADER], /^DATA_INVALID: .*log\.csv: expected at least one opportunity, found only a header/);
  });

  it('that lacks a column is refused with the columns that it has', async () => {
    await importRefused(['n,p,cost,click', ...GOOD], /log\.csv.*price.*n, p, cost, click/);
  });

  it('that does not exist, or whose mapping is wrong, is refused', async () => {
    const missing = await bidlab('import', path('none.csv'), '--format', 'ipinyou', '--out', path('x.tape'));
    expectRefused(missing, /^FILE_NOT_FOUND: .*none\.csv/);
    await importRefused(
      [HEADER, ...GOOD],
      /mapping\.yaml\n(?: {2}1:1 .*\n)? {2}3:1 {2}priceUnti: unknown key; did you mean 'priceUnit'\?$/,
      MAPPING.replace('priceUnit', 'priceUnti'),
    );
    const format = await bidlab('import', path('log.csv'), '--format', 'ipinyuo', '--out', path('x.tape'));
    expectRefused(format, /unknown log format 'ipinyuo'; did you mean 'ipinyou'\?/);
    expect(existsSync(path('x.tape'))).toBe(false);
  });

  it('is not written over an existing tape unless that was asked for', async () => {
    writeFileSync(path('log.csv'), [HEADER, ...GOOD].join('\n'));
    writeFileSync(path('mapping.yaml'), MAPPING);
    writeFileSync(path('log.tape'), 'old');
    const result = await bidlab(
      'import',
      path('log.csv'),
      '--mapping',
      path('mapping.yaml'),
      '--out',
      path('log.tape'),
    );
    expectRefused(
      result,
      /^OUTPUT_CONFLICT: .*log\.tape is already there; choose another --out or replace it with --force/,
    );
    expect(readFileSync(path('log.tape'), 'utf8')).toBe('old');
  });
});

describe('a tape', () => {
  async function withTape(): Promise<string> {
    const set = ['--set', 'days=3', '--set', 'auctionsPerDay=50'];
    const { code, err } = await bidlab('generate', 'open-market', ...set, '--out', path('market.tape'));
    expect(code, err).toBe(0);
    return path('market.tape');
  }

  it('that is corrupt or cut off is refused by name', async () => {
    const tape = await withTape();
    const bytes = readFileSync(tape);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(path('corrupt.tape'), bytes);
    writeFileSync(path('short.tape'), bytes);
    truncateSync(path('short.tape'), bytes.length - 100);
    const evaluated = (name: string) => bidlab('evaluate', 'linear', '--tape', path(name));
    expectRefused(await evaluated('corrupt.tape'), /^FILE_INVALID: .*corrupt\.tape: .*checksum/);
    expectRefused(
      await evaluated('short.tape'),
      /^FILE_INVALID: .*short\.tape: the tape is truncated: .*import or generate it again/,
    );
    expectRefused(await evaluated('none.tape'), /^FILE_NOT_FOUND: .*none\.tape/);
    writeFileSync(path('text.tape'), 'this is no tape, it only says so');
    expectRefused(await evaluated('text.tape'), /^FILE_INVALID: .*text\.tape/);
    await runRefused(experiment({ market: undefined, tape: './corrupt.tape' }), /^FILE_INVALID: .*corrupt\.tape/);
  });

  it('with too few days for the split is refused with what to change', async () => {
    const tape = await withTape();
    await runRefused(
      experiment({ market: undefined, tape }),
      /^DATA_INVALID: tape '.*' has 3 flights, but days\.train \+ validation \+ test asks for 5; lower them/,
    );
  });

  it('without the log’s bids is refused to the log’s own bidder', async () => {
    const tape = await withTape();
    expectRefused(
      await bidlab('evaluate', 'status-quo', '--tape', tape),
      /^DATA_INVALID: policy 'status-quo' cannot play/,
    );
    expectRefused(
      await bidlab('evaluate', 'liner', '--tape', tape),
      /^UNKNOWN_ID: unknown baseline 'liner'; did you mean 'linear'\?/,
    );
  });
});

describe('a full disk', () => {
  const system = (command: string, ...args: readonly string[]) => execFileSync(command, args, { stdio: 'ignore' });
  const mountSmall = (folder: string) => system('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder);
  const canMount = (() => {
    const probe = mkdtempSync(join(tmpdir(), 'bidlab-mount-'));
    try {
      mountSmall(probe);
      system('umount', probe);
      return true;
    } catch {
      return false;
    } finally {
      rmdirSync(probe);
    }
  })();

  it.skipIf(!canMount)(
    'is reported by name and leaves nothing half-written (needs leave to mount a tmpfs)',
    async () => {
      mkdirSync(path('full'));
      mountSmall(path('full'));
      try {
        const tape = await bidlab('generate', 'open-market', '--set', 'days=2', '--out', path('full/market.tape'));
        expectRefused(tape, /^OUTPUT_FAILED: .*market\.tape: could not be written: the disk is full; free some space/);
        expect(filesUnder(path('full'))).toEqual([]);
        writeFileSync(path('full/ballast'), Buffer.alloc(220 * 1024));
        const out = path('full/out');
        const run = await bidlab('run', experiment({ policies: [TINY_DQN] }), '--out', out, '--backend', 'cpu');
        expectRefused(run, /^OUTPUT_FAILED: .*could not be written: the disk is full; free some space/);
        expect(existsSync(out)).toBe(false);
      } finally {
        system('umount', path('full'));
      }
    },
  );
});
