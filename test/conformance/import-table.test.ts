import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as IFlattenedRuleSet & {
  options: ICruiseOptions;
};

/** `folder → folders it may import`, from the tables of src/README.md; '*' is any. */
function readTable(): Map<string, readonly string[]> {
  const rows = readFileSync(new URL('src/README.md', root), 'utf8').matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm);
  const names = (cell: string) => (cell.startsWith('any folder') ? ['*'] : (cell.match(/\w+/g) ?? []));
  return new Map([...rows].map(([, folder, cell]) => [folder!, names(cell!).filter((name) => name !== 'nothing')]));
}

const TOP_LEVEL = ['envs', 'agents', 'experiments'];
const table = readTable();
const folders = [...table.keys()];

function directoryOf(folder: string): string {
  return TOP_LEVEL.includes(folder) ? folder : `src/${folder}`;
}

/** What the table, in words, allows. */
function isAllowed(from: string, to: string): boolean {
  if (from === to || from === 'experiments') return true;
  if (TOP_LEVEL.includes(to)) return false;
  if (from === 'policy') return false;
  return to === 'policy' || table.get(from)!.includes('*') || table.get(from)!.includes(to);
}

let fixture = '';
const found: { rule: string; from: string; to: string }[] = [];

/** A tree in which every folder imports every other one, and a file for each further rule. */
function plant(): void {
  const write = (path: string, text: string) => {
    mkdirSync(join(fixture, path, '..'), { recursive: true });
    writeFileSync(join(fixture, path), text);
  };
  for (const from of folders) {
    const depth = directoryOf(from).split('/').length;
    const imports = folders
      .filter((to) => to !== from)
      .map((to) => `import type { X as ${to} } from '${'../'.repeat(depth)}${directoryOf(to)}/all.ts';`);
    write(`${directoryOf(from)}/all.ts`, `${imports.join('\n')}\nexport interface X {}\n`);
  }
  write('src/index.ts', "export { x } from './rl/tensor.ts';\n");
  write('src/rl/tensor.ts', "import '@tensorflow/tfjs';\nexport const x = 1;\n");
  write('src/rl/barrel.ts', "import '../index.ts';\n");
  write('src/rl/development.ts', "import 'vitest';\n");
  write('src/nn/tensor.ts', "import '@tensorflow/tfjs';\n");
  write('src/policy/node.ts', "import 'node:fs';\n");
  write('src/core/lost.ts', "import './nowhere.ts';\n");
  write('src/core/tested.ts', "import '../../test/helper.ts';\n");
  write('experiments/tested.ts', "import '../test/helper.ts';\n");
  write('test/helper.ts', 'export const x = 1;\n');
}

beforeAll(async () => {
  fixture = mkdtempSync(join(tmpdir(), 'bidlab-imports-'));
  plant();
  const packages = { name: 'fixture', dependencies: { '@tensorflow/tfjs': '*' }, devDependencies: { vitest: '*' } };
  writeFileSync(join(fixture, 'package.json'), JSON.stringify(packages));
  for (const name of ['@tensorflow/tfjs', 'vitest']) {
    mkdirSync(join(fixture, 'node_modules', name), { recursive: true });
    writeFileSync(join(fixture, 'node_modules', name, 'index.js'), '');
  }
  const { tsConfig: _repo, ...options } = config.options;
  const { output } = await cruise(['src', 'envs', 'agents', 'experiments', 'test'], {
    ...options,
    baseDir: fixture,
    ruleSet: config,
    validate: true,
  });
  for (const violation of (output as ICruiseResult).summary.violations) {
    found.push({ rule: violation.rule.name, from: violation.from, to: violation.to });
  }
}, 60_000);

afterAll(() => rmSync(fixture, { recursive: true, force: true }));

describe('the import rules', () => {
  it('know every folder of src', () => {
    const onDisk = readdirSync(new URL('src', root), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...onDisk.map((entry) => entry.name), ...TOP_LEVEL].filter((name) => !folders.includes(name))).toEqual([]);
  });

  it('forbid exactly the imports that the table of src/README.md does not allow', () => {
    const forbidden = new Set(
      found
        .filter(({ rule, to }) => rule !== 'no-cycle' && to.endsWith('/all.ts'))
        .map(({ from, to }) => `${from} imports ${to}`),
    );
    const expected = folders.flatMap((from) =>
      folders
        .filter((to) => !isAllowed(from, to))
        .map((to) => `${directoryOf(from)}/all.ts imports ${directoryOf(to)}/all.ts`),
    );
    expect([...forbidden].sort()).toEqual(expected.sort());
  });

  it.each([
    ['tensorflow-only-in-nn', 'src/rl/tensor.ts'],
    ['no-barrel-inside', 'src/rl/barrel.ts'],
    ['no-development-package', 'src/rl/development.ts'],
    ['src/policy', 'src/policy/node.ts'],
    ['no-unresolvable', 'src/core/lost.ts'],
    ['src-stands-alone', 'src/core/tested.ts'],
    ['experiments-import-no-tests', 'experiments/tested.ts'],
    ['no-cycle', 'src/core/all.ts'],
  ])('report %s for %s', (rule, file) => {
    expect(found.filter((violation) => violation.from === file).map((violation) => violation.rule)).toContain(rule);
  });

  it('let src/nn use TensorFlow', () => {
    expect(found.filter(({ from }) => from === 'src/nn/tensor.ts')).toEqual([]);
  });
});
