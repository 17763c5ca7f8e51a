import { accessSync, constants, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { writeToString } from 'fast-csv';
import { atomicWriteFileSync, outputError } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';
import { auctionRulesOf, valueUnitOf } from './auction-rules.ts';
import { type CsvDialect, type ReadProgress, readCsvRows } from './csv-rows.ts';
import { describeTape, supportWarnings, type TapeSummary } from './describe-tape.ts';
import { IPINYOU_MAPPING, type LogMapping, logFormats, priceUnitOf, readMapping } from './log-mapping.ts';
import { LogRowReader, RowFault } from './log-row-reader.ts';
import type { Tape, TapeMeta } from './tape.ts';
import { TapeBuilder, type TapeRow } from './tape-builder.ts';
import { writeTape } from './tape-file.ts';

/** Which log to read and how. Exactly one of `mapping` and `format` is given. */
export interface ReadLogOptions {
  /** Path of the log, plain or gzipped. */
  readonly input: string;
  /** A mapping, or the path of its YAML file. */
  readonly mapping?: LogMapping | string | undefined;
  /** Id of a format that needs no mapping, see {@link logFormats}. */
  readonly format?: string | undefined;
  /** Rows at fault that may be set aside before the reading stops; absent where the caller cannot set rows aside: none. */
  readonly maxBadRows?: number | undefined;
  /** Told of data rows: neither the header nor blank lines count. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** A row that was set aside. */
export interface RejectedRow {
  readonly line: number;
  /** The column in the file's words; empty where the row as a whole is at fault. */
  readonly column: string;
  readonly reason: string;
  readonly fields: readonly string[];
}

/** A log in memory. */
export interface LogReading {
  readonly tape: Tape;
  readonly rejected: readonly RejectedRow[];
  /** Sentences for people: what the log cannot tell, what contradicts itself. */
  readonly warnings: readonly string[];
}

/** What an import did. */
export interface ImportReport {
  readonly input: string;
  readonly out: string;
  readonly tapeHash: string;
  readonly badRows: number;
  /** Where the rows at fault stand with line, column and reason; null where there are none. */
  readonly rejectsPath: string | null;
  readonly summary: TapeSummary;
  readonly warnings: readonly string[];
}

/**
 * Reads a log and writes it as a tape. A row at fault stops the import, or with `maxBadRows` goes into
 * `<out>.rejects.csv`; none is ever dropped in silence.
 *
 * @throws SimError `DATA_INVALID` with file, line, column and reason, for an empty log or a missing column;
 *   `FILE_NOT_FOUND`, `FILE_INVALID`, `UNKNOWN_ID` (format), `CONFIG_INVALID` (mapping) or `OUTPUT_FAILED`. Nothing is written then.
 */
export async function importLog(options: ReadLogOptions & { readonly out: string }): Promise<ImportReport> {
  const { input, out } = options;
  checkFolderOf(out);
  const { tape, rejected, warnings } = await readLog({ ...options, maxBadRows: options.maxBadRows ?? 0 });
  const rejectsPath = `${out}.rejects.csv`;
  if (rejected.length > 0) atomicWriteFileSync(rejectsPath, await rejectsCsv(rejected, dialectOf(mappingOf(options))));
  else rmSync(rejectsPath, { force: true });
  let hash: string;
  try {
    hash = writeTape(tape, out);
  } catch (error) {
    rmSync(rejectsPath, { force: true });
    throw error;
  }
  return {
    input,
    out,
    tapeHash: hash,
    badRows: rejected.length,
    rejectsPath: rejected.length > 0 ? rejectsPath : null,
    summary: describeTape(tape),
    warnings,
  };
}

/** Says at once, not after minutes of reading, that the tape cannot be written where it should go. */
function checkFolderOf(out: string): void {
  try {
    accessSync(dirname(out), constants.W_OK);
  } catch (error) {
    throw outputError(out, error);
  }
}

/**
 * Reads a log into memory: 36 bytes an opportunity (44 with logged bids), twice that for a moment at the end.
 *
 * @throws SimError As {@link importLog}.
 */
export async function readLog(options: ReadLogOptions): Promise<LogReading> {
  const { input, maxBadRows, onProgress } = options;
  const mapping = mappingOf(options);
  const builder = new TapeBuilder(mapping.columns.bid !== undefined);
  const rejected: RejectedRow[] = [];
  const row: TapeRow = emptyRow();
  let reader: LogRowReader | null = null;
  const onRow = (fields: readonly string[], line: number) => {
    if (reader === null) {
      reader = new LogRowReader(mapping, fields, input);
      if (mapping.header) return;
    }
    try {
      reader.read(fields, row);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      if (rejected.length >= (maxBadRows ?? 0)) throw badRow(input, line, error, maxBadRows);
      rejected.push({ line, column: error.column, reason: error.message, fields });
      return;
    }
    builder.push(row);
  };
  const onRead =
    onProgress && ((progress: ReadProgress) => onProgress({ ...progress, rows: builder.length + rejected.length }));
  await readCsvRows(input, dialectOf(mapping), onRow, onRead);
  const finished = reader as LogRowReader | null;
  if (finished === null || builder.length === 0) {
    const found = finished === null ? 'nothing' : `only ${rejected.length === 0 ? 'a header' : 'rows at fault'}`;
    throw new SimError(
      'DATA_INVALID',
      `${input}: expected at least one opportunity, found ${found}; choose another log.`,
    );
  }
  const tape = builder.finish(metaOf(mapping, input, finished.segments));
  return { tape, rejected, warnings: warningsOf(mapping, tape, finished, rejected.length) };
}

function mappingOf(options: ReadLogOptions): LogMapping {
  const { mapping, format } = options;
  if (mapping === undefined && format !== undefined) return logFormats.get(format);
  if (mapping === undefined || format !== undefined) {
    throw new SimError(
      'CONFIG_INVALID',
      `${options.input}: expected either a column mapping or a format, received ${mapping === undefined ? 'neither' : 'both'}; ` +
        'pass --mapping FILE.yaml, or --format ipinyou.',
    );
  }
  return typeof mapping === 'string' ? readMapping(mapping) : mapping;
}

function dialectOf(mapping: LogMapping): CsvDialect {
  return { delimiter: mapping.delimiter, quote: mapping.quote };
}

function emptyRow(): TapeRow {
  return {
    timeSeconds: 0,
    value: 0,
    marketPriceMicros: 0,
    floorMicros: 0,
    click: 0,
    conversion: 0,
    segment: 0,
    loggedBidMicros: Number.NaN,
  };
}

function badRow(input: string, line: number, fault: RowFault, maxBadRows: number | undefined): SimError {
  const column = fault.column === '' ? '' : `, column '${fault.column}'`;
  const remedy = badRowRemedy(maxBadRows);
  return new SimError('DATA_INVALID', `${input} line ${line}${column}: ${fault.message}; ${remedy}.`, { cause: fault });
}

function badRowRemedy(maxBadRows: number | undefined): string {
  if (maxBadRows === undefined) return 'fix or remove the row';
  if (maxBadRows > 0) return `this is one more than --max-bad-rows ${maxBadRows}`;
  return 'fix the row, or pass --max-bad-rows N to set up to N such rows aside';
}

function metaOf(mapping: LogMapping, input: string, segments: readonly string[]): TapeMeta {
  const unit = priceUnitOf(mapping);
  const name = mapping.name ?? (mapping === IPINYOU_MAPPING ? ipinyouName(input) : basename(input));
  return {
    name,
    origin: 'log',
    currency: mapping.currency,
    priceUnit: unit,
    clock: mapping.columns.timestamp === undefined ? 'order' : 'seconds',
    lostPrices: mapping.lostPrices,
    ...auctionRulesOf(mapping.auction, unit.micros),
    valueUnit: mapping.valueUnit ?? defaultValueUnit(mapping),
    segments: [...segments],
  };
}

/** The campaign is the name of the folder: `2997/test.theta.txt`. */
function ipinyouName(input: string): string {
  const folder = basename(dirname(input));
  return /^\d{4}$/.test(folder) ? `iPinYou ${folder}` : basename(input);
}

function defaultValueUnit(mapping: LogMapping): string {
  if (mapping.columns.value !== undefined) return 'value';
  return valueUnitOf(mapping.valuePerClick ?? 1, mapping.valuePerConversion ?? 0, mapping.currency);
}

function warningsOf(mapping: LogMapping, tape: Tape, reader: LogRowReader, numRejected: number): string[] {
  const warnings = supportWarnings(tape);
  if (numRejected > 0) warnings.push(`${numRejected} rows at fault were set aside and are not on the tape.`);
  if (mapping.columns.click === undefined) {
    warnings.push(
      'The log has no click column: realised clicks are 0 throughout, so judge policies by expected value.',
    );
  }
  if (mapping.columns.click !== undefined && reader.lostAuctions > 0) {
    warnings.push(
      `Nobody knows whether the ${reader.lostAuctions} lost auctions would have been clicked: clicks and conversions count as the log ` +
        'has them there, usually 0, so judge policies by expected value.',
    );
  }
  if (reader.inconsistentWins > 0) {
    warnings.push(
      `${reader.inconsistentWins} auctions are logged as won although the bid was below the market price; check the price and bid columns and their unit.`,
    );
  }
  return warnings;
}

async function rejectsCsv(rejected: readonly RejectedRow[], dialect: CsvDialect): Promise<string> {
  const rows: string[][] = [];
  for (const { line, column, reason, fields } of rejected) {
    const raw =
      dialect.quote === 'none'
        ? fields.join(dialect.delimiter)
        : await writeToString([[...fields]], { delimiter: dialect.delimiter });
    rows.push([String(line), column, reason, raw]);
  }
  return writeToString([['line', 'column', 'reason', 'row'], ...rows], { includeEndRowDelimiter: true });
}
