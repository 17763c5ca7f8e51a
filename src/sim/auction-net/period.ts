import { FastNormal } from '../../core/fast-normal.ts';
import type { Rng } from '../../core/rng.ts';
import { type ConversionLaw, drawConversionLaws } from './conversions.ts';
import {
  type AuctionNetConfig,
  NUM_TICKS,
  SEATS_PER_CATEGORY,
  type Seat,
  seatsOf,
  TRAFFIC_SHARES,
} from './period-config.ts';

/** Ticks whose traffic shares one noise factor, and ticks whose values share one mean. */
const TRAFFIC_WINDOW = 4;
const VALUE_WINDOW = 8;

/**
 * One period: everything that does not depend on bids. K opportunities, A advertisers, T ticks.
 *
 * Two policies on one period meet the same traffic, values, seen slots and luck in conversions.
 */
export interface Period {
  readonly config: AuctionNetConfig;
  readonly seats: readonly Seat[];
  /** `[T + 1]` opportunities of tick t are `tickOffsets[t] … tickOffsets[t + 1] − 1`. */
  readonly tickOffsets: Int32Array;
  /** `[K, A]` predicted conversion rates (pValue). */
  readonly values: Float32Array;
  /** `[T, A]` their means; 0 in a tick without traffic. */
  readonly meanValues: Float64Array;
  /** `[K]` how many of the slots are seen. */
  readonly slotsSeen: Uint8Array;
  /** `[A]` how predictions become conversions. */
  readonly conversionLaws: readonly ConversionLaw[];
  /** Names the luck of conversions. */
  readonly luck: number;
  /** Stream of the draws that answer to bids: which wins an advertiser gives up that cannot pay for all. */
  readonly rng: Rng;
}

/**
 * Draws a period.
 *
 * Traffic: base shares × U(.6, 1.4) per 4 ticks, renormalised. Values: N(mean, (ratio · mean)²) clipped to [0, 1]; the mean
 * is 5e-4 × U(.3, 1.7) per category and 8 ticks, for all but the first advertiser of a category × U(.5, 1.5) per 8 ticks;
 * ratio ~ N(m, (.2 m)²) per 8 ticks, m ~ N(.5, .1²) per advertiser.
 *
 * Differs from the original, whose noise is the same in every tick: every number is a draw of its own from `rng`'s streams.
 *
 * Source: Su et al. (2024), "AuctionNet", arXiv:2412.10798, section 3.
 */
export function drawPeriod(config: AuctionNetConfig, rng: Rng): Period {
  const seats = seatsOf(config);
  const tickOffsets = drawTraffic(config.opportunities, rng.split('traffic'));
  const numOpportunities = tickOffsets[NUM_TICKS]!;
  const values = new Float32Array(numOpportunities * seats.length);
  const meanValues = new Float64Array(NUM_TICKS * seats.length);
  drawValues(config, seats, tickOffsets, rng.split('values'), values, meanValues);
  return {
    config,
    seats,
    tickOffsets,
    values,
    meanValues,
    slotsSeen: drawSlotsSeen(config.exposure, numOpportunities, rng.split('exposure')),
    conversionLaws: drawConversionLaws(seats.length, rng.split('conversion')),
    luck: rng.split('luck').int(4_294_967_296),
    rng: rng.split('market'),
  };
}

function drawTraffic(opportunities: number, rng: Rng): Int32Array {
  const shares = new Float64Array(NUM_TICKS);
  let total = 0;
  let factor = 1;
  for (let t = 0; t < NUM_TICKS; t++) {
    if (t % TRAFFIC_WINDOW === 0) factor = rng.uniform(0.6, 1.4);
    shares[t] = TRAFFIC_SHARES[t]! * factor;
    total += shares[t]!;
  }
  const offsets = new Int32Array(NUM_TICKS + 1);
  let cumulated = 0;
  for (let t = 0; t < NUM_TICKS; t++) {
    cumulated += shares[t]!;
    offsets[t + 1] = Math.round((cumulated / total) * opportunities);
  }
  return offsets;
}

function drawValues(
  config: AuctionNetConfig,
  seats: readonly Seat[],
  tickOffsets: Int32Array,
  rng: Rng,
  values: Float32Array,
  meanValues: Float64Array,
): void {
  const numSeats = seats.length;
  const normals = new FastNormal(rng.split('normals'));
  const row = new Float64Array(numSeats);
  const [means, deviations] = [new Float64Array(numSeats), new Float64Array(numSeats)];
  const laws = rng.split('means');
  const spread = Float64Array.from({ length: numSeats }, () => 0.5 + 0.1 * laws.normal());
  for (let t = 0; t < NUM_TICKS; t++) {
    if (t % VALUE_WINDOW === 0) drawMeans(config.meanValue, spread, laws, means, deviations);
    const [start, end] = [tickOffsets[t]!, tickOffsets[t + 1]!];
    const sums = meanValues.subarray(t * numSeats, (t + 1) * numSeats);
    for (let i = start * numSeats; i < end * numSeats; i += numSeats) {
      normals.fillNormals(row, numSeats);
      fillRow(row, means, deviations, values, i, sums);
    }
    for (let a = 0; a < numSeats; a++) sums[a]! /= Math.max(1, end - start);
  }
}

/** Values of one opportunity from its standard normals. */
function fillRow(
  normals: Float64Array,
  means: Float64Array,
  deviations: Float64Array,
  values: Float32Array,
  offset: number,
  sums: Float64Array,
): void {
  for (let a = 0; a < normals.length; a++) {
    const drawn = means[a]! + deviations[a]! * normals[a]!;
    const value = Math.fround(drawn < 0 ? 0 : drawn > 1 ? 1 : drawn);
    values[offset + a] = value;
    sums[a]! += value;
  }
}

function drawMeans(
  meanValue: number,
  spread: Float64Array,
  rng: Rng,
  means: Float64Array,
  deviations: Float64Array,
): void {
  let categoryMean = 0;
  for (let a = 0; a < spread.length; a++) {
    const first = a % SEATS_PER_CATEGORY === 0;
    if (first) categoryMean = meanValue * rng.uniform(0.3, 1.7);
    means[a] = first ? categoryMean : categoryMean * rng.uniform(0.5, 1.5);
    const ratio = spread[a]! * (1 + 0.2 * rng.normal());
    deviations[a] = means[a]! * Math.max(0, ratio);
  }
}

/** Slot s + 1 is seen only if slot s was (cascade). */
function drawSlotsSeen(exposure: readonly number[], numOpportunities: number, rng: Rng): Uint8Array {
  const seen = new Uint8Array(numOpportunities);
  for (let k = 0; k < numOpportunities; k++) {
    let slots = 0;
    while (slots < exposure.length && (exposure[slots] === 1 || rng.next() < exposure[slots]!)) slots++;
    seen[k] = slots;
  }
  return seen;
}
