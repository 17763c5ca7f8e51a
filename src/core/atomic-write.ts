import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { SimError } from './errors.ts';

/** What to do about the commonest reasons why a file cannot be written. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space or write to another disk',
  EDQUOT: 'the disk quota is used up; free some space or write to another disk',
  EACCES: 'permission denied; choose a folder that you may write to',
  EPERM: 'not permitted; choose a folder that you may write to',
  EROFS: 'the disk is read-only; choose another folder',
  ENOENT: 'the folder does not exist; create it first or choose another',
  ENOTDIR: 'a part of the path is a file, not a folder; choose another path',
  EISDIR: 'this is a folder; name a file',
};

/** The `OUTPUT_FAILED` error for a failed write: which file, why in words, what to do. */
export function outputError(path: string, cause: unknown): SimError {
  if (cause instanceof SimError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REMEDIES[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new SimError('OUTPUT_FAILED', `${path}: could not be written: ${reason}.`, { cause });
}

let lastTemporary = 0;

/**
 * Replaces a file as a whole: readers see the old content or the new one, never a half.
 *
 * The data goes to a temporary name in the same folder, is flushed to the disk and then renamed. When anything fails the
 * temporary file is removed and the old one is as it was.
 *
 * @param data Text (UTF-8), bytes, or parts that are written one after the other.
 * @throws SimError `OUTPUT_FAILED` naming the file, the reason (disk full, no permission, no such folder) and the remedy.
 */
export function atomicWriteFileSync(path: string, data: string | Uint8Array | readonly Uint8Array[]): void {
  lastTemporary += 1;
  const temporary = `${path}.${process.pid}-${lastTemporary}.tmp`;
  let descriptor: number | null = null;
  try {
    descriptor = openSync(temporary, 'wx');
    if (typeof data === 'string') writeAll(descriptor, Buffer.from(data, 'utf8'));
    else if (data instanceof Uint8Array) writeAll(descriptor, data);
    else for (const part of data) writeAll(descriptor, part);
    fsyncSync(descriptor);
    const finished = descriptor;
    descriptor = null;
    closeSync(finished);
    renameSync(temporary, path);
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw outputError(path, error);
  }
}

/** Largest single write: some systems refuse 2 GiB and more. */
const MAX_WRITE_BYTES = 1 << 28;

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) {
    const length = Math.min(bytes.byteLength - written, MAX_WRITE_BYTES);
    written += writeSync(descriptor, bytes, written, length);
  }
}
