import { SimError } from '../core/errors.ts';
import { didYouMean } from '../core/registry.ts';
import { type ColumnRole, type LogMapping, priceUnitOf } from './log-mapping.ts';
import type { TapeRow } from './tape-builder.ts';
import { isoToSeconds } from './timestamp.ts';

/** What is wrong with one row: the column in the file's words, and the reason as "expected …, received …". */
export class RowFault extends Error {
  readonly column: string;

  constructor(column: string, reason: string) {
    super(reason);
    this.column = column;
  }
}

const MAX_SEGMENTS = 65_536;
const SECONDS_PER_DAY = 86_400;
/** 1e11 seconds is the year 5138, 1e11 milliseconds is 1973. */
const LARGEST_EPOCH_SECONDS = 1e11;

/** Where a role stands in the file. */
interface Place {
  readonly index: number;
  readonly name: string;
}

/** Turns the fields of one row after the other into tape rows, as a mapping says. */
export class LogRowReader {
  readonly segments: string[] = [];
  /** Rows that the log calls won although its bid was below the market price. */
  inconsistentWins = 0;
  /** Rows that the log calls lost: nobody knows whether those impressions would have been clicked. */
  lostAuctions = 0;
  readonly #mapping: LogMapping;
  readonly #numColumns: number;
  readonly #places: Partial<Record<ColumnRole, Place>>;
  readonly #segmentCodes = new Map<string, number>();
  readonly #unitMicros: number;
  readonly #valuePerClick: number;
  readonly #valuePerConversion: number;
  #dayZeroSeconds: number | null = null;
  #lastTime = Number.NEGATIVE_INFINITY;
  #numRows = 0;

  /**
   * @param header The names of the columns, or of a file without header any fields of the right number.
   * @throws SimError `DATA_INVALID` naming a mapped column that is not there and the columns that are.
   */
  constructor(mapping: LogMapping, header: readonly string[], path: string) {
    this.#mapping = mapping;
    this.#numColumns = header.length;
    this.#places = placesOf(mapping, header, path);
    this.#unitMicros = priceUnitOf(mapping).micros;
    this.#valuePerClick = mapping.valuePerClick ?? 1;
    this.#valuePerConversion = mapping.valuePerConversion ?? 0;
  }

  /**
   * Fills `row` from the fields of one row. A row at fault leaves the reader as it was, so reading can go on after it.
   *
   * @throws RowFault naming the column and the reason.
   */
  read(fields: readonly string[], row: TapeRow): void {
    if (fields.length !== this.#numColumns) {
      throw new RowFault('', `expected ${this.#numColumns} columns, received ${fields.length}`);
    }
    const time = this.#time(fields);
    row.value = this.#value(fields);
    row.floorMicros = this.#optionalMicros(fields, 'floor', 0);
    row.loggedBidMicros = this.#optionalMicros(fields, 'bid', Number.NaN);
    const won = this.#flag(fields, 'won', false);
    row.click = this.#flag(fields, 'click', won === 0) ?? 0;
    row.conversion = this.#flag(fields, 'conversion', won === 0) ?? 0;
    row.marketPriceMicros = this.#marketPrice(fields, won);
    row.segment = this.#segment(fields);
    if (won === 1 && row.loggedBidMicros < row.marketPriceMicros) this.inconsistentWins++;
    if (won === 0) this.lostAuctions++;
    this.#lastTime = time;
    if (this.#mapping.columns.timestamp === undefined) row.timeSeconds = this.#numRows;
    else {
      this.#dayZeroSeconds ??= Math.floor(time / SECONDS_PER_DAY) * SECONDS_PER_DAY;
      row.timeSeconds = time - this.#dayZeroSeconds;
    }
    this.#numRows++;
  }

  /** Seconds in the campaign's own time zone, or the order number; never falls. */
  #time(fields: readonly string[]): number {
    const place = this.#places.timestamp ?? this.#places.order;
    if (place === undefined) return this.#numRows;
    const text = fields[place.index]!.trim();
    const time = place === this.#places.timestamp ? this.#seconds(text, place) : numberOf(text, place);
    if (time < this.#lastTime) {
      throw new RowFault(
        place.name,
        `expected no earlier than the row before, received '${text}'; sort the log by time`,
      );
    }
    return time;
  }

