import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/all-commands.ts';
import { cli, FakeHost, FakeServices, outcome, sections } from './fakes.ts';

const experiment = { data: undefined, set: [] };

describe('bidlab run', () => {
  it('passes every option on', async () => {
    const argv = [
      ...['run', 'x.yaml', '--data', 'd', '--set', 'campaign=2997', '--set', 'budgetFractions=[0.03125,0.125]'],
      ...['--seeds', '3', '--workers', '2', '--backend', 'wasm', '--out', 'o', '--quick', '--force', '--png', '--json'],
    ];
    const { code, calls } = await cli(argv);
    expect(code).toBe(0);
    expect(calls).toEqual([
      [
        'run',
        {
          file: 'x.yaml',
          data: 'd',
          set: [
            { path: 'campaign', value: 2997 },
            { path: 'budgetFractions', value: [0.03125, 0.125] },
          ],
          seeds: 3,
          workers: 2,
          backend: 'wasm',
          out: 'o',
          quick: true,
          force: true,
          png: true,
        },
      ],
    ]);
  });

  it('leaves out what was not said, and takes the file behind options too', async () => {
    const { calls } = await cli(['run', '--set', 'name=spring', 'x.yaml']);
    expect(calls).toEqual([
      [
        'run',
        {
          ...{ file: 'x.yaml', data: undefined, set: [{ path: 'name', value: 'spring' }] },
          ...{ seeds: undefined, workers: undefined, backend: undefined, out: undefined },
          ...{ quick: false, force: false, png: false },
        },
      ],
    ]);
  });

  it('shows sentences, tables and files to people', async () => {
    const { out } = await cli(['run', 'x.yaml']);
    expect(out).toBe(
      [
        'PPO won: 0.973 of the hindsight optimum.',
        '',
        'policy    R/R*',
        'PPO     0.9731',
        'RLB      0.956',
        'none         –',
        '',
        'Written:',
        '  results/x/report.html',
        '',
      ].join('\n'),
    );
  });

  it('prints exactly the JSON with --json, and warnings on stderr', async () => {
    const services = new FakeServices();
    services.run = async (_request, io) => {
      io.progress({ task: 'all', label: 'runs', done: 1, total: 2, unit: 'runs' });
      io.note('a remark');
      return { ...outcome, warnings: ['bids above the observed prices'] };
    };
    const { out, err } = await cli(['run', 'x.yaml', '--json'], services);
    expect(out).toBe(`${JSON.stringify(outcome.json)}\n`);
    expect(err).toContain('a remark\n');
    expect(err).toContain('warning: bids above the observed prices\n');
  });
});

describe('bidlab train', () => {
  it('passes policy and seed on', async () => {
    const { calls } = await cli(['train', 'x.yaml', '--policy', 'ppo', '--seed', '0', '--backend', 'cpu']);
    expect(calls[0]).toEqual([
      'train',
      {
        ...{ file: 'x.yaml', ...experiment, policy: 'ppo', seed: 0, backend: 'cpu', out: undefined },
        ...{ quick: false, force: false },
      },
    ]);
  });
});

describe('bidlab evaluate', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'bidlab-evaluate-'));
    mkdirSync(join(dir, 'run'));
    mkdirSync(join(dir, 'bundle'));
    writeFileSync(join(dir, 'bundle', 'policy.json'), '{}');
    writeFileSync(join(dir, 'mine.mjs'), '');
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('tells runs, bundles, modules and baselines apart', async () => {
    const words = ['run', 'bundle', 'bundle/policy.json', 'mine.mjs'].map((word) => join(dir, word));
    const { calls } = await cli(['evaluate', ...words, 'linear', '--tape', 't.tape', '--budget-fraction', '0.125,0.5']);
    expect(calls[0]).toEqual([
      'evaluate',
      {
        subjects: [
          { kind: 'run', value: words[0] },
          { kind: 'bundle', value: words[2] },
          { kind: 'bundle', value: words[2] },
          { kind: 'module', value: words[3] },
          { kind: 'id', value: 'linear' },
        ],
        tape: 't.tape',
        experiment: undefined,
        ...experiment,
        budgetFractions: [0.125, 0.5],
        seed: undefined,
      },
    ]);
  });

  it('refuses a path that does not exist and a fraction that is none', async () => {
    const missing = await cli(['evaluate', join(dir, 'nothing')]);
    expect([missing.code, missing.err]).toEqual([
      1,
      expect.stringMatching(/^bidlab: FILE_NOT_FOUND: .*nothing: no such/),
    ]);
    const zero = await cli(['evaluate', 'linear', '--budget-fraction', '0']);
    expect(zero.err).toMatch(/^bidlab: --budget-fraction: expected numbers above 0, .* received '0'\n$/);
  });
});

