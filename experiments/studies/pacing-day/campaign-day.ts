import { normalQuantile } from '../../../src/core/distributions.ts';
import { Rng } from '../../../src/core/rng.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { DEFAULT_WEEKLY_TRAFFIC } from '../../../src/market/default-traffic.ts';
import { tickShares, weeklyShares } from '../../../src/market/weekly-traffic.ts';
import type { PacingDayConfig } from './settings.ts';

/** One campaign's day: every auction that it is targeted at. */
export interface CampaignDay {
  /** Class by size of the budget. */
  readonly size: string;
  /** Integer micros. */
  readonly budgetMicros: number;
  /** `[T + 1]` first auction of each interval. */
  readonly offsets: Int32Array;
  /** `[T + 1]` share of the day's traffic expected before each interval: the plan. */
  readonly planShare: Float64Array;
  /** `[n]` the campaign's full bid, what the impression is worth to it, micros (not rounded). */
  readonly bidMicros: Float64Array;
  /** `[n]` highest outside bid, integer micros; a bid must be above it. */
  readonly rivalMicros: Float64Array;
  /** `[n]` uniform numbers of throttling, the same for every policy. */
  readonly chance: Float64Array;
}

/** Relative traffic of each interval; sums to 1. */
export function trafficShares(config: PacingDayConfig): Float64Array {
  const shares = relativeTraffic(config);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

function relativeTraffic({ numMinutes, traffic, weekday, trafficAmplitude, hourlyShares }: PacingDayConfig) {
  if (hourlyShares !== null)
    return Float64Array.from({ length: numMinutes }, (_, m) => hourlyShares[Math.floor((24 * m) / numMinutes)]!);
  if (traffic === 'weekly') return tickShares(weeklyShares(DEFAULT_WEEKLY_TRAFFIC), weekday, 1, numMinutes);
  return Float64Array.from(
    { length: numMinutes },
    (_, m) => 1 + trafficAmplitude * Math.cos(2 * Math.PI * (m / numMinutes + 0.5)),
  );
}

/**
 * Draws a campaign and its day: Poisson traffic around the plan, the highest of the outside bids, the campaign's own bids.
 *
 * @param index Of the campaign; campaign k of a seed is the same however many there are.
 * @param earlier How many days before the day that judges; budget and size are those of the campaign.
 *
 * Source: the parameters of Yahoo's published budget pacing simulation (yahoo/BudgetPacingSimulation).
 */
export function campaignDay(config: PacingDayConfig, seed: number, index: number, earlier = 0): CampaignDay {
  const campaign = new Rng(`${config.experiment}/campaign/${seed}/${index}`);
  const rng = earlier === 0 ? campaign : campaign.split(`${earlier} days earlier`);
  const shares = trafficShares(config);
  const offsets = new Int32Array(shares.length + 1);
  const planShare = new Float64Array(shares.length + 1);
  const traffic = rng.split('traffic');
  for (const [m, share] of shares.entries()) {
    planShare[m + 1] = Math.min(1, planShare[m]! + share);
    offsets[m + 1] = offsets[m]! + poisson(config.auctionsPerMinute * shares.length * share, traffic);
  }
  const length = offsets.at(-1)!;
  const budget = Math.exp(gamma(config.budgetShape, campaign.split('budget')));
  const size = config.classes.find(({ budgetBelow }) => budgetBelow === null || budget < budgetBelow)!;
  const cap = config.bidCap * Math.exp(size.logMean + size.sigma ** 2 / 2) * MICROS_PER_UNIT;
  const own = rng.split('bids');
  const throttle = rng.split('throttle');
  return {
    size: size.name,
    budgetMicros: Math.max(1, Math.round(budget * config.budgetScale * MICROS_PER_UNIT)),
    offsets,
    planShare,
    bidMicros: Float64Array.from({ length }, () =>
      Math.min(cap, Math.exp(size.logMean + size.sigma * own.normal()) * MICROS_PER_UNIT),
    ),
    rivalMicros: rivalBids(config, length, rng.split('rivals')),
    chance: Float64Array.from({ length }, () => throttle.next()),
  };
}

/**
 * `[n]` the highest outside bid of n auctions, integer micros. The highest of k independent bids has the distribution F^k: one
 * draw in place of k.
 */
export function rivalBids({ rivals }: PacingDayConfig, length: number, rng: Rng): Float64Array {
  const { count, logMean, sigma } = rivals;
  return Float64Array.from({ length }, () =>
    Math.round(Math.exp(logMean + sigma * normalQuantile(rng.double() ** (1 / count))) * MICROS_PER_UNIT),
  );
}

/** A Poisson number: Knuth's product below 30, the rounded normal approximation above. */
function poisson(mean: number, rng: Rng): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * rng.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = rng.double(); product > limit; product *= rng.double()) count++;
  return count;
}

/** A gamma number of the given shape and scale 1 (Marsaglia & Tsang 2000). */
function gamma(shape: number, rng: Rng): number {
  if (shape < 1) return gamma(shape + 1, rng) * (1 - rng.double()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.double()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
