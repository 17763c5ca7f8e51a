/** Candidate bids and tabled values of a shading table. */
const NUM_BIDS = 400;
const NUM_WORTHS = 256;

/**
 * The bid that earns most in a first-price auction, by what winning is worth: `b*(x) = argmax_b (x − b) · W(b)`, W the share
 * of auctions that a bid of b wins. Tabled on a log grid of x, read by interpolation; allocates nothing when read.
 */
export class ShadingTable {
  readonly #logLow: number;
  readonly #logStep: number;
  /** `[NUM_WORTHS]` b*(x) / x. */
  readonly #ratio: Float64Array;

  /** @param needs Smallest winning bids of a market sample, micros, at least one. */
  constructor(needs: Float64Array) {
    const sorted = needs.slice().sort();
    const bids = Float64Array.from({ length: NUM_BIDS }, (_, k) => {
      return sorted[Math.floor(((sorted.length - 1) * k) / (NUM_BIDS - 1))]!;
    });
    const low = Math.max(bids[0]!, 1);
    this.#logLow = Math.log(low / 2);
    this.#logStep = (Math.log((bids[NUM_BIDS - 1]! + 1) * 20) - this.#logLow) / (NUM_WORTHS - 1);
    this.#ratio = Float64Array.from({ length: NUM_WORTHS }, (_, i) => {
      const worth = Math.exp(this.#logLow + i * this.#logStep);
      return bestBid(worth, bids) / worth;
    });
  }

  /** b*(x), micros, at most x. @param worth x, micros, ≥ 0. */
  bid(worth: number): number {
    if (!(worth > 0)) return 0;
    const at = (Math.log(worth) - this.#logLow) / this.#logStep;
    if (at <= 0) return worth * this.#ratio[0]!;
    const i = Math.min(NUM_WORTHS - 2, Math.floor(at));
    const part = Math.min(1, at - i);
    return worth * (this.#ratio[i]! + (this.#ratio[i + 1]! - this.#ratio[i]!) * part);
  }
}

/** The candidate of most (x − b) · W(b); x itself where no candidate is below it. */
function bestBid(worth: number, bids: Float64Array): number {
  let best = worth;
  let bestGain = 0;
  for (let k = 0; k < bids.length && bids[k]! < worth; k++) {
    const gain = (worth - bids[k]!) * ((k + 1) / bids.length);
    if (gain > bestGain) {
      bestGain = gain;
      best = bids[k]!;
    }
  }
  return best;
}

/**
 * One multiplicative step of the shadow price μ of money: `μ ← clip(μ · exp(ε · (z/ρ − 1)), low, high)`, the relative error
 * cut at `maxError` so that one rich interval does not stop a campaign.
 *
 * Differs from Wang et al.: their additive step `λ ← max(0, λ − ε (ρ − z))` has the scale of the bids; mirror descent with
 * the entropy (Balseiro, Lu & Mirrokni 2020, arXiv:2011.10124) has none.
 *
 * @param spend z, what the interval spent. @param planned ρ, what it should have, same unit; nothing changes at 0.
 * @returns The new μ.
 *
 * Source: Wang, Yang, Deng & Kong (2023), "Learning to Bid in Repeated First-Price Auctions with Budgets",
 * arXiv:2304.13477, Algorithm 1.
 */
export function mirrorDualStep(
  mu: number,
  spend: number,
  planned: number,
  stepSize: number,
  maxError: number,
  low: number,
  high: number,
): number {
  if (!(planned > 0)) return mu;
  const error = Math.min(maxError, spend / planned - 1);
  return Math.min(high, Math.max(low, mu * Math.exp(stepSize * error)));
}
