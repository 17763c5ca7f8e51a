import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { atomicWriteFileSync } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';
import { allocateTape, type Tape, type TapeMeta } from './tape.ts';

/*
 * A tape file, every part starting at a multiple of 8 bytes:
 *
 *     0   magic "BIDTAPE\0"
 *     8   uint32 version, uint32 length of the header in bytes (a multiple of 8, padded with spaces)
 *     16  header: JSON { byteOrder, length, meta, columns: [{ name, type, offset, bytes }] }
 *     …   the columns, each padded with zeros to a multiple of 8; offsets count from the first column
 *     end SHA-256 of everything before it, 32 bytes
 *
 * Equal tapes make equal bytes.
 */
const MAGIC = 'BIDTAPE\0';
const VERSION = 1;
const PREFIX_BYTES = 16;
const DIGEST_BYTES = 32;
const MAX_HEADER_BYTES = 1 << 26;

type Column = Float64Array | Uint8Array | Uint16Array;

interface ColumnEntry {
  readonly name: string;
  readonly type: 'float64' | 'uint8' | 'uint16';
  readonly offset: number;
  readonly bytes: number;
}

interface Header {
  readonly byteOrder: string;
  readonly length: number;
  readonly meta: TapeMeta;
  readonly columns: readonly ColumnEntry[];
}

/**
 * Writes a tape as one file, replaced as a whole: readers never see half of it.
 *
 * @returns The tape's hash, see {@link tapeHash}.
 * @throws SimError `OUTPUT_FAILED` naming the file, the reason and the remedy; the temporary file is gone by then.
 */
export function writeTape(tape: Tape, path: string): string {
  const parts = tapeParts(tape);
  const digest = digestOf(parts);
  atomicWriteFileSync(path, [...parts, digest]);
  return digest.toString('hex');
}

/** SHA-256 over the bytes of the tape's file, metadata included, as 64 hexadecimal digits. */
export function tapeHash(tape: Tape): string {
  return digestOf(tapeParts(tape)).toString('hex');
}

/**
 * Reads a tape that {@link writeTape} wrote.
 *
 * @throws SimError `FILE_NOT_FOUND`; `FILE_INVALID` where the file is no tape, is of another version, is truncated or
 *   fails its checksum.
 */
