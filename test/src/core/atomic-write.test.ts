import type * as fs from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atomicWriteFileSync } from '../../../src/core/atomic-write.ts';

const failure = vi.hoisted(() => ({ writeCode: '' }));

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return {
    ...original,
    writeSync: (descriptor: number, bytes: Uint8Array, offset: number, length: number) => {
      if (failure.writeCode === '') return original.writeSync(descriptor, bytes, offset, length);
      original.writeSync(descriptor, bytes, offset, Math.min(length, 1));
      throw Object.assign(new Error('write failed'), { code: failure.writeCode });
    },
  };
});

describe('atomicWriteFileSync', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bidlab-atomic-'));
  });
  afterEach(() => {
    failure.writeCode = '';
    rmSync(folder, { recursive: true });
  });

  it('writes text, bytes and parts, and leaves nothing else behind', () => {
    const path = join(folder, 'a.txt');
    atomicWriteFileSync(path, 'fünf');
    expect(readFileSync(path, 'utf8')).toBe('fünf');
    atomicWriteFileSync(path, new Uint8Array([1, 2]));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    atomicWriteFileSync(path, [new Uint8Array([3]), new Uint8Array(0), new Uint8Array([4, 5])]);
    expect([...readFileSync(path)]).toEqual([3, 4, 5]);
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('writes views of shared memory', () => {
    const shared = new Float64Array(new SharedArrayBuffer(16));
    shared.set([1.5, -2]);
    const path = join(folder, 'shared');
    atomicWriteFileSync(path, new Uint8Array(shared.buffer));
    expect([...new Float64Array(new Uint8Array(readFileSync(path)).buffer)]).toEqual([1.5, -2]);
  });

  it('keeps the old file and removes the temporary one when the disk is full', () => {
    const path = join(folder, 'kept.txt');
    writeFileSync(path, 'old');
    failure.writeCode = 'ENOSPC';
    expect(() => atomicWriteFileSync(path, 'new content')).toThrow(
      /^OUTPUT_FAILED: .*kept\.txt: could not be written: the disk is full; free some space/,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['kept.txt']);
  });

  it('names a folder that does not exist', () => {
    expect(() => atomicWriteFileSync(join(folder, 'absent', 'a'), 'x')).toThrow(
      /OUTPUT_FAILED: .*absent.*the folder does not exist/,
    );
  });
});
