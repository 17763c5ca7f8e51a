import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importLog, readLog } from '../../../src/data/import-log.ts';
import { type LogMapping, logMappingSchema, readMapping } from '../../../src/data/log-mapping.ts';
import { readTape } from '../../../src/data/tape-file.ts';

const TEMPLATES = new URL('../../../experiments/templates/', import.meta.url).pathname;
const IPINYOU = new URL('../../../../shared/data/ipinyou/2997/test.theta.txt', import.meta.url).pathname;

const BASE = {
  columns: { order: 'n', pCtr: 'p', marketPrice: 'price', click: 'click' },
  currency: 'EUR',
  priceUnit: 'cpm',
  lostPrices: 'known',
};

function mapping(changes: object = {}, columns: object = {}): LogMapping {
  return logMappingSchema.parse({ ...BASE, ...changes, columns: { ...BASE.columns, ...columns } });
}

describe('logs', () => {
  let folder = '';
  let path = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bidlab-import-'));
    path = join(folder, 'log.csv');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string, settings: LogMapping = mapping(), maxBadRows = 0) => {
    writeFileSync(path, text);
    return readLog({ input: path, mapping: settings, maxBadRows });
  };

  it('become tapes: value is pCtr times the worths, prices are integer micros', async () => {
    const { tape, warnings } = await read(
      'n,p,cvr,price,floor,bid,click,device\n1,0.5,0.1,1.005,,2,1,tv\n1,1,0,0,0.2,,0,phone\n9,0,1,3e-1,1,0,0,tv\n',
      mapping(
        { valuePerClick: 2, valuePerConversion: 10, auction: { ties: 'win', minBid: 0.5, maxBid: 4 } },
        { pCvr: 'cvr', floor: 'floor', bid: 'bid', segment: 'device' },
      ),
    );
    expect([...tape.value]).toEqual([0.5 * (2 + 0.1 * 10), 2, 0]);
    expect([...tape.marketPriceMicros]).toEqual([1005, 0, 300]);
    expect([...tape.floorMicros]).toEqual([0, 200, 1000]);
    expect([...tape.loggedBidMicros!]).toEqual([2000, Number.NaN, 0]);
    expect([...tape.click]).toEqual([1, 0, 0]);
    expect([...tape.segment]).toEqual([0, 1, 0]);
    expect([...tape.timeSeconds]).toEqual([0, 1, 2]);
    expect(tape.meta).toEqual({
      name: 'log.csv',
      origin: 'log',
      currency: 'EUR',
      priceUnit: { name: 'CPM', micros: 1000 },
      clock: 'order',
      lostPrices: 'known',
      pricing: 'second-price',
      ties: 'win',
      minBidMicros: 500,
      bidQuantumMicros: 1,
      maxBidMicros: 4000,
      valueUnit: 'expected EUR',
      segments: ['tv', 'phone'],
    });
    expect(warnings).toEqual([]);
  });

  it('count time from midnight of their first day, in the campaign’s own time zone', async () => {
    const timed = (time: object) =>
      logMappingSchema.parse({
        ...BASE,
        columns: { timestamp: 't', value: 'v', marketPrice: 'price' },
        time,
      });
    const iso = await read('t,v,price\n2026-03-01T23:30:00Z,1,1\n2026-03-02 00:30:00,1,1\n', timed({}));
    expect([...iso.tape.timeSeconds]).toEqual([84_600, 88_200]);
    const china = await read('t,v,price\n2026-03-01T23:30:00Z,1,1\n', timed({ utcOffsetMinutes: 480 }));
    expect([...china.tape.timeSeconds]).toEqual([27_000]);
    const millis = await read('t,v,price\n86400500,1,1\n', timed({ format: 'epoch-millis' }));
    expect([...millis.tape.timeSeconds]).toEqual([0.5]);
    expect(iso.warnings).toEqual([expect.stringMatching(/no click column/)]);
  });

  it('with prices of won auctions only keep lost ones lost to every bid the log can judge', async () => {
    const { tape, warnings } = await read(
      'n,p,price,bid,won,click\n1,0.1,1,2,1,0\n2,0.1,,5,0,\n3,0.1,0.7,3,0,0\n',
      mapping({ lostPrices: 'won-only', auction: { bidQuantumMicros: 10 } }, { bid: 'bid', won: 'won' }),
    );
    expect([...tape.marketPriceMicros]).toEqual([1000, 5010, 5010]);
    expect(tape.meta.support).toEqual({ largestMicros: 5000, lostAuctions: 2 });
    expect(warnings[0]).toMatch(/prices of 2 lost auctions \(66\.7 %\) are unknown: .* up to 5 EUR CPM/);
    expect(warnings[1]).toMatch(/2 lost auctions would have been clicked/);
  });

  it.each([
    ['a negative price', '1,0.1,-2,0', /line 3, column 'price': expected a price not below 0, received '-2'/],
    ['a price that is no number', '1,0.1,NaN,0', /line 3, column 'price': expected a number, received 'NaN'/],
    ['an empty price', '1,0.1,,0', /line 3, column 'price': expected a number, received ''/],
    ['a hexadecimal price', '1,0.1,0x10,0', /line 3, column 'price': expected a number, received '0x10'/],
    ['a price beyond 2^53', '1,0.1,1e15,0', /line 3, column 'price': expected a price up to 2\^53 micros/],
    ['a probability above 1', '1,1.01,2,0', /line 3, column 'p': expected a probability from 0 to 1, received '1\.01'/],
    ['a click that is neither 0 nor 1', '1,0.1,2,yes', /line 3, column 'click': expected 0 or 1, received 'yes'/],
    ['a row too short', '1,0.1,2', /line 3: expected 4 columns, received 3/],
    ['a row too long', '1,0.1,2,0,9', /line 3: expected 4 columns, received 5/],
    ['a row out of order', '-1,0.1,2,0', /line 3, column 'n': expected no earlier than the row before.*sort the log/],
  ])('stop at %s with file, line, column and reason', async (_, row, message) => {
    const reading = read(`n,p,price,click\n0,0.1,2,0\n${row}\n5,0.1,2,0\n`);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/^DATA_INVALID: .*log\.csv line 3.*--max-bad-rows/);
  });

  it('at fault name no flag to whoever cannot set rows aside', async () => {
    writeFileSync(path, '0 70 0.1\n1 -5 0.1\n');
    await expect(readLog({ input: path, format: 'ipinyou' })).rejects.toThrow(/line 2.*; fix or remove the row\.$/);
    const importing = importLog({ input: path, format: 'ipinyou', out: join(folder, 'bad.tape') });
    await expect(importing).rejects.toThrow(/line 2.*--max-bad-rows N/);
  });

  it('without a mapped column say which are there and which may be meant', async () => {
    await expect(read('n,pp,price,click\n1,1,1,1\n', mapping({}, { pCtr: 'p_' }))).rejects.toThrow(
      /DATA_INVALID: .*column 'p_' for pCtr is missing; did you mean 'pp'\? Found: n, pp, price, click/,
    );
    await expect(read('n,p,price,click\n1,1,1,1\n', mapping({}, { marketPrice: 'market_price' }))).rejects.toThrow(
      /column 'market_price' for marketPrice is missing\. Found: n, p, price, click\. Correct columns\.marketPrice/,
    );
    await expect(read('n,p,p,price,click\n1,1,1,1,1\n')).rejects.toThrow(/column 'p' for pCtr is there twice/);
  });

  it('that are empty are refused by name', async () => {
    await expect(read('')).rejects.toThrow(
      /DATA_INVALID: .*log\.csv: expected at least one opportunity, found nothing/,
    );
    await expect(read('n,p,price,click\n')).rejects.toThrow(/found only a header/);
    await expect(read('n,p,price,click\n1,2,3,4\n', mapping(), 5)).rejects.toThrow(/found only rows at fault/);
  });

  it('in milliseconds read as seconds, or in numbers read as dates, get the remedy', async () => {
    const timed = (format: string) =>
      logMappingSchema.parse({
        ...BASE,
        columns: { timestamp: 't', value: 'v', marketPrice: 'price' },
        time: { format },
      });
    await expect(read('t,v,price\n1772400000000,1,1\n', timed('epoch-seconds'))).rejects.toThrow(/epoch-millis/);
    await expect(read('t,v,price\n1772400000,1,1\n', timed('iso'))).rejects.toThrow(/set time\.format/);
  });

  it('report every bad row on its line, whatever else is in the file, and keep all others', async () => {
    const rowArbitrary = fc.constantFrom('0.5,1,0', '0,0,1', '2,1,0', 'x,1,1', '0.5,-1,0', '0.5,1,7', '0.5,1', '');
    await fc.assert(
      fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 30 }), async (rows) => {
        const text = `p,price,click\n0.5,1,0\n${rows.join('\n')}\n`;
        const settings = logMappingSchema.parse({
          ...BASE,
          columns: { pCtr: 'p', marketPrice: 'price', click: 'click' },
        });
        const isGood = (row: string) => row === '0.5,1,0' || row === '0,0,1';
        const badLines = rows.flatMap((row, i) => (row === '' || isGood(row) ? [] : [i + 3]));
        const { tape, rejected } = await read(text, settings, 100);
        expect(rejected.map((row) => row.line)).toEqual(badLines);
        expect(tape.length).toBe(1 + rows.filter(isGood).length);
        if (badLines.length > 0) {
          const at = new RegExp(`line ${badLines.at(-1)}\\b.*one more than --max-bad-rows`);
          if (badLines.length > 1) await expect(read(text, settings, badLines.length - 1)).rejects.toThrow(at);
          await expect(read(text, settings)).rejects.toThrow(new RegExp(`line ${badLines[0]}\\b`));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are written with their rejects beside them, and nothing is written when an import fails', async () => {
    const out = join(folder, 'out.tape');
    writeFileSync(path, 'n,p,price,click\n1,0.5,1,0\n2,7,"1,5",0\n3,0.5,1,1\n');
    await expect(importLog({ input: path, mapping: mapping(), out })).rejects.toThrow(/line 3, column 'p'/);
    expect(readdirSync(folder)).toEqual(['log.csv']);
    const report = await importLog({ input: path, mapping: mapping(), out, maxBadRows: 1 });
    expect(report).toMatchObject({ badRows: 1, rejectsPath: `${out}.rejects.csv`, summary: { rows: 2, clicks: 1 } });
    expect(readFileSync(`${out}.rejects.csv`, 'utf8')).toBe(
      'line,column,reason,row\n3,p,"expected a probability from 0 to 1, received \'7\'","2,7,""1,5"",0"\n',
    );
    writeFileSync(path, 'n,p,price,click\n1,0.5,1,0\n');
    expect(await importLog({ input: path, mapping: mapping(), out })).toMatchObject({ badRows: 0, rejectsPath: null });
    expect(existsSync(`${out}.rejects.csv`)).toBe(false);
    expect(readTape(out).length).toBe(1);
    rmSync(out);
  });

  it('need exactly one of a mapping and a format', async () => {
    writeFileSync(path, '0 1 0.5\n');
    await expect(readLog({ input: path })).rejects.toThrow(/CONFIG_INVALID: .*received neither/);
    await expect(readLog({ input: path, format: 'ipinyou', mapping: mapping() })).rejects.toThrow(/received both/);
  });

  it('of an unknown format, or for a folder that is not there, are refused before they are read', async () => {
    await expect(readLog({ input: path, format: 'ipinyu' })).rejects.toThrow(
      "UNKNOWN_ID: unknown log format 'ipinyu'; did you mean 'ipinyou'? Known: ipinyou",
    );
    writeFileSync(path, 'n,p,price,click\n1,7,1,0\n');
    await expect(importLog({ input: path, mapping: mapping(), out: join(folder, 'no', 'x.tape') })).rejects.toThrow(
      /OUTPUT_FAILED: .*x\.tape: could not be written: the folder does not exist/,
    );
  });

  it('report how far they are in rows of data, all of the file only at the end', async () => {
    writeFileSync(path, `n,p,price,click\n\n${'1,0.5,1,0\n'.repeat(19_999)}1,7,1,0\n`);
    const seen: [number, boolean][] = [];
    await readLog({
      input: path,
      mapping: mapping(),
      maxBadRows: 1,
      onProgress: ({ rows, bytes, totalBytes }) => {
        expect(totalBytes).toBe(200_015);
        seen.push([rows, bytes >= totalBytes]);
      },
    });
    expect(seen).toEqual([
      [16_383, false],
      [20_000, true],
    ]);
  });

  it('of iPinYou need no mapping: fen CPM, ties win, bids 0 to 300', async () => {
    writeFileSync(path, '0 70 0.0021\n1 0 0.5\n');
    const { tape } = await readLog({ input: path, format: 'ipinyou' });
    expect([...tape.marketPriceMicros]).toEqual([700, 0]);
    expect([...tape.value]).toEqual([0.0021, 0.5]);
    expect([...tape.click]).toEqual([0, 1]);
    expect(tape.meta).toMatchObject({
      currency: 'CNY',
      priceUnit: { name: 'fen CPM', micros: 10 },
      clock: 'order',
      ties: 'win',
      minBidMicros: 0,
      bidQuantumMicros: 10,
      maxBidMicros: 3000,
      valueUnit: 'expected clicks',
    });
    writeFileSync(path, '0 70 0.0021\n2 70 0.5\n');
    await expect(readLog({ input: path, format: 'ipinyou' })).rejects.toThrow(
      /log\.csv line 2, column '1 \(click\)': expected 0 or 1, received '2'/,
    );
  });

  it.skipIf(!existsSync(IPINYOU))(
    'campaign 2997 of iPinYou (../shared/data) has 156,063 auctions and 530 clicks',
    async () => {
      const { tape } = await readLog({ input: IPINYOU, format: 'ipinyou' });
      expect(tape.length).toBe(156_063);
      expect(tape.click.reduce((a, b) => a + b, 0)).toBe(530);
      expect(tape.marketPriceMicros.reduce((a, b) => a + b, 0)).toBe(86_171_480);
      expect(tape.meta.name).toBe('iPinYou 2997');
    },
  );
});