export function readTape(path: string): Tape {
  const descriptor = openForReading(path);
  try {
    return readOpenTape(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

function readOpenTape(descriptor: number, path: string): Tape {
  const hash = createHash('sha256');
  const fileBytes = fstatSync(descriptor).size;
  const header = readHeader(descriptor, path, fileBytes, hash);
  const tape = allocateTape(
    header.meta,
    header.length,
    header.columns.some((column) => column.name === 'loggedBidMicros'),
  );
  for (const [, column] of columnsOf(tape)) {
    const bytes = bytesOf(column);
    readFully(descriptor, bytes, path);
    updateHash(hash, bytes);
    const padding = Buffer.alloc(padded(bytes.byteLength) - bytes.byteLength);
    readFully(descriptor, padding, path);
    hash.update(padding);
  }
  const stored = Buffer.alloc(DIGEST_BYTES);
  readFully(descriptor, stored, path);
  if (!hash.digest().equals(stored)) {
    throw new SimError(
      'FILE_INVALID',
      `${path}: the checksum of this tape does not match its content; it was changed or damaged, so import or generate it again.`,
    );
  }
  return tape;
}

function readHeader(descriptor: number, path: string, fileBytes: number, hash: Hash): Header {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  const magicBytes = readSync(descriptor, prefix, 0, PREFIX_BYTES, null);
  if (magicBytes < MAGIC.length || prefix.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new SimError(
      'FILE_INVALID',
      `${path}: this is not a bidlab tape; make one with 'bidlab import' (from a log) or 'bidlab generate'.`,
    );
  }
  if (magicBytes < PREFIX_BYTES) throw truncated(path, PREFIX_BYTES, fileBytes);
  const version = prefix.readUInt32LE(8);
  if (version !== VERSION) {
    throw new SimError(
      'FILE_INVALID',
      `${path}: expected tape version ${VERSION}, received ${version}; import or generate the tape again with this bidlab.`,
    );
  }
  const headerBytes = prefix.readUInt32LE(12);
  if (headerBytes > MAX_HEADER_BYTES || headerBytes > fileBytes) throw truncated(path, headerBytes, fileBytes);
  const text = Buffer.alloc(headerBytes);
  readFully(descriptor, text, path);
  hash.update(prefix).update(text);
  const header = parseHeader(text.toString('utf8'), path);
  const expected = PREFIX_BYTES + headerBytes + columnBytes(header.columns) + DIGEST_BYTES;
  if (fileBytes < expected) throw truncated(path, expected, fileBytes);
  if (fileBytes > expected) {
    throw new SimError(
      'FILE_INVALID',
      `${path}: expected ${expected} bytes, received ${fileBytes}; something was added to this tape, so import or generate it again.`,
    );
  }
  return header;
}

/** The header, checked as far as reading the columns relies on it; the checksum answers for the rest. */
function parseHeader(text: string, path: string): Header {
  try {
    const header = JSON.parse(text) as Header;
    const withBids = header.columns.some((column) => column.name === 'loggedBidMicros');
    const known = JSON.stringify(directory(header.length, withBids)) === JSON.stringify(header.columns);
    if (!known || !Number.isSafeInteger(header.length) || header.length < 0) throw new Error('columns');
    if (header.byteOrder !== endianness()) {
      throw new SimError(
        'FILE_INVALID',
        `${path}: expected byte order ${endianness()}, received ${header.byteOrder}; import or generate the tape on this machine.`,
      );
    }
    return header;
  } catch (error) {
    if (error instanceof SimError) throw error;
    throw new SimError('FILE_INVALID', `${path}: the tape's header is damaged; import or generate the tape again.`, {
      cause: error,
    });
  }
}

function tapeParts(tape: Tape): Uint8Array[] {
  const header: Header = {
    byteOrder: endianness(),
    length: tape.length,
    meta: orderedMeta(tape.meta),
    columns: directory(tape.length, tape.loggedBidMicros !== null),
  };
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const text = Buffer.alloc(padded(json.length), 0x20);
  text.set(json);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(text.length, 12);
  const parts: Uint8Array[] = [prefix, text];
  for (const [, column] of columnsOf(tape)) {
    const bytes = bytesOf(column);
    parts.push(bytes, Buffer.alloc(padded(bytes.byteLength) - bytes.byteLength));
  }
  return parts;
}

/** The metadata with its keys in one order, so that equal tapes make equal bytes. */
function orderedMeta(meta: TapeMeta): TapeMeta {
  return JSON.parse(JSON.stringify(meta, [...new Set(allKeys(meta))].sort())) as TapeMeta;
}

function allKeys(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(allKeys);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...allKeys(inner)]);
}

function columnsOf(tape: Tape): [string, Column][] {
  const columns: [string, Column][] = [
    ['timeSeconds', tape.timeSeconds],
    ['value', tape.value],
    ['marketPriceMicros', tape.marketPriceMicros],
    ['floorMicros', tape.floorMicros],
    ['click', tape.click],
    ['conversion', tape.conversion],
    ['segment', tape.segment],
  ];
  if (tape.loggedBidMicros !== null) columns.push(['loggedBidMicros', tape.loggedBidMicros]);
  return columns;
}

/** Names, types and places of the columns, in the order of {@link columnsOf}. */
function directory(length: number, withBids: boolean): ColumnEntry[] {
  const types: [string, ColumnEntry['type'], number][] = [
    ['timeSeconds', 'float64', 8],
    ['value', 'float64', 8],
    ['marketPriceMicros', 'float64', 8],
    ['floorMicros', 'float64', 8],
    ['click', 'uint8', 1],
    ['conversion', 'uint8', 1],
    ['segment', 'uint16', 2],
  ];
  if (withBids) types.push(['loggedBidMicros', 'float64', 8]);
  let offset = 0;
  return types.map(([name, type, width]) => {
    const entry = { name, type, offset, bytes: width * length };
    offset += padded(entry.bytes);
    return entry;
  });
}

function columnBytes(columns: readonly ColumnEntry[]): number {
  let total = 0;
  for (const column of columns) total += padded(column.bytes);
  return total;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function bytesOf(column: Column): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function digestOf(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) updateHash(hash, part);
  return hash.digest();
}

/** Largest piece given to the hash at once: it takes at most 2 GiB. */
const HASH_BYTES = 1 << 28;

function updateHash(hash: Hash, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; at += HASH_BYTES) hash.update(bytes.subarray(at, at + HASH_BYTES));
}

function readFully(descriptor: number, into: Uint8Array, path: string): void {
  let filled = 0;
  while (filled < into.byteLength) {
    const count = readSync(descriptor, into, filled, Math.min(into.byteLength - filled, HASH_BYTES), null);
    if (count === 0) throw truncated(path, into.byteLength, filled);
    filled += count;
  }
}

function truncated(path: string, expected: number, received: number): SimError {
  return new SimError(
    'FILE_INVALID',
    `${path}: the tape is truncated: expected ${expected} bytes, received ${received}; copy it again, or import or generate it again.`,
  );
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new SimError('FILE_NOT_FOUND', `${path}: the tape cannot be opened; check the path.`, { cause: error });
  }
}
