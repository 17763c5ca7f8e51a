import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportBundle } from '../../../src/export/bundle.ts';
import { writeBundle } from '../../../src/export/write-bundle.ts';
import { loadPolicy } from '../../../src/policy/runtime.ts';
import { randomModel, sourceDefaults } from './random-model.ts';

const bundleOf = (seed: string) =>
  exportBundle({
    ...sourceDefaults,
    model: randomModel({ seed, hidden: [8], activation: 'tanh', decoding: 'grid' }),
  });

describe('writeBundle', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bidlab-bundle-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('writes a policy that loads and a guide that names its currency', async () => {
    const paths = writeBundle(await bundleOf('a'), join(dir, 'deep', 'out'));
    expect(readdirSync(join(dir, 'deep', 'out')).sort()).toEqual(['README.md', 'policy.json']);
    const policy = await loadPolicy(readFileSync(paths[0]!, 'utf8'));
    expect(policy.details.currency).toBe('CNY');
    const guide = readFileSync(paths[1]!, 'utf8');
    expect(guide).toContain('millionths of CNY');
    expect(guide).toContain('| lastMultiplier |');
    expect(guide).not.toMatch(/undefined|NaN|\[object/);
  });

  it('shows code in the guide that runs as it stands', async () => {
    const paths = writeBundle(await bundleOf('a'), dir);
    const code = /```js\n([\s\S]*?)```/.exec(readFileSync(paths[1]!, 'utf8'))![1]!;
    const body = code.replaceAll(/^import .*$/gm, '').replace("'policy.json'", JSON.stringify(paths[0]));
    const run = new Function(
      'readFileSync',
      'loadPolicy',
      `return (async () => {${body} return { bid, flight }; })();`,
    );
    const { bid, flight } = await run(readFileSync, loadPolicy);
    expect(bid).toBeGreaterThan(0);
    expect(flight.state.counters).toMatchObject({ auctions: 1, wins: 1, remainingMicros: 49_920_000 });
  });

  it('writes the same bundle again, but another one only by force', async () => {
    const [first, second] = [await bundleOf('a'), await bundleOf('b')];
    writeBundle(first, dir);
    writeBundle(first, dir);
    expect(() => writeBundle(second, dir)).toThrow(/^OUTPUT_CONFLICT: .*policy\.json: another policy is already there/);
    expect(JSON.parse(readFileSync(join(dir, 'policy.json'), 'utf8')).checksum).toBe(first.checksum);
    writeBundle(second, dir, { force: true });
    expect(JSON.parse(readFileSync(join(dir, 'policy.json'), 'utf8')).checksum).toBe(second.checksum);
  });

  it('says that the place is a file, and leaves it as it was', async () => {
    const file = join(dir, 'notes.txt');
    writeFileSync(file, 'mine');
    const bundle = await bundleOf('a');
    const remedy = /^OUTPUT_CONFLICT: .*notes\.txt: expected a folder, found a file; choose another one with --out$/;
    expect(() => writeBundle(bundle, file)).toThrow(remedy);
    expect(() => writeBundle(bundle, file, { force: true })).toThrow(remedy);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('names the path when the folder cannot be made', async () => {
    writeFileSync(join(dir, 'file'), '');
    const bundle = await bundleOf('a');
    expect(() => writeBundle(bundle, join(dir, 'file', 'out'))).toThrow(/^OUTPUT_FAILED: .*file\/out/);
  });

  it('keeps numbers on one line, so that the file can be read', async () => {
    const paths = writeBundle(await bundleOf('a'), dir);
    const lines = readFileSync(paths[0]!, 'utf8').split('\n').length;
    expect(lines).toBeGreaterThan(200);
    expect(lines).toBeLessThan(600);
  });
});
