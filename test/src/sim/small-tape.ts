import { allocateTape, type Tape, type TapeMeta } from '../../../src/data/tape.ts';

/** Rules of a plain second-price tape in micros. */
const PLAIN_META: TapeMeta = {
  name: 'test tape',
  origin: 'generated',
  currency: 'EUR',
  priceUnit: { name: 'micros', micros: 1 },
  clock: 'order',
  lostPrices: 'known',
  pricing: 'second-price',
  ties: 'lose',
  minBidMicros: 1,
  bidQuantumMicros: 1,
  maxBidMicros: null,
  valueUnit: 'expected clicks',
  segments: [],
};

/** One opportunity of a small tape; what is left out is 0. */
export interface Row {
  readonly value: number;
  readonly price: number;
  readonly floor?: number;
  readonly click?: number;
  readonly conversion?: number;
}

/** A tape of the given rows, one second apart. */
export function smallTape(rows: readonly Row[], meta: Partial<TapeMeta> = {}): Tape {
  const tape = allocateTape({ ...PLAIN_META, ...meta }, rows.length);
  rows.forEach((row, i) => {
    tape.timeSeconds[i] = i;
    tape.value[i] = row.value;
    tape.marketPriceMicros[i] = row.price;
    tape.floorMicros[i] = row.floor ?? 0;
    tape.click[i] = row.click ?? 0;
    tape.conversion[i] = row.conversion ?? 0;
  });
  return tape;
}
