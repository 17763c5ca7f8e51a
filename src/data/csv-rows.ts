import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { type Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'fast-csv';
import { SimError } from '../core/errors.ts';
import { QuoteScanner } from './quote-scanner.ts';

/** How the fields of a text file are separated. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: 'double' | 'none';
}

/** How far a reading has come. */
export interface ReadProgress {
  /** Rows handed out. */
  readonly rows: number;
  /** Bytes read; all of them only once every row was handed out. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** No row is this long; a quote that is never closed would otherwise take the rest of the file into memory. */
const MAX_ROW_BYTES = 1 << 20;
const READ_BYTES = 1 << 17;
const PROGRESS_ROWS = 16_384;

/**
 * Streams the rows of a delimited text file, plain or gzipped (told by its first bytes), in constant memory.
 *
 * @param onRow Gets the fields and the line (from 1) that the row begins on; blank lines are passed over. What it throws
 *   stops the reading and is thrown from here.
 * @throws SimError `FILE_NOT_FOUND`; `FILE_INVALID` for a damaged gzip file; `DATA_INVALID` naming the line of a quote that
 *   is never closed or has text after it.
 */
export async function readCsvRows(
  path: string,
  dialect: CsvDialect,
  onRow: (fields: readonly string[], line: number) => void,
  onProgress?: ((progress: ReadProgress) => void) | undefined,
): Promise<void> {
  const totalBytes = fileSize(path);
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  let pendingBytes = 0;
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pendingBytes += chunk.length;
      if (pendingBytes > MAX_ROW_BYTES + 2 * READ_BYTES) done(new Error('Parse Error: a row without an end'));
      else done(null, chunk);
    },
  });
  let line = 1;
  let rows = 0;
  const handOut = (fields: readonly string[], start: number) => {
    onRow(fields, start);
    // The file is read ahead of its rows: its last byte counts only when they are through.
    const bytes = Math.min(source.bytesRead, totalBytes - 1);
    if (++rows % PROGRESS_ROWS === 0) onProgress?.({ rows, bytes, totalBytes });
  };
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1024,
    write(fields: string[], _encoding, done) {
      pendingBytes = 0;
      const start = line;
      line += 1 + (dialect.quote === 'double' ? lineBreaksIn(fields) : 0);
      try {
        if (fields.length > 0) handOut(fields, start);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const parser = parse({
    headers: false,
    delimiter: dialect.delimiter,
    quote: dialect.quote === 'double' ? '"' : null,
  });
  try {
    if (isGzip(path)) await pipeline(source, createGunzip(), guard, parser, sink);
    else await pipeline(source, guard, parser, sink);
  } catch (error) {
    throw await explain(error, path, dialect, line);
  }
  onProgress?.({ rows, bytes: totalBytes, totalBytes });
}

function lineBreaksIn(fields: readonly string[]): number {
  let breaks = 0;
  for (const field of fields) {
    if (field.includes('\n') || field.includes('\r')) breaks += field.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  return breaks;
}

function fileSize(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new SimError('FILE_NOT_FOUND', `${path}: there is no such file; check the path.`);
  if (stat.isDirectory()) throw new SimError('FILE_NOT_FOUND', `${path}: this is a folder; name a log file in it.`);
  return stat.size;
}

function isGzip(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const start = Buffer.alloc(2);
    return readSync(descriptor, start, 0, 2, 0) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(descriptor);
  }
}

async function explain(error: unknown, path: string, dialect: CsvDialect, line: number): Promise<unknown> {
  if (error instanceof SimError || !(error instanceof Error)) return error;
  if ('code' in error && String(error.code).startsWith('Z_')) {
    return new SimError(
      'FILE_INVALID',
      `${path}: the gzip file is damaged or cut off (${error.message}); copy it again.`,
      { cause: error },
    );
  }
  if (!error.message.startsWith('Parse Error')) return error;
  const faultLine = (await lineOfOpenQuote(path, dialect.delimiter)) ?? line;
  return new SimError(
    'DATA_INVALID',
    `${path} line ${faultLine}: a double quote is never closed or has text after it; fix the line, or set 'quote: none' in ` +
      'the mapping if quotes are ordinary characters.',
    { cause: error },
  );
}

/** The line on which a quoted field begins that is never closed or has text after its closing quote. */
async function lineOfOpenQuote(path: string, delimiter: string): Promise<number | null> {
  const file = createReadStream(path);
  const text: Readable = isGzip(path) ? file.pipe(createGunzip()) : file;
  text.setEncoding('utf8');
  const scanner = new QuoteScanner(delimiter);
  for await (const chunk of text as AsyncIterable<string>) {
    for (const character of chunk) scanner.take(character);
    if (scanner.isAtFault) {
      file.destroy();
      break;
    }
  }
  return scanner.isAtFault || scanner.isOpen ? scanner.openedOn : null;
}
