import { drawAction, type ShadingBidder } from './shading-bidder.ts';
import type { Pricing } from './surplus-curve.ts';
import { WinModel } from './win-model.ts';

/** Settings of {@link valueLearning}. */
export interface ValueLearningOptions {
  readonly pricing: Pricing;
  /** Mean share of value before the first update. */
  readonly initialGamma: number;
  /** How far each bid strays from what seems best, so that win rates stay known; > 0. */
  readonly sigma: number;
}

/** γ that the line search looks at. */
const LOWEST = 0.1;
const NUM_GAMMAS = 128;

/**
 * Learns how likely each bid wins and bids, for each opportunity, the share γ with the highest expected surplus ("direct
 * method", DM).
 *
 * Differs from AuctionGym: the search looks at 128 even γ in [0.1, 1], not at 128 random ones, and in second price the
 * expected payment follows from the win model too, where the original takes every auction for a first-price one.
 *
 * Source: Jeunen, Murphy and Allison (2022), "Learning to bid with AuctionGym", section 3.2.
 */
export function valueLearning(options: ValueLearningOptions): ShadingBidder {
  const model = new WinModel();
  const search = new LineSearch(options.pricing);
  let learnt = false;
  return {
    shade(log, random) {
      for (let n = 0; n < log.numRows; n++) {
        const gamma = learnt ? search.best(model.oddsAgainst(log.ctr[n]!, log.value[n]!)) : options.initialGamma;
        drawAction(log, n, gamma, options.sigma, random);
      }
    },
    learn(log) {
      model.fit(log);
      search.setSlope(model.slope);
      learnt = true;
    },
  };
}

/** The best γ of a grid for each opportunity; what depends on the model's slope alone is computed once per fit. */
class LineSearch {
  readonly #pricing: Pricing;
  readonly #gammas = Float64Array.from(
    { length: NUM_GAMMAS },
    (_, g) => LOWEST + ((1 - LOWEST) * g) / (NUM_GAMMAS - 1),
  );
  /** `[NUM_GAMMAS]` γ^{−slope}. */
  readonly #powers = new Float64Array(NUM_GAMMAS);

  constructor(pricing: Pricing) {
    this.#pricing = pricing;
  }

  setSlope(slope: number): void {
    for (let g = 0; g < NUM_GAMMAS; g++) this.#powers[g] = this.#gammas[g]! ** -slope;
  }

  /** In second price the part of the integral below the grid is the same for every γ and left out. */
  best(oddsAgainst: number): number {
    const step = (1 - LOWEST) / (NUM_GAMMAS - 1);
    const second = this.#pricing === 'second-price';
    let best = LOWEST;
    let highest = Number.NEGATIVE_INFINITY;
    let integral = 0;
    let lastWin = 0;
    for (let g = 0; g < NUM_GAMMAS; g++) {
      const gamma = this.#gammas[g]!;
      const win = 1 / (1 + oddsAgainst * this.#powers[g]!);
      if (second && g > 0) integral += 0.5 * step * (win + lastWin);
      lastWin = win;
      const surplus = (1 - gamma) * win + integral;
      if (surplus > highest) {
        highest = surplus;
        best = gamma;
      }
    }
    return best;
  }
}
