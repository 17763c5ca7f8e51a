import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocateTape, type Tape, type TapeMeta } from '../../../src/data/tape.ts';
import { readTape, tapeHash, writeTape } from '../../../src/data/tape-file.ts';

const META: TapeMeta = {
  name: 'Probe „ü“',
  origin: 'log',
  currency: 'CNY',
  priceUnit: { name: 'fen CPM', micros: 10 },
  clock: 'seconds',
  lostPrices: 'known',
  pricing: 'second-price',
  ties: 'win',
  minBidMicros: 0,
  bidQuantumMicros: 10,
  maxBidMicros: 3000,
  valueUnit: 'expected clicks',
  segments: ['desktop', 'mobile'],
};

function probe(length: number, withBids = true, meta: TapeMeta = META): Tape {
  const tape = allocateTape(meta, length, withBids);
  for (let i = 0; i < length; i++) {
    tape.timeSeconds[i] = i * 1.5;
    tape.value[i] = 1 / (i + 3);
    tape.marketPriceMicros[i] = 10 * i;
    tape.floorMicros[i] = 5;
    tape.click[i] = i % 2;
    tape.conversion[i] = i % 3 === 0 ? 1 : 0;
    tape.segment[i] = i % 2;
    if (tape.loggedBidMicros !== null) tape.loggedBidMicros[i] = i === 1 ? Number.NaN : 20;
  }
  return tape;
}

describe('tape files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bidlab-tape-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('come back as they were written, whatever the columns hold', () => {
    const path = join(folder, 'round-trip.tape');
    const row = fc.record({
      value: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      price: fc.maxSafeNat(),
      flags: fc.integer({ min: 0, max: 3 }),
      segment: fc.integer({ min: 0, max: 65535 }),
      bid: fc.oneof(fc.constant(Number.NaN), fc.maxSafeNat()),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 9 }), fc.boolean(), fc.string(), (rows, withBids, name) => {
        const tape = allocateTape({ ...META, name }, rows.length, withBids);
        for (const [i, r] of rows.entries()) {
          tape.timeSeconds[i] = i;
          tape.value[i] = r.value;
          tape.marketPriceMicros[i] = r.price;
          tape.click[i] = r.flags & 1;
          tape.conversion[i] = r.flags >> 1;
          tape.segment[i] = r.segment;
          if (tape.loggedBidMicros !== null) tape.loggedBidMicros[i] = r.bid;
        }
        const hash = writeTape(tape, path);
        const back = readTape(path);
        expect(back).toEqual(tape);
        expect(back.value.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect(tapeHash(back)).toBe(hash);
      }),
      { numRuns: 60 },
    );
  });

  it('are equal byte by byte for equal tapes, whatever the order of the metadata', () => {
    const { name, ...rest } = META;
    writeTape(probe(7), join(folder, 'a.tape'));
    writeTape(probe(7, true, { ...rest, name }), join(folder, 'b.tape'));
    expect(readFileSync(join(folder, 'a.tape'))).toEqual(readFileSync(join(folder, 'b.tape')));
    expect(tapeHash(probe(7))).not.toBe(tapeHash(probe(7, true, { ...META, ties: 'lose' })));
  });

  it('are refused by name when any one byte is another', () => {
    const path = join(folder, 'corrupt.tape');
    writeTape(probe(5), path);
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = damaged[at]! ^ change;
        writeFileSync(path, damaged);
        expect(() => readTape(path)).toThrow(/^FILE_INVALID: .*corrupt\.tape: .*(import|generate)/);
      }),
      { numRuns: 300 },
    );
  });

  it('are refused by name at every length but their own', () => {
    const path = join(folder, 'cut.tape');
    writeTape(probe(2, false), path);
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(() => readTape(path)).toThrow(/^FILE_INVALID: .*cut\.tape: /);
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(1)]));
    expect(() => readTape(path)).toThrow(/FILE_INVALID: .*something was added/);
  });

  it('of another version are refused with the remedy', () => {
    const path = join(folder, 'version.tape');
    writeTape(probe(2), path);
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(9, 8);
    writeFileSync(path, bytes);
    expect(() => readTape(path)).toThrow(/expected tape version 1, received 9; import or generate the tape again/);
  });

  it('say what is wrong with a file that is no tape, or is not there', () => {
    const path = join(folder, 'log.csv');
    writeFileSync(path, 'time,price\n1,2\n3,4\n5,6\n');
    expect(() => readTape(path)).toThrow(/FILE_INVALID: .*log\.csv: this is not a bidlab tape/);
    expect(() => readTape(join(folder, 'absent.tape'))).toThrow(/FILE_NOT_FOUND: .*absent\.tape/);
  });

  it('take 36 bytes a row, and leave no temporary files', () => {
    const path = join(folder, 'size.tape');
    writeTape(probe(8000, false), path);
    const small = statSync(path).size;
    writeTape(probe(16000, false), path);
    // Four columns of 8 bytes, one of 2 and two of 1.
    expect(Math.floor((statSync(path).size - small) / 8000)).toBe(36);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
