import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasCheckpoint, loadCheckpoint, saveCheckpoint } from '../../../src/store/checkpoint.ts';
import { temporaryFolder } from './temporary-folder.ts';

const state = { json: { updates: 7 }, arrays: { kernel: Float32Array.of(1, -0.5, 3e-30), bias: new Float32Array(0) } };

describe('checkpoints', () => {
  it('give back every bit of every array', () => {
    const folder = temporaryFolder();
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.float32Array()), fc.jsonValue(), (arrays, value) => {
        saveCheckpoint(folder, { json: { value }, arrays });
        const loaded = loadCheckpoint(folder);
        expect(Object.keys(loaded.arrays).sort()).toEqual(Object.keys(arrays).sort());
        for (const [name, array] of Object.entries(arrays)) expect(loaded.arrays[name]).toEqual(array);
        expect(loaded.json).toEqual(JSON.parse(JSON.stringify({ value })));
      }),
      { numRuns: 10 },
    );
  });

  it('do not exist before the sentinel is written', () => {
    const folder = temporaryFolder();
    expect(() => loadCheckpoint(folder)).toThrow(/^FILE_NOT_FOUND: .*expected a complete checkpoint/);
    saveCheckpoint(folder, state);
    rmSync(join(folder, 'COMPLETE'));
    expect(hasCheckpoint(folder)).toBe(false);
    expect(() => loadCheckpoint(folder)).toThrow(/^FILE_NOT_FOUND/);
  });

  it.each(['state.json', 'arrays.bin'])('are refused by name when one bit of %s is not what was saved', (file) => {
    const folder = temporaryFolder();
    saveCheckpoint(folder, state);
    const bytes = readFileSync(join(folder, file));
    bytes[2]! ^= 1;
    writeFileSync(join(folder, file), bytes);
    expect(() => loadCheckpoint(folder)).toThrow(new RegExp(`^FILE_INVALID: .*${file}`));
  });

  it('are refused by name when a file is missing or the sentinel is not JSON', () => {
    const folder = temporaryFolder();
    saveCheckpoint(folder, state);
    rmSync(join(folder, 'arrays.bin'));
    expect(() => loadCheckpoint(folder)).toThrow(/^FILE_INVALID: .*arrays\.bin: missing/);
    writeFileSync(join(folder, 'COMPLETE'), '');
    expect(() => loadCheckpoint(folder)).toThrow(/^FILE_INVALID: .*COMPLETE/);
  });
});