describe('bidlab import and generate', () => {
  it('want either a mapping or a format', async () => {
    const both = await cli(['import', 'x.csv', '--out', 'no.tape', '--mapping', 'm.yaml', '--format', 'ipinyou']);
    const neither = await cli(['import', 'x.csv', '--out', 'no.tape']);
    for (const { code, err, calls } of [both, neither]) {
      expect(code).toBe(1);
      expect(err).toMatch(/^bidlab: import: give either --mapping .* or --format/);
      expect(calls).toEqual([]);
    }
    const { calls } = await cli(['import', 'x.csv', '--out', 'no.tape', '--mapping', 'm.yaml', '--max-bad-rows', '20']);
    expect(calls[0]).toEqual([
      'importLog',
      { input: 'x.csv', format: undefined, mapping: 'm.yaml', out: 'no.tape', maxBadRows: 20 },
    ]);
  });

  it('want --out, and write over a file only by --force', async () => {
    const missing = await cli(['generate', 'open-market']);
    expect([missing.code, missing.err]).toEqual([1, 'bidlab: --out is missing; write --out VALUE\n']);
    const taken = await cli(['generate', 'open-market', '--out', 'package.json']);
    expect(taken.err).toMatch(/^bidlab: OUTPUT_CONFLICT: package\.json is already there; .*--force\n$/);
    expect(taken.calls).toEqual([]);
    const { calls } = await cli(['generate', 'open-market', '--out', 'package.json', '--force', '--set', 'days=3']);
    expect(calls[0]).toEqual([
      'generate',
      { market: 'open-market', set: [{ path: 'days', value: 3 }], seed: undefined, out: 'package.json' },
    ]);
  });
});

describe('bidlab report and export', () => {
  it('report promises what it does: to draw a finished experiment from what was kept of it', async () => {
    const { out } = await cli(['report', '--help']);
    expect(out).toContain('Draw the report of a finished experiment again, from the report-data.json beside it');
  });

  it('pass their arguments on', async () => {
    expect((await cli(['report', 'results/x', '--png'])).calls[0]).toEqual(['report', { dir: 'results/x', png: true }]);
    expect((await cli(['export', 'r', '--out', 'o'])).calls[0]).toEqual([
      'exportRun',
      { run: 'r', out: 'o', force: false },
    ]);
  });
});

describe('bidlab list', () => {
  it('shows everything, or one kind, or JSON', async () => {
    expect((await cli(['list'])).out).toMatch(/^agents\n.*\nppo +PPO\n/);
    const one = (await cli(['list', 'baselines'])).out;
    expect(one).toContain('rlb');
    expect(one).not.toContain('ppo');
    expect(JSON.parse((await cli(['list', '--json'])).out)).toEqual(sections);
  });

  it('suggests the kind that was meant', async () => {
    const { code, err } = await cli(['list', 'agent']);
    expect([code, err]).toEqual([1, expect.stringMatching(/^bidlab: unknown kind 'agent'; did you mean 'agents'\?/)]);
  });
});

describe('bidlab bench', () => {
  it('prints one JSON line per figure, unrounded', async () => {
    const { out, calls } = await cli(['bench', '--only', 'replay.index', '--only', 'dp.rlb', '--json']);
    expect(calls[0]).toEqual(['bench', ['replay.index', 'dp.rlb']]);
    expect((await cli(['bench', 'nn', 'env'])).calls[0]).toEqual(['bench', ['nn', 'env']]);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { name: 'replay.index', value: 12_345_678.9, unit: '/s' },
      { name: 'dp.rlb', value: 0.2345678, unit: 's' },
    ]);
  });

  it('prints readable numbers for people', async () => {
    expect((await cli(['bench'])).out).toMatch(/replay\.index +12,345,679 \/s\ndp\.rlb +0\.2346 s\n/);
  });

  it('shows how another program compares, or why it was not measured', async () => {
    const services = new FakeServices();
    services.bench = async function* () {
      yield { name: 'theirs', value: 3, unit: 'ms', ratio: { to: 'ours', times: 1.5 } };
      yield { name: 'other', value: null, unit: 'ms', skipped: 'not installed' };
    };
    expect((await cli(['bench'], services)).out).toMatch(
      /theirs +3 ms {2}1\.5 times ours\nother +skipped: not installed\n/,
    );
    expect((await cli(['bench', '--json'], services)).out.trimEnd().split('\n').at(-1)).toBe(
      '{"name":"other","value":null,"unit":"ms","skipped":"not installed"}',
    );
  });
});

