import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../experiments/package-root.ts';
import { featureTable } from '../../experiments/scripts/observation-tables.ts';
import { experimentSchemas, updatedEnvsReadme, updatedReadme } from '../../experiments/scripts/update-docs.ts';

const remedy = 'run npx tsx experiments/scripts/update-docs.ts';

describe('documentation that comes from code', () => {
  it('README shows the tables of today', () => {
    const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');
    expect(updatedReadme(readme) === readme, remedy).toBe(true);
  });

  it('envs/README shows the observations of today', () => {
    const readme = readFileSync(join(PACKAGE_ROOT, 'envs', 'README.md'), 'utf8');
    expect(updatedEnvsReadme(readme) === readme, remedy).toBe(true);
  });

  it('numbered features that are alike share a row of an observation table, others do not', () => {
    const flag = (name: string, high = 1) => ({ name, unit: 'flag', low: 0, high, description: `${name}.` });
    const features = [flag('step1'), flag('step2'), flag('step3', 2), flag('left')];
    expect(featureTable(features).split('\n').slice(2)).toEqual([
      '| `step1` … `step2` | flag | 0 … 1 | step1. |',
      '| `step3` | flag | 0 … 2 | step3. |',
      '| `left` | flag | 0 … 1 | left. |',
    ]);
  });

  it('the schemas of experiment files are those of today', () => {
    for (const [name, text] of Object.entries(experimentSchemas())) {
      expect(readFileSync(join(PACKAGE_ROOT, 'experiments', name), 'utf8') === text, `${name}: ${remedy}`).toBe(true);
    }
  });

  it('README opens with exactly two commands', () => {
    const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');
    const first = readme.slice(readme.indexOf('```sh\n') + 6, readme.indexOf('```\n\n'));
    const commands = first
      .trim()
      .split('\n')
      .map((line) => line.split('#')[0]!.trim());
    expect(commands).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });
});

const built = existsSync(join(PACKAGE_ROOT, 'dist', 'src', 'index.js'));

describe.skipIf(!built)('the example of README (needs the build that npm ci makes)', () => {
  it('trains and evaluates as it stands', () => {
    const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');
    const from = readme.indexOf('```ts\nimport { loadComparison');
    const example = readme.slice(from + 6, readme.indexOf('```', from + 6));
    expect(example.trim().split('\n').length).toBeLessThanOrEqual(30);
    const file = join(PACKAGE_ROOT, 'dist', 'readme-example.mjs');
    const short = example.replaceAll(' as const', '').replace('60_000', '3_000');
    writeFileSync(file, short);
    try {
      const output = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 50_000 });
      expect(output).toMatch(/value over the hindsight optimum: 0\.\d{3}\n$/);
    } finally {
      rmSync(file, { force: true });
    }
  });
});
