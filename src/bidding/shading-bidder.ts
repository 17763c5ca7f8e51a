import type { FastNormal } from '../core/fast-normal.ts';

/**
 * N opportunities of one bidder between two updates, as columns; buffers may be longer than what is in use.
 *
 * The bidder is told what a click is worth and how likely it is held to be, says a share γ of their product, and later sees
 * what came of it.
 */
export interface ShadingLog {
  numRows: number;
  /** `[N]` estimated click probability, in (0, 1). */
  readonly ctr: Float64Array;
  /** `[N]` value of a click, currency units, > 0. */
  readonly value: Float64Array;
  /** `[N]` what the bidder drew before it was cut to [0, 1]. */
  readonly action: Float64Array;
  /** `[N]` share of ctr · value that was bid, in [0, 1]. */
  readonly gamma: Float64Array;
  /** `[N]` log density of `action` where it was drawn from a Gaussian; 0 where it was not drawn. */
  readonly logPropensity: Float64Array;
  /** `[N]` 1 where the auction was won. */
  readonly won: Uint8Array;
  /** `[N]` ctr · value − price where it was won, else 0; currency units. */
  readonly utility: Float64Array;
}

/** Says by how much to bid below value, and learns it. */
export interface ShadingBidder {
  /** Writes `action`, `gamma` and `logPropensity` of every row in use, from its `ctr` and `value`. */
  shade(log: ShadingLog, random: FastNormal): void;
  /** Learns from the finished rows. */
  learn(log: ShadingLog): void;
}

/** Bids the same share γ ≥ 0 of value always; γ = 1 is truthful. */
export function constantShading(gamma: number): ShadingBidder {
  return {
    shade(log) {
      log.action.fill(gamma, 0, log.numRows);
      log.gamma.fill(gamma, 0, log.numRows);
      log.logPropensity.fill(0, 0, log.numRows);
    },
    learn() {
      // A constant has nothing to learn.
    },
  };
}

/** Draws the action of row n from N(mean, sigma²) and cuts it to a share in [0, 1]. */
export function drawAction(log: ShadingLog, n: number, mean: number, sigma: number, random: FastNormal): void {
  const z = random.normal();
  const action = mean + sigma * z;
  log.action[n] = action;
  log.gamma[n] = Math.min(1, Math.max(0, action));
  log.logPropensity[n] = -0.5 * z * z - Math.log(sigma) - HALF_LOG_TWO_PI;
}

/** ½ ln 2π, the constant of a Gaussian's log density. */
export const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