describe('bidlab doctor', () => {
  it('forgives what is optional and says what to do about it', async () => {
    const { code, out } = await cli(['doctor', '--data', 'd']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /✓ node {2}v20\.19\.0\n– cuda {2}no driver\n {8}→ install one\n\nbidlab works on this machine\.\n/,
    );
  });

  it('exits with 1 when something required is missing, also as JSON', async () => {
    const services = new FakeServices();
    services.doctor = async () => [{ name: 'node', ok: false, required: true, detail: 'v18', remedy: 'install 20.19' }];
    expect((await cli(['doctor'], services)).out).toContain('✗ node  v18');
    const { code, out } = await cli(['doctor', '--json'], services);
    expect([code, JSON.parse(out).ok]).toEqual([1, false]);
  });
});

describe('bidlab doctor --train-probe', () => {
  it('exits with 1 when the backend that was asked for does not train', async () => {
    expect((await cli(['doctor', '--train-probe'])).code).toBe(0);
    const { code, out } = await cli(['doctor', '--train-probe', '--backend', 'cuda']);
    expect([code, out]).toEqual([1, expect.stringContaining('cuda: tried')]);
  });

  it('is the only one that a backend is for', async () => {
    const { code, err } = await cli(['doctor', '--backend', 'wasm']);
    expect([code, err]).toEqual([1, expect.stringContaining('only with --train-probe')]);
  });
});

describe('every command', () => {
  it('has a one-line description, described options, and examples that parse', async () => {
    for (const command of allCommands) {
      expect(command.describe.length).toBeGreaterThan(20);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const option of Object.values(command.options)) expect(option.describe.length).toBeGreaterThan(5);
    }
  });

  it('shows its examples and options in --help, also by "bidlab help"', async () => {
    for (const command of allCommands) {
      const { code, out, err } = await cli([command.name, '--help']);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(command.describe.slice(0, 40));
      expect(out).toContain('Examples:');
      for (const name of Object.keys(command.options)) expect(out).toContain(`--${name}`);
      expect((await cli(['help', command.name])).out).toBe(out);
    }
  });

  it('keeps its options', async () => {
    const options = Object.fromEntries(
      allCommands.map(({ name, positionals, options: own }) => [
        name,
        [...positionals.map((positional) => `<${positional.name}>`), ...Object.keys(own)].join(' '),
      ]),
    );
    expect(options).toMatchInlineSnapshot(`
      {
        "bench": "<groups> only json",
        "collect": "<file> <policy> data set episodes epsilon noise actions seed out force json",
        "completion": "shell",
        "doctor": "data train-probe backend json",
        "evaluate": "<policies> tape experiment data set budget-fraction seed json",
        "explain": "<run> features leaves episodes seed data out png json",
        "export": "<run> out force json",
        "generate": "<market> seed set out force json",
        "import": "<input> mapping format out max-bad-rows force json",
        "list": "<kind> json",
        "report": "<dir> png json",
        "run": "<file> data set seeds workers backend out quick force png json",
        "train": "<file> data set policy dataset seed backend out quick force json",
      }
    `);
  });
});

describe('a terminal', () => {
  it('gets bold heads, unless NO_COLOR is set', async () => {
    const bold = '\u001b[1m';
    expect((await cli(['list', 'agents'], new FakeServices(), new FakeHost({ tty: true }))).out).toContain(bold);
    const plain = new FakeHost({ tty: true, env: { NO_COLOR: '1' } });
    expect((await cli(['list', 'agents'], new FakeServices(), plain)).out).not.toContain(bold);
    expect((await cli(['list', 'agents'])).out).not.toContain(bold);
  });
});
