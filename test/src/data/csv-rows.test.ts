import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CsvDialect, readCsvRows } from '../../../src/data/csv-rows.ts';

const COMMA: CsvDialect = { delimiter: ',', quote: 'double' };

describe('readCsvRows', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bidlab-csv-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function rowsOf(content: string | Uint8Array, dialect = COMMA): Promise<[number, ...string[]][]> {
    const path = join(folder, 'log.csv');
    writeFileSync(path, content);
    const rows: [number, ...string[]][] = [];
    await readCsvRows(path, dialect, (fields, line) => rows.push([line, ...fields]));
    return rows;
  }

  it('numbers rows by the line they begin on, past blank lines and line breaks in quotes', async () => {
    const text = '\ufeffa,b\r\n\r\n1,2\n"x\r\ny\nz",3\n\n4,"say ""hi"""';
    expect(await rowsOf(text)).toEqual([
      [1, 'a', 'b'],
      [3, '1', '2'],
      [4, 'x\r\ny\nz', '3'],
      [8, '4', 'say "hi"'],
    ]);
  });

  it('takes quotes as they are where the dialect has none', async () => {
    expect(await rowsOf('1 "a\n2 b"\n', { delimiter: ' ', quote: 'none' })).toEqual([
      [1, '1', '"a'],
      [2, '2', 'b"'],
    ]);
  });

  it('reads gzip by its content, and refuses a cut gzip file by name', async () => {
    const packed = gzipSync('a,b\n1,2\n');
    expect(await rowsOf(packed)).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ]);
    await expect(rowsOf(packed.subarray(0, packed.length - 9))).rejects.toThrow(
      /^FILE_INVALID: .*log\.csv: the gzip file is damaged or cut off/,
    );
  });

  it('names the line of a quote that has text after it or is never closed', async () => {
    await expect(rowsOf('a,b\n1,2\n\n"x"y,2\n3,4\n')).rejects.toThrow(
      /DATA_INVALID: .*log\.csv line 4: a double quote/,
    );
    await expect(rowsOf('a,b\n1,"2\n3,4\n')).rejects.toThrow(/log\.csv line 2: a double quote is never closed/);
  });

  it('gives up on a quote that is never closed before it takes the whole file into memory', async () => {
    const text = `a,b\n1,"2\n${'3,4\n'.repeat(600_000)}`;
    await expect(rowsOf(text)).rejects.toThrow(/log\.csv line 2: a double quote is never closed/);
  });

  it('passes on what the caller throws and stops there', async () => {
    const path = join(folder, 'stop.csv');
    writeFileSync(path, 'a\n'.repeat(100_000));
    let seen = 0;
    const reading = readCsvRows(path, COMMA, () => {
      seen++;
      if (seen === 3) throw new Error('enough');
    });
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toBe(3);
  });

  it('names a file that is not there and a folder', async () => {
    await expect(readCsvRows(join(folder, 'absent.csv'), COMMA, () => {})).rejects.toThrow(
      /FILE_NOT_FOUND: .*absent\.csv/,
    );
    await expect(readCsvRows(folder, COMMA, () => {})).rejects.toThrow(/FILE_NOT_FOUND: .*this is a folder/);
  });

  it('gives back any fields that were quoted, on their lines', async () => {
    const field = fc.string({ maxLength: 6, unit: fc.constantFrom('a', '"', ',', '\n', ' ', '7') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 }), async (rows) => {
        const quoted = (s: string) => `"${s.replaceAll('"', '""')}"`;
        const text = rows.map((row) => row.map(quoted).join(',')).join('\n');
        let line = 1;
        const expected = rows.map((row) => {
          const start = line;
          line += 1 + row.join('').split('\n').length - 1;
          return [start, ...row];
        });
        expect(await rowsOf(text)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
