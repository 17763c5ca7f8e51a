import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExperimentFolder } from '../../../src/store/experiment-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('openExperimentFolder', () => {
  it('makes the folder with its parents and takes it up again', () => {
    const folder = join(temporaryFolder(), 'a/b');
    openExperimentFolder(folder, 'first-light', 'aaaa');
    mkdirSync(join(folder, 'runs/done'));
    openExperimentFolder(folder, 'first-light', 'aaaa');
    expect(existsSync(join(folder, 'runs/done'))).toBe(true);
  });

  it('refuses a folder of another experiment and says whose it is and what to do', () => {
    const folder = temporaryFolder();
    openExperimentFolder(folder, 'first-light', 'aaaa');
    expect(() => openExperimentFolder(folder, 'rlb-ladder', 'aaaa')).toThrow(
      `OUTPUT_CONFLICT: ${folder}: already holds the results of another experiment, 'first-light'; choose another folder with --out, or replace its results with --force.`,
    );
    expect(() => openExperimentFolder(folder, 'first-light', 'bbbb')).toThrow(
      'under another configuration (aaaa, not bbbb)',
    );
  });

  it('replaces results by force and leaves every other file alone', () => {
    const folder = temporaryFolder();
    openExperimentFolder(folder, 'first-light', 'aaaa');
    mkdirSync(join(folder, 'runs/old'));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    openExperimentFolder(folder, 'rlb-ladder', 'bbbb', true);
    expect(existsSync(join(folder, 'runs/old'))).toBe(false);
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('never takes a folder that is not its own, not even by force', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'thesis.tex'), '');
    for (const force of [false, true]) {
      expect(() => openExperimentFolder(folder, 'x', 'y', force)).toThrow(/^OUTPUT_CONFLICT: .*found 'thesis\.tex'/);
    }
    expect(existsSync(join(folder, 'experiment.json'))).toBe(false);
  });

  it('refuses a file in place of a folder and a marker that cannot be read', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => openExperimentFolder(join(folder, 'file'), 'x', 'y')).toThrow('expected a folder, found a file');
    writeFileSync(join(folder, 'experiment.json'), '{');
    expect(() => openExperimentFolder(folder, 'x', 'y', true)).toThrow('experiment.json cannot be read');
  });
});