  #seconds(text: string, place: Place): number {
    const { format, utcOffsetMinutes } = this.#mapping.time;
    const offset = utcOffsetMinutes * 60;
    if (format === 'iso') {
      const seconds = isoToSeconds(text);
      if (seconds !== null) return seconds + offset;
      const hint = /^\d{9,13}(\.\d*)?$/.test(text) ? "; set time.format to 'epoch-seconds' or 'epoch-millis'" : '';
      throw new RowFault(place.name, `expected an ISO 8601 date and time, received '${text}'${hint}`);
    }
    const count = numberOf(text, place);
    if (format === 'epoch-millis') return count / 1000 + offset;
    if (Math.abs(count) >= LARGEST_EPOCH_SECONDS) {
      throw new RowFault(
        place.name,
        `expected seconds since 1970, received '${text}'; set time.format to 'epoch-millis' if these are milliseconds`,
      );
    }
    return count + offset;
  }

  #value(fields: readonly string[]): number {
    const { value, pCtr, pCvr } = this.#places;
    if (value !== undefined) return notNegative(fields[value.index]!, value, 'value');
    const click = probability(fields[pCtr!.index]!, pCtr!);
    const conversion = pCvr === undefined ? 0 : probability(fields[pCvr.index]!, pCvr);
    return click * (this.#valuePerClick + conversion * this.#valuePerConversion);
  }

  #marketPrice(fields: readonly string[], won: number | null): number {
    const place = this.#places.marketPrice!;
    const text = fields[place.index]!.trim();
    if (this.#mapping.lostPrices === 'won-only') {
      if (won === 0) return Number.NaN;
      if (text === '' && won === null) return Number.NaN;
    }
    return this.#micros(text, place);
  }

  #optionalMicros(fields: readonly string[], role: 'floor' | 'bid', absent: number): number {
    const place = this.#places[role];
    if (place === undefined) return absent;
    const text = fields[place.index]!.trim();
    return text === '' ? absent : this.#micros(text, place);
  }

  #micros(text: string, place: Place): number {
    const micros = Math.round(notNegative(text, place, 'price') * this.#unitMicros);
    if (micros > Number.MAX_SAFE_INTEGER) {
      throw new RowFault(place.name, `expected a price up to 2^53 micros, received '${text}'; check priceUnit`);
    }
    return micros;
  }

  #flag(fields: readonly string[], role: 'click' | 'conversion' | 'won', mayBeEmpty: boolean): number | null {
    const place = this.#places[role];
    if (place === undefined) return null;
    const text = fields[place.index]!;
    if (text === '0') return 0;
    if (text === '1') return 1;
    const trimmed = text.trim();
    if (trimmed === '' && mayBeEmpty) return null;
    if (trimmed === '0' || trimmed === '1') return Number(trimmed);
    throw new RowFault(place.name, `expected 0 or 1, received '${text}'`);
  }

  #segment(fields: readonly string[]): number {
    const place = this.#places.segment;
    if (place === undefined) return 0;
    const name = fields[place.index]!.trim();
    const known = this.#segmentCodes.get(name);
    if (known !== undefined) return known;
    if (this.segments.length === MAX_SEGMENTS) {
      throw new RowFault(
        place.name,
        `expected at most ${MAX_SEGMENTS} different segments, received one more: '${name}'`,
      );
    }
    const code = this.segments.length;
    this.segments.push(name);
    this.#segmentCodes.set(name, code);
    return code;
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite decimal number; not hexadecimal, not empty, without thousands separators. */
function numberOf(text: string, place: Place): number {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new RowFault(place.name, `expected a number, received '${text}'`);
}

function notNegative(text: string, place: Place, what: string): number {
  const number = numberOf(text.trim(), place);
  // `+ 0` turns a negative zero into zero.
  if (number >= 0) return number + 0;
  throw new RowFault(place.name, `expected a ${what} not below 0, received '${text}'`);
}

function probability(text: string, place: Place): number {
  const number = numberOf(text.trim(), place);
  if (number >= 0 && number <= 1) return number + 0;
  throw new RowFault(place.name, `expected a probability from 0 to 1, received '${text}'`);
}

function placesOf(mapping: LogMapping, header: readonly string[], path: string): Partial<Record<ColumnRole, Place>> {
  const names = header.map((name) => name.trim());
  const places: Partial<Record<ColumnRole, Place>> = {};
  for (const [role, reference] of Object.entries(mapping.columns) as [ColumnRole, string | number | undefined][]) {
    if (reference === undefined) continue;
    places[role] =
      typeof reference === 'number'
        ? placeByPosition(role, reference, mapping.header ? names : null, header.length, path)
        : placeByName(role, reference, names, path);
  }
  return places;
}

function placeByPosition(
  role: ColumnRole,
  position: number,
  names: readonly string[] | null,
  count: number,
  path: string,
): Place {
  if (position > count) {
    throw new SimError(
      'DATA_INVALID',
      `${path}: column ${position} for ${role} is missing: found ${count} columns; correct columns.${role} or the delimiter.`,
    );
  }
  return { index: position - 1, name: names === null ? `${position} (${role})` : names[position - 1]! };
}

function placeByName(role: ColumnRole, name: string, names: readonly string[], path: string): Place {
  const index = names.indexOf(name);
  if (index >= 0 && names.indexOf(name, index + 1) < 0) return { index, name };
  if (index >= 0) {
    throw new SimError(
      'DATA_INVALID',
      `${path}: column '${name}' for ${role} is there twice; name it by its position.`,
    );
  }
  const near = didYouMean(name, names);
  const hint = near === undefined ? '.' : `; did you mean '${near}'?`;
  throw new SimError(
    'DATA_INVALID',
    `${path}: column '${name}' for ${role} is missing${hint} Found: ${names.join(', ')}. Correct columns.${role} in the mapping.`,
  );
}
