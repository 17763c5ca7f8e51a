import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../src/explain/explanation.ts';
import { PACING_FEATURES } from '../../src/policy/runtime.ts';
import { TINY, TINY_DQN, TINY_PPO } from '../experiments/tiny.ts';
import { cli } from './fakes.ts';
import { bidlab, bidlabJson, expectRefused, filesUnder } from './real-cli.ts';

describe('explain', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bidlab-explain-'));
  const path = (name: string) => join(folder, name);
  const short = ['--episodes', '4', '--leaves', '4'];
  const runs: Record<string, string> = {};

  beforeAll(async () => {
    writeFileSync(path('tiny.yaml'), JSON.stringify({ ...TINY, seeds: 1, policies: [TINY_DQN, TINY_PPO, 'linear'] }));
    for (const policy of ['dqn', 'ppo']) {
      const train = ['train', path('tiny.yaml'), '--policy', policy, '--backend', 'cpu', '--out', path('out')];
      runs[policy] = (await bidlabJson<{ run: string }>(...train)).run;
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (out: string) => JSON.parse(readFileSync(join(out, 'explain.json'), 'utf8')) as Explanation;

  it.each([
    ['dqn', 'action-value', 'share equal'],
    ['ppo', 'mean-action', 'R²'],
  ])('writes page, charts and JSON of %s, the same again', async (policy, kind, fidelity) => {
    const run = runs[policy]!;
    const out = join(run, 'explain');
    const { code, err } = await bidlab('explain', run, ...short);
    expect(code, err).toBe(0);
    const files = filesUnder(out);
    expect(files.filter((name) => name.endsWith('.svg'))).toHaveLength(4);
    expect(files).toEqual(expect.arrayContaining(['explain.html', 'explain.json']));
    const first = read(out);
    const words = readFileSync(join(out, 'explain.html'), 'utf8').replace(/<script[\s\S]*?<\/script>/g, '');
    expect(words).toContain('Budget pressure');
    expect(words).not.toMatch(/budgetPressure|timeLeft|action-value|undefined|NaN/);
    expect(first.explained.kind).toBe(kind);
    expect(first.distilled.fidelity.kind).toBe(fidelity);
    expect(first.features.map(({ name }) => name)).toEqual(PACING_FEATURES.map(({ name }) => name));
    expect(first.completeness.largestGap).toBeLessThanOrEqual(first.completeness.tolerance);
    expect(first.completeness.shareWithin).toBe(1);
    await bidlab('explain', run, ...short);
    expect(read(out)).toEqual(first);
  });

  it('maps the features that it is asked for, and says which it knows', async () => {
    const asked = ['--features', 'timeLeft,winRate', '--out', path('asked')];
    const json = await bidlabJson<Explanation>('explain', runs['dqn']!, ...short, ...asked);
    expect(json.heatMap.features).toEqual(['timeLeft', 'winRate']);
    const refused = (features: string) =>
      bidlab('explain', runs['dqn']!, '--features', features, '--out', path('refused'));
    expectRefused(
      await refused('timeLeft,winRat'),
      /^UNKNOWN_ID: --features: unknown feature 'winRat'; did you mean 'winRate'\? Known: timeLeft/,
    );
    const two = /^CONFIG_INVALID: --features: expected two different features, .* received 'timeLeft/;
    expectRefused(await refused('timeLeft'), two);
    expectRefused(await refused('timeLeft,timeLeft'), two);
    expect(existsSync(path('refused'))).toBe(false);
  });

  it('refuses runs without a network, folders that are no run, and to write among other files', async () => {
    const run = await bidlab('run', path('tiny.yaml'), '--backend', 'cpu', '--out', path('out'));
    expect(run.code, run.err).toBe(0);
    const linear = filesUnder(path('out/runs')).find((name) => name.includes('__linear__'))!;
    const baseline = await bidlab('explain', join(path('out/runs'), linear.split('/')[0]!));
    expectRefused(baseline, /this run trained nothing, so there is no network; name a learner's run$/);
    expectRefused(await bidlab('explain', folder), /expected the folder of a finished run/);
    const study = path('study');
    mkdirSync(study);
    writeFileSync(join(study, 'config.json'), JSON.stringify({ trial: { id: 'dqn' } }));
    writeFileSync(join(study, 'DONE'), '');
    expectRefused(await bidlab('explain', study), /^FILE_NOT_FOUND: .*runs of a study keep results but no network/);
    const among = await bidlab('explain', runs['ppo']!, '--out', path('out'));
    expectRefused(among, /^OUTPUT_CONFLICT: .*holds files that are no explanation; choose an empty or new folder/);
    const onFile = await bidlab('explain', runs['ppo']!, '--out', path('tiny.yaml'));
    expectRefused(onFile, /^OUTPUT_CONFLICT: .*expected a folder, found a file/);
  });

  it('reads its command line', async () => {
    const { calls } = await cli(['explain', 'RUN', '--features', 'a, b', '--leaves', '8', '--png']);
    expect(calls).toEqual([
      [
        'explain',
        expect.objectContaining({ run: 'RUN', features: ['a', 'b'], leaves: 8, png: true, episodes: undefined }),
      ],
    ]);
    expect((await cli(['explain', 'RUN', '--leaves', '1'])).err).toMatch(/--leaves: expected a whole number from 2/);
  });
});
