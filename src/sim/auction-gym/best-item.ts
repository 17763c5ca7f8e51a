import type { Catalogue } from './catalogue.ts';

/** Room for rounding when an item is ruled out by its bound. */
const MARGIN = 1e-9;

/**
 * Finds the item of the highest expected value CTR · value, with one or two exponentials instead of I.
 *
 * In logarithms an item of score x is worth `x + ln v − ln(1 + eˣ)`, less than its bound `u = x + ln v`. The item with the
 * largest bound is priced first; only items whose bound passes its worth need pricing. Probabilities are right to 1e-14.
 */
export class BestItem {
  readonly #catalogue: Catalogue;
  /** `[M, I, E + 1]` the catalogue's items with ln value added to the intercept, so that context · item = u. */
  readonly #bounding: Float64Array;
  /** `[M, I]` 1 / value. */
  readonly #inverseValues: Float64Array;
  /** `[I]` bounds u of the last agent asked for. */
  readonly #bounds: Float64Array;

  constructor(catalogue: Catalogue) {
    const width = catalogue.embeddingSize + 1;
    this.#catalogue = catalogue;
    this.#inverseValues = catalogue.values.map((value) => 1 / value);
    this.#bounding = catalogue.items.map((weight, w) =>
      w % width === width - 1 ? weight + Math.log(catalogue.values[(w - width + 1) / width]!) : weight,
    );
    this.#bounds = new Float64Array(catalogue.numItems);
  }

  /**
   * Picks for one agent and one user; of equal items the first.
   *
   * @param contexts `[K, E]`. @param round k.
   * @param items Receives the item's index at `at`. @param ctrs Receives its click probability at `at`.
   */
  pick(agent: number, contexts: Float64Array, round: number, items: Int32Array, ctrs: Float64Array, at: number): void {
    const { numItems, embeddingSize } = this.#catalogue;
    const bounds = this.#bounds;
    const inverses = this.#inverseValues;
    const first = agent * numItems;
    const leader =
      embeddingSize === 5 ? this.#boundFive(first, contexts, round) : this.#boundAny(first, contexts, round);
    // 1 / worth = (1 + e⁻ˣ) / v = 1/v + e⁻ᵘ: the best item has the smallest.
    const odds = Math.exp(-bounds[leader]!);
    let best = leader;
    let bestOdds = odds;
    let least = inverses[first + leader]! + odds;
    const threshold = bounds[leader]! - softplusBound(inverses[first + leader]! / odds) - MARGIN;
    for (let i = 0; i < numItems; i++) {
      if (bounds[i]! < threshold || i === leader) continue;
      const against = Math.exp(-bounds[i]!);
      const inverse = inverses[first + i]! + against;
      if (inverse < least || (inverse === least && i < best)) {
        best = i;
        bestOdds = against;
        least = inverse;
      }
    }
    items[at] = best;
    // σ(x) = 1 / (1 + v e⁻ᵘ)
    ctrs[at] = inverses[first + best]! / (inverses[first + best]! + bestOdds);
  }

  /** Writes the bounds of all items and returns the item with the largest. */
  #boundAny(first: number, contexts: Float64Array, round: number): number {
    const { numItems, embeddingSize } = this.#catalogue;
    const weights = this.#bounding;
    const bounds = this.#bounds;
    let leader = 0;
    for (let i = 0, w = first * (embeddingSize + 1); i < numItems; i++) {
      let u = 0;
      for (let d = 0; d < embeddingSize; d++) u += contexts[round * embeddingSize + d]! * weights[w++]!;
      u += weights[w++]!;
      bounds[i] = u;
      if (u > bounds[leader]!) leader = i;
    }
    return leader;
  }

  /** The size that AuctionGym uses, with the context in registers: half the time. */
  #boundFive(first: number, contexts: Float64Array, round: number): number {
    const { numItems } = this.#catalogue;
    const weights = this.#bounding;
    const bounds = this.#bounds;
    const c0 = contexts[round * 5]!;
    const c1 = contexts[round * 5 + 1]!;
    const c2 = contexts[round * 5 + 2]!;
    const c3 = contexts[round * 5 + 3]!;
    const c4 = contexts[round * 5 + 4]!;
    let leader = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0, w = first * 6; i < numItems; i++, w += 6) {
      const even = c0 * weights[w]! + c2 * weights[w + 2]! + c4 * weights[w + 4]!;
      const u = even + (c1 * weights[w + 1]! + c3 * weights[w + 3]! + weights[w + 5]!);
      bounds[i] = u;
      if (u > highest) {
        highest = u;
        leader = i;
      }
    }
    return leader;
  }
}

/** An upper bound of ln(1 + r) for r ≥ 0, at most 0.14 above it: its series up to the third power, for r or for 1/r. */
function softplusBound(r: number): number {
  const small = r <= 1 ? r : 1 / r;
  const series = small * (1 - small * (0.5 - small / 3));
  return r <= 1 ? series : series + Math.log(r);
}

/** Click probability of one item for one user. @param contexts `[K, E]`. @param round k. */
export function clickProbability(
  catalogue: Catalogue,
  agent: number,
  item: number,
  contexts: Float64Array,
  round: number,
): number {
  const { numItems, embeddingSize, items } = catalogue;
  const w = (agent * numItems + item) * (embeddingSize + 1);
  let x = items[w + embeddingSize]!;
  for (let d = 0; d < embeddingSize; d++) x += contexts[round * embeddingSize + d]! * items[w + d]!;
  return 1 / (1 + Math.exp(-x));
}
