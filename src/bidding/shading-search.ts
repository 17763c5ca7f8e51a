import { goldenSection } from './golden-section.ts';
import type { LandscapeEstimate } from './landscape-estimate.ts';

/** Points of the log grid before golden sections, and the share of the value at which it begins. */
const GRID = 24;
const LOWEST = 1e-3;
/** Golden sections: each shrinks the interval to 0.618. */
const SECTIONS = 18;
const isFine = (_: number, sections: number) => sections >= SECTIONS;

/**
 * The bid of a first-price auction that earns most by an estimated landscape:
 *
 *     b* = argmax_{0 ≤ b ≤ v} (v − b) · F(b)
 *
 * A step function is searched at its jumps, where alone a maximum can be; a smooth one on a log grid and then by golden
 * sections around the best point, which is exact for the log-logistic law, whose surplus has one maximum.
 *
 * @param valueMicros v, what winning is worth.
 * @returns Integer micros in [0, v]; 0 where no bid is expected to earn anything.
 *
 * Source: Pan et al. (2020), arXiv:2009.09259, section 4.
 */
export function bestShadedBid(valueMicros: number, estimate: LandscapeEstimate): number {
  if (!(valueMicros > 0)) return 0;
  const { jumps, heights } = estimate;
  if (jumps === undefined || heights === undefined) return smoothBest(valueMicros, estimate);
  return bestJump(valueMicros, jumps, heights);
}

/** (v − b) · F(b), micros: what a bid earns on average. */
export function expectedSurplus(valueMicros: number, bidMicros: number, estimate: LandscapeEstimate): number {
  return (valueMicros - bidMicros) * estimate.cdf(bidMicros);
}

function bestJump(value: number, jumps: Float64Array, heights: Float64Array): number {
  let best = 0;
  let most = 0;
  for (let j = 0; j < jumps.length && jumps[j]! < value; j++) {
    const bid = Math.ceil(jumps[j]!);
    // No later jump can earn more than winning all at its price.
    if (value - bid <= most) break;
    const surplus = (value - bid) * heights[j]!;
    if (surplus > most) {
      most = surplus;
      best = bid;
    }
  }
  return best;
}

function smoothBest(value: number, estimate: LandscapeEstimate): number {
  const ratio = LOWEST ** (1 / GRID);
  let best = 0;
  let most = 0;
  for (let k = 1; k <= GRID; k++) {
    const bid = value * ratio ** k;
    const surplus = expectedSurplus(value, bid, estimate);
    if (surplus > most) {
      most = surplus;
      best = bid;
    }
  }
  if (best === 0) return 0;
  const loss = (bid: number) => -expectedSurplus(value, bid, estimate);
  return Math.floor(goldenSection(loss, best * ratio, best / ratio, isFine));
}
