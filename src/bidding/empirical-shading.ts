import { drawAction, type ShadingBidder, type ShadingLog } from './shading-bidder.ts';

/** Width of a bucket of γ. */
const BUCKET = 0.005;
const NUM_BUCKETS = Math.round(1 / BUCKET);
/** Fewer rows than this say nothing about a bucket's spread. */
const FEWEST_ROWS = 10;

/**
 * Shades by what has worked: of the γ tried since the last update, keeps the bucket whose mean utility has the highest lower
 * end of its 95 % interval, and tries around it.
 *
 * @param options.initialGamma Centre of the first trials. @param options.sigma How far it tries around the centre, > 0.
 *
 * Source: AuctionGym (Jeunen et al. 2022, github.com/amzn/auction-gym), `EmpiricalShadedBidder`.
 */
export function empiricalShading(options: { readonly initialGamma: number; readonly sigma: number }): ShadingBidder {
  let centre = options.initialGamma;
  return {
    shade(log, random) {
      for (let n = 0; n < log.numRows; n++) drawAction(log, n, centre, options.sigma, random);
    },
    learn(log) {
      centre = bestBucket(log) ?? centre;
    },
  };
}

function bestBucket(log: ShadingLog): number | null {
  const counts = new Float64Array(NUM_BUCKETS + 1);
  const sums = new Float64Array(NUM_BUCKETS + 1);
  const squares = new Float64Array(NUM_BUCKETS + 1);
  for (let n = 0; n < log.numRows; n++) {
    const bucket = Math.round(log.gamma[n]! / BUCKET);
    const utility = log.utility[n]!;
    counts[bucket] = counts[bucket]! + 1;
    sums[bucket] = sums[bucket]! + utility;
    squares[bucket] = squares[bucket]! + utility * utility;
  }
  let best: number | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  for (let b = 0; b <= NUM_BUCKETS; b++) {
    const count = counts[b]!;
    if (count < FEWEST_ROWS) continue;
    const mean = sums[b]! / count;
    const bound = mean - 1.96 * Math.sqrt(Math.max(0, squares[b]! / count - mean * mean) / count);
    if (bound > highest) {
      highest = bound;
      best = b * BUCKET;
    }
  }
  return best;
}