describe('the sample log', () => {
  it('is read by its mapping: 1,000 auctions over two days', async () => {
    const { tape, warnings } = await readLog({
      input: join(TEMPLATES, 'sample-log.csv'),
      mapping: join(TEMPLATES, 'sample-mapping.yaml'),
    });
    const lines = readFileSync(join(TEMPLATES, 'sample-log.csv'), 'utf8').trimEnd().split('\n').slice(1);
    const fields = lines.map((line) => line.split(','));
    expect(tape.length).toBe(1000);
    expect(tape.click.reduce((a, b) => a + b, 0)).toBe(52);
    expect(tape.conversion.reduce((a, b) => a + b, 0)).toBe(10);
    expect(tape.timeSeconds[999]! - tape.timeSeconds[0]!).toBeGreaterThan(86_400);
    expect(tape.timeSeconds[999]!).toBeLessThan(2 * 86_400);
    expect(tape.meta.segments).toEqual([...new Set(fields.map((row) => row[1]))]);
    for (const [i, row] of fields.entries()) {
      expect(tape.marketPriceMicros[i]).toBe(Math.round(Number(row[4]) * 1000));
      expect(row[7] === '1').toBe(
        tape.loggedBidMicros![i]! > tape.marketPriceMicros[i]! && Number(row[6]) >= Number(row[5]),
      );
    }
    expect(warnings).toEqual([expect.stringMatching(/lost auctions would have been clicked/)]);
  });
});

