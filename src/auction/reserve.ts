import { z } from 'zod';
import { SimError } from '../core/errors.ts';
import { BidHistogram } from './bid-histogram.ts';
import type { AuctionBatch } from './mechanism.ts';

/** Sets the reserve of auctions before they are cleared, and may learn from their bids after. */
export interface ReserveStrategy {
  /**
   * Writes the reserve of each auction, integer micros ≥ 0.
   *
   * @param numAuctions K
   * @param segments `[K]` in 0 … numSegments − 1, or null where there is one segment.
   * @param reserveMicros `[K]` or longer.
   * @throws SimError `VALUE_OUT_OF_RANGE` for a segment that the strategy was not made for.
   */
  fill(numAuctions: number, segments: Int32Array | null, reserveMicros: Float64Array): void;
  /** Learns from the bids of a batch, those below the reserve included; strategies that do not learn do nothing. */
  observe(batch: AuctionBatch, segments: Int32Array | null): void;
}

const MICROS = 'micros per billed event';
const amount = z.int().nonnegative('use 0 for none');

const learning = {
  initialMicros: amount.default(0).meta({ unit: MICROS, description: 'Reserve until the first bids are known.' }),
  minMicros: amount.default(0).meta({ unit: MICROS, description: 'The reserve never falls below this.' }),
  maxMicros: amount
    .default(Number.MAX_SAFE_INTEGER)
    .meta({ unit: MICROS, description: 'The reserve never rises above this.' }),
  halfLife: z
    .number()
    .min(1)
    .default(10_000)
    .meta({ unit: 'auctions of the segment', description: 'Age at which a bid counts half.' }),
};

/** How reserves are set: one for all, one for each segment, or learnt from past bids. */
export const reserveSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('static').meta({ description: 'The same reserve in every auction.' }),
    micros: amount.default(0).meta({ unit: MICROS, description: 'The reserve; 0 for none.' }),
  }),
  z.strictObject({
    kind: z.literal('per-segment').meta({ description: 'A reserve for each segment.' }),
    micros: z
      .array(amount)
      .min(1, 'list one reserve for each segment')
      .meta({ unit: MICROS, description: 'The reserve of each segment.' }),
  }),
  z.strictObject({
    kind: z.literal('quantile').meta({ description: 'A quantile of the highest bids, recent ones first.' }),
    quantile: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.1)
      .meta({ unit: 'share', description: 'Share of auctions with a bid that the reserve would have left unsold.' }),
    ...learning,
  }),
  z.strictObject({
    kind: z.literal('revenue-maximising').meta({
      description: 'The r with the largest r · P(bid ≥ r) over recent bids (Myerson 1981; Ostrovsky, Schwarz 2011).',
    }),
    ...learning,
  }),
]);

/** Checked settings of {@link makeReserve}. */
export type ReserveConfig = z.infer<typeof reserveSchema>;

/**
 * Makes a reserve strategy.
 *
 * @param numSegments Segments that auctions may be of; a learning strategy learns each by itself.
 * @param where What is being set up, in words; named in errors.
 * @throws SimError `CONFIG_INVALID` where the number of reserves is not that of the segments, or the bounds cross.
 */
export function makeReserve(config: ReserveConfig, numSegments = 1, where = 'reserve'): ReserveStrategy {
  if (config.kind === 'static') return fixed(new Float64Array(numSegments).fill(config.micros));
  if (config.kind === 'per-segment') {
    if (config.micros.length !== numSegments) {
      throw new SimError(
        'CONFIG_INVALID',
        `${where}.micros: expected one reserve for each of ${numSegments} segments, received ${config.micros.length}; list one per segment`,
      );
    }
    return fixed(Float64Array.from(config.micros));
  }
  if (config.minMicros > config.maxMicros) {
    throw new SimError(
      'CONFIG_INVALID',
      `${where}.minMicros: expected at most maxMicros ${config.maxMicros} [micros], received ${config.minMicros}; lower it`,
    );
  }
  if (config.kind === 'revenue-maximising') {
    return learnt(config, numSegments, addBids, (bids) => bids.revenueMaximising());
  }
  const { quantile } = config;
  return learnt(config, numSegments, addHighestBid, (bids) => bids.quantile(quantile));
}

function fixed(levels: Float64Array): ReserveStrategy {
  return {
    fill(numAuctions, segments, reserveMicros) {
      fillLevels(levels, numAuctions, segments, reserveMicros);
    },
    observe() {},
  };
}

function fillLevels(levels: Float64Array, numAuctions: number, segments: Int32Array | null, out: Float64Array): void {
  for (let k = 0; k < numAuctions; k++) out[k] = levels[segmentOf(segments, k, levels.length)]!;
}

function segmentOf(segments: Int32Array | null, k: number, numSegments: number): number {
  const segment = segments === null ? 0 : segments[k]!;
  if (segment >= 0 && segment < numSegments) return segment;
  throw new SimError(
    'VALUE_OUT_OF_RANGE',
    `reserve: segment of auction ${k} must be in 0 … ${numSegments - 1}, received ${segment}; make the strategy for more segments`,
  );
}

/** Reserves that follow the bids of each segment, set anew after every batch. */
function learnt(
  config: Extract<ReserveConfig, { halfLife: number }>,
  numSegments: number,
  count: (batch: AuctionBatch, k: number, into: BidHistogram) => void,
  level: (bids: BidHistogram) => number,
): ReserveStrategy {
  const { minMicros, maxMicros } = config;
  const clamp = (micros: number) => Math.min(Math.max(Math.round(micros), minMicros), maxMicros);
  const levels = new Float64Array(numSegments).fill(clamp(config.initialMicros));
  const histograms = Array.from({ length: numSegments }, () => new BidHistogram(config.halfLife));
  return {
    fill(numAuctions, segments, reserveMicros) {
      fillLevels(levels, numAuctions, segments, reserveMicros);
    },
    observe(batch, segments) {
      for (let k = 0; k < batch.numAuctions; k++) {
        const bids = histograms[segmentOf(segments, k, numSegments)]!;
        bids.age();
        count(batch, k, bids);
      }
      for (let g = 0; g < numSegments; g++) {
        const micros = level(histograms[g]!);
        if (!Number.isNaN(micros)) levels[g] = clamp(micros);
      }
    },
  };
}

function addBids(batch: AuctionBatch, k: number, into: BidHistogram): void {
  const from = k * batch.numBidders;
  for (let i = from; i < from + batch.numBidders; i++) into.add(batch.bidsMicros[i]!);
}

function addHighestBid(batch: AuctionBatch, k: number, into: BidHistogram): void {
  const from = k * batch.numBidders;
  let highest = -1;
  for (let i = from; i < from + batch.numBidders; i++) {
    if (batch.bidsMicros[i]! > highest) highest = batch.bidsMicros[i]!;
  }
  into.add(highest);
}
