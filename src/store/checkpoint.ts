import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentState } from '../core/agent.ts';
import { atomicWriteFileSync } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';
import { sha256 } from './canonical-json.ts';

const STATE_FILE = 'state.json';
const WEIGHTS_FILE = 'arrays.bin';
const SENTINEL_FILE = 'COMPLETE';

/** `state.json`: the agent's JSON and where its arrays lie in `arrays.bin`, back to back, little-endian float32. */
interface CheckpointHeader {
  readonly schemaVersion: 1;
  readonly json: AgentState['json'];
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
}

/** `COMPLETE`: written last; the hashes of the two files. */
interface Sentinel {
  readonly state: string;
  readonly arrays: string;
}

/**
 * Writes an agent's state to a folder: arrays, then JSON, then a sentinel with both checksums.
 *
 * A reader that finds no sentinel knows that the write was cut off; an older checkpoint in the folder is given up first.
 *
 * @throws SimError `OUTPUT_FAILED` when a file cannot be written.
 */
export function saveCheckpoint(folder: string, state: AgentState): void {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, SENTINEL_FILE), { force: true });
  const names = Object.keys(state.arrays).sort();
  const header: CheckpointHeader = {
    schemaVersion: 1,
    json: state.json,
    arrays: names.map((name) => ({ name, length: state.arrays[name]!.length })),
  };
  const text = `${JSON.stringify(header)}\n`;
  const bytes = packFloats(names.map((name) => state.arrays[name]!));
  atomicWriteFileSync(join(folder, WEIGHTS_FILE), bytes);
  atomicWriteFileSync(join(folder, STATE_FILE), text);
  const sentinel: Sentinel = { state: sha256(text), arrays: sha256(bytes) };
  atomicWriteFileSync(join(folder, SENTINEL_FILE), `${JSON.stringify(sentinel)}\n`);
}

/** Whether a folder holds a checkpoint that was written to its end. */
export function hasCheckpoint(folder: string): boolean {
  return existsSync(join(folder, SENTINEL_FILE));
}

/**
 * Reads what {@link saveCheckpoint} wrote.
 *
 * @throws SimError `FILE_NOT_FOUND` without a complete checkpoint; `FILE_INVALID` naming the file that does not match its
 * checksum or is not what its header says.
 */
export function loadCheckpoint(folder: string): AgentState {
  if (!hasCheckpoint(folder)) {
    throw new SimError('FILE_NOT_FOUND', `${folder}: expected a complete checkpoint, found none; train the run again.`);
  }
  const sentinel = readJson<Partial<Sentinel>>(join(folder, SENTINEL_FILE), readBytes(join(folder, SENTINEL_FILE)));
  const stateBytes = readChecked(join(folder, STATE_FILE), sentinel.state);
  const arrayBytes = readChecked(join(folder, WEIGHTS_FILE), sentinel.arrays);
  const header = readJson<CheckpointHeader>(join(folder, STATE_FILE), stateBytes);
  if (header.schemaVersion !== 1) {
    throw invalid(join(folder, STATE_FILE), `schema version 1, received ${String(header.schemaVersion)}`);
  }
  const expected = header.arrays.reduce((total, { length }) => total + 4 * length, 0);
  if (arrayBytes.byteLength !== expected) {
    throw invalid(join(folder, WEIGHTS_FILE), `${expected} bytes, received ${arrayBytes.byteLength}`);
  }
  return { json: header.json, arrays: unpackFloats(arrayBytes, header.arrays) };
}

/** Little-endian whatever the machine. */
function packFloats(arrays: readonly Float32Array[]): Uint8Array {
  const total = arrays.reduce((sum, array) => sum + array.length, 0);
  const bytes = new Uint8Array(4 * total);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++, offset += 4) view.setFloat32(offset, array[i]!, true);
  }
  return bytes;
}

function unpackFloats(bytes: Uint8Array, layout: CheckpointHeader['arrays']): Record<string, Float32Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  return Object.fromEntries(
    layout.map(({ name, length }) => {
      const array = new Float32Array(length);
      for (let i = 0; i < length; i++, offset += 4) array[i] = view.getFloat32(offset, true);
      return [name, array];
    }),
  );
}

function readChecked(path: string, checksum: string | undefined): Uint8Array {
  const bytes = readBytes(path);
  if (sha256(bytes) !== checksum) throw invalid(path, 'the content that was saved, but its checksum differs');
  return bytes;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SimError(
      'FILE_INVALID',
      `${path}: missing from the checkpoint; remove the run's folder and train again.`,
      {
        cause,
      },
    );
  }
}

function readJson<T>(path: string, bytes: Uint8Array): T {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
  } catch {
    throw invalid(path, 'JSON');
  }
}

function invalid(path: string, expected: string): SimError {
  return new SimError('FILE_INVALID', `${path}: expected ${expected}; remove the run's folder and train again.`);
}
