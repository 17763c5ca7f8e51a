import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { EpisodeDatasetBuilder } from '../../../src/core/episode-dataset.ts';
import { box, discrete } from '../../../src/core/space.ts';
import { readDataset, writeDataset } from '../../../src/data/dataset-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'dataset-'));
afterAll(() => rmSync(folder, { recursive: true }));

const feature = (name: string, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY) => ({
  ...{ name, unit: 'm', low, high, description: 'A number.' },
});
const observationSpace = box([feature('x'), feature('y', 0, 1)]);
const origin = { environment: 'nowhere-v1', behaviour: { policy: 'nobody', seed: 3 } };

function twoEpisodes(actionSpace = discrete(3, ['a', 'b', 'c'])) {
  const builder = new EpisodeDatasetBuilder(observationSpace, actionSpace);
  builder.addStep([0.1, 0.2], [2], 0.7, 1 / 3);
  builder.addStep([1e-9, -5], [0], Number.NaN, -2);
  builder.endEpisode(true);
  builder.addStep([7, 8], [1], 1, 0);
  builder.endEpisode(false, [9, 10]);
  return builder.build();
}

async function written(change: (lines: string[]) => void, header = (text: string) => text) {
  await writeDataset(folder, twoEpisodes(), origin);
  const file = join(folder, 'steps.csv');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  change(lines);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const json = join(folder, 'dataset.json');
  writeFileSync(json, header(readFileSync(json, 'utf8')));
  return readDataset(folder);
}

describe('a dataset folder', () => {
  it('gives back what was written, to the last bit', async () => {
    await writeDataset(folder, twoEpisodes(), origin);
    const { dataset, ...rest } = await readDataset(folder);
    expect(dataset).toEqual(twoEpisodes());
    expect(rest).toEqual(origin);
  });

  it('carries continuous actions', async () => {
    const builder = new EpisodeDatasetBuilder(observationSpace, box([feature('left', -1, 1), feature('right', -1, 1)]));
    builder.addStep([0, 0], [0.25, -1], 0.3, 5);
    builder.endEpisode(true);
    await writeDataset(folder, builder.build(), origin);
    expect((await readDataset(folder)).dataset).toEqual(builder.build());
  });

  it('takes columns in any order, gzipped, with other columns beside', async () => {
    await writeDataset(folder, twoEpisodes(), origin);
    const file = join(folder, 'steps.csv');
    const turned = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line, i) =>
        ['note', ...line.split(',').reverse()].map((text) => (i > 0 && text === 'note' ? '' : text)).join(','),
      );
    rmSync(file);
    writeFileSync(`${file}.gz`, gzipSync(turned.join('\n')));
    expect((await readDataset(folder)).dataset).toEqual(twoEpisodes());
    rmSync(`${file}.gz`);
  });

  const faults: readonly [string, (lines: string[]) => void, RegExp][] = [
    ['a missing column', (l) => l.splice(0, 1, l[0]!.replace('reward', 'gain')), /line 1: expected a column 'reward'/],
    ['no number', (l) => l.splice(1, 1, l[1]!.replace('0.7', 'often')), /line 2: column 'propensity'.*'often'/],
    ['an unlikely chance', (l) => l.splice(1, 1, l[1]!.replace('0.7', '1.7')), /line 2: column 'propensity'.*\(0, 1\]/],
    [
      'an unknown action',
      (l) => l.splice(3, 1, l[3]!.replace(',1,1,0,', ',3,1,0,')),
      /line 4: column 'action'.*0 to 2/,
    ],
    ['a step left out', (l) => l.splice(1, 1), /line 2: column 'step': expected 0, received 1/],
    ['an episode cut short', (l) => l.splice(4, 1), /episode '1' never ends.*after its truncated step/],
    [
      'an end of another kind',
      (l) => l.splice(2, 1, l[2]!.replace('terminated', 'over')),
      /line 3: column 'end'.*'over'/,
    ],
    ['too few fields', (l) => l.splice(2, 1, '0,1,2'), /line 3: expected 8 fields/],
    ['mixed episodes', (l) => l.splice(2, 1, l[3]!), /line 3: expected the next row of episode '0'/],
    ['no episodes', (l) => l.splice(1), /at least one episode, received none/],
  ];
  it.each(faults)('names file, line and column of %s', async (_, change, message) => {
    await expect(written(change)).rejects.toThrow(message);
    await expect(written(change)).rejects.toThrow('steps.csv');
  });

  it('names the line of a bad header', async () => {
    const later = (text: string) => text.replace('"version": 1', '"version": 2');
    await expect(written(() => undefined, later)).rejects.toThrow(/version: expected 1/);
  });

  it('says what to name where there is none', async () => {
    await expect(readDataset(join(folder, 'nowhere'))).rejects.toThrow(/FILE_NOT_FOUND.*bidlab collect/);
  });
});
