import { gammaCdf } from '../../core/distributions.ts';

/** Mass of dear prices that a table leaves out. */
const TAIL = 1e-12;

/** Prices of several ads in whole currency units, ready to be drawn with one uniform number each. */
export interface PriceTables {
  /** Slots per ad, a power of two. */
  readonly slots: number;
  /** Dearest price of any ad. */
  readonly dearest: number;
  /** `[ads, slots]` P(price = first + slot). */
  readonly probabilities: Float64Array;
  /** `[ads]` price of slot 0. */
  readonly first: Int32Array;
  /** `[ads, slots]` chance to stay in the slot. */
  readonly stay: Float64Array;
  /** `[ads, slots]` price of the slot, and where one goes otherwise. */
  readonly other: Int32Array;
}

/**
 * Tables of ⌊max(1, X)⌋ for X ~ Gamma(shape, scale), one law per ad, by the alias method: the probabilities are those of
 * the distribution function, a draw costs two loads and a comparison.
 *
 * Source: Vose (1991), "A linear algorithm for generating random numbers with a given distribution", IEEE TSE 17(9).
 */
export function priceTables(shapes: readonly number[], scales: readonly number[]): PriceTables {
  const laws = shapes.map((shape, ad) => wholePriceLaw(shape, scales[ad]!));
  const longest = Math.max(...laws.map((law) => law.probabilities.length));
  const slots = 2 ** Math.ceil(Math.log2(longest));
  const tables: PriceTables = {
    slots,
    dearest: Math.max(...laws.map((law) => law.first + law.probabilities.length - 1)),
    probabilities: new Float64Array(laws.length * slots),
    first: Int32Array.from(laws, (law) => law.first),
    stay: new Float64Array(laws.length * slots),
    other: new Int32Array(laws.length * slots),
  };
  for (const [ad, law] of laws.entries()) {
    tables.probabilities.set(law.probabilities, ad * slots);
    fillAlias(tables, ad);
  }
  return tables;
}

/** The law of a price rounded down; what lies beyond the tail goes to the dearest price. */
function wholePriceLaw(shape: number, scale: number): { first: number; probabilities: number[] } {
  const probabilities: number[] = [];
  let first = 1;
  let below = 0;
  for (let price = 1; 1 - below > TAIL; price++) {
    const upTo = gammaCdf(price + 1, shape, scale);
    if (probabilities.length === 0 && upTo < TAIL) {
      first = price + 1;
      continue;
    }
    probabilities.push(upTo - below);
    below = upTo;
  }
  probabilities[probabilities.length - 1]! += 1 - below;
  return { first, probabilities };
}

function fillAlias(tables: PriceTables, ad: number): void {
  const { slots, probabilities, stay, other, first } = tables;
  const offset = ad * slots;
  const scaled = Float64Array.from({ length: slots }, (_, i) => probabilities[offset + i]! * slots);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < slots; i++) {
    stay[offset + i] = 1;
    other[offset + i] = first[ad]! + i;
    (scaled[i]! < 1 ? small : large).push(i);
  }
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.at(-1)!;
    stay[offset + poor] = scaled[poor]!;
    other[offset + poor] = first[ad]! + rich;
    scaled[rich]! -= 1 - scaled[poor]!;
    if (scaled[rich]! < 1) {
      large.pop();
      small.push(rich);
    }
  }
}
