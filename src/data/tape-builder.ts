import { allocateTape, type Tape, type TapeMeta } from './tape.ts';

const CHUNK_ROWS = 1 << 16;

/** A column that grows in chunks, so that no row is ever copied while it grows. */
class GrowableColumn<T extends Float64Array | Uint8Array | Uint16Array> {
  readonly #make: (length: number) => T;
  #chunks: T[] = [];
  #last: T;
  #used = CHUNK_ROWS;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#last = make(0);
  }

  push(value: number): void {
    if (this.#used === CHUNK_ROWS) {
      this.#last = this.#make(CHUNK_ROWS);
      this.#chunks.push(this.#last);
      this.#used = 0;
    }
    this.#last[this.#used++] = value;
  }

  /** Copies the column into `target` and lets go of its memory. */
  moveTo(target: T): void {
    for (const [i, chunk] of this.#chunks.entries()) {
      const start = i * CHUNK_ROWS;
      target.set(chunk.subarray(0, Math.min(CHUNK_ROWS, target.length - start)), start);
    }
    this.#chunks = [];
  }
}

/** One opportunity of a log, in the units of a tape. */
export interface TapeRow {
  timeSeconds: number;
  value: number;
  /** NaN where the price of a lost auction is unknown. */
  marketPriceMicros: number;
  floorMicros: number;
  click: number;
  conversion: number;
  segment: number;
  /** NaN where unknown. */
  loggedBidMicros: number;
}

/** Collects the rows of a log whose length is not known beforehand and makes a tape of them. */
export class TapeBuilder {
  readonly #withBids: boolean;
  readonly #timeSeconds = new GrowableColumn<Float64Array>((n) => new Float64Array(n));
  readonly #value = new GrowableColumn<Float64Array>((n) => new Float64Array(n));
  readonly #price = new GrowableColumn<Float64Array>((n) => new Float64Array(n));
  readonly #floor = new GrowableColumn<Float64Array>((n) => new Float64Array(n));
  readonly #click = new GrowableColumn<Uint8Array>((n) => new Uint8Array(n));
  readonly #conversion = new GrowableColumn<Uint8Array>((n) => new Uint8Array(n));
  readonly #segment = new GrowableColumn<Uint16Array>((n) => new Uint16Array(n));
  readonly #bid = new GrowableColumn<Float64Array>((n) => new Float64Array(n));
  #length = 0;
  #largestMicros = 0;
  #lostAuctions = 0;

  constructor(withBids: boolean) {
    this.#withBids = withBids;
  }

  get length(): number {
    return this.#length;
  }

  push(row: TapeRow): void {
    this.#timeSeconds.push(row.timeSeconds);
    this.#value.push(row.value);
    this.#price.push(row.marketPriceMicros);
    this.#floor.push(row.floorMicros);
    this.#click.push(row.click);
    this.#conversion.push(row.conversion);
    this.#segment.push(row.segment);
    if (this.#withBids) this.#bid.push(row.loggedBidMicros);
    if (row.marketPriceMicros > this.#largestMicros) this.#largestMicros = row.marketPriceMicros;
    if (row.loggedBidMicros > this.#largestMicros) this.#largestMicros = row.loggedBidMicros;
    if (Number.isNaN(row.marketPriceMicros)) this.#lostAuctions++;
    this.#length++;
  }

  /**
   * The tape of all rows so far; the builder is empty afterwards.
   *
   * Where only the prices of won auctions are known, a lost auction gets the price one quantum above the largest price or
   * bid of the log: it stays lost to every bid whose outcome the log can tell.
   */
  finish(meta: TapeMeta): Tape {
    const support = { largestMicros: this.#largestMicros, lostAuctions: this.#lostAuctions };
    const tape = allocateTape(meta.lostPrices === 'known' ? meta : { ...meta, support }, this.#length, this.#withBids);
    this.#timeSeconds.moveTo(tape.timeSeconds);
    this.#value.moveTo(tape.value);
    this.#price.moveTo(tape.marketPriceMicros);
    this.#floor.moveTo(tape.floorMicros);
    this.#click.moveTo(tape.click);
    this.#conversion.moveTo(tape.conversion);
    this.#segment.moveTo(tape.segment);
    if (tape.loggedBidMicros !== null) this.#bid.moveTo(tape.loggedBidMicros);
    if (this.#lostAuctions > 0) {
      const quantum = meta.bidQuantumMicros;
      const beyond = (Math.floor(this.#largestMicros / quantum) + 1) * quantum;
      const prices = tape.marketPriceMicros;
      for (let i = 0; i < prices.length; i++) if (Number.isNaN(prices[i])) prices[i] = beyond;
    }
    return tape;
  }
}