describe('column mappings', () => {
  it('must say whether the prices of lost auctions are known', () => {
    const { lostPrices: _, ...rest } = BASE;
    expect(logMappingSchema.safeParse(rest).error?.issues[0]?.path).toEqual(['lostPrices']);
  });

  it.each([
    [{}, { value: 'v' }, 'expected exactly one of value and pCtr'],
    [{}, { pCvr: 'cvr' }, 'expected above 0 if and only if columns.pCvr is there'],
    [{ valuePerConversion: 3 }, {}, 'expected above 0 if and only if columns.pCvr is there'],
    [{}, { timestamp: 't' }, 'expected timestamp or order, received both'],
    [{ header: false }, {}, 'expected positions (1, 2, …), as header is false'],
    [
      { valuePerClick: 1 },
      { pCtr: undefined, value: 'v' },
      'expected only with columns.pCtr; columns.value already is the worth',
    ],
  ])('that contradict themselves are refused: %j %j', (changes, columns, message) => {
    const result = logMappingSchema.safeParse({ ...BASE, ...changes, columns: { ...BASE.columns, ...columns } });
    expect(result.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  it('name an unknown key with its line, and a file that is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bidlab-mapping-'));
    const path = join(folder, 'm.yaml');
    writeFileSync(
      path,
      'columns: { value: v, marketPrice: p, clicks: c }\ncurrency: EUR\npriceUnit: cpm\nlostPrices: known\n',
    );
    expect(() => readMapping(path)).toThrow(
      /CONFIG_INVALID: .*m\.yaml\n\s+1:\d+ +columns\.clicks: unknown key; did you mean 'click'\?/,
    );
    rmSync(folder, { recursive: true });
    expect(() => readMapping(path)).toThrow(/FILE_NOT_FOUND: .*m\.yaml/);
  });
});
