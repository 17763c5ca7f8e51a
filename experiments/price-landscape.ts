import { microsToCpm } from '../src/core/units.ts';
import type { IpinyouInfo } from '../src/data/ipinyou-info.ts';
import type { PricePoint } from '../src/report/report-data.ts';
import { FEN_CPM_MICROS } from './campaign.ts';
import type { World } from './world.ts';

const PRICE_BINS = 60;
/** Histogram levels of a campaign that share a bin. */
const LEVELS_PER_BIN = 5;

/** Known prices of the training flights in equal bins up to the 99th percentile, and what a bid of that price wins. */
export function priceLandscape({ replay, train }: World): PricePoint[] {
  const last = train.at(-1)!;
  const from = replay.stepOffsets[train[0]!.firstStep]!;
  const to = replay.stepOffsets[last.firstStep + last.numSteps]!;
  const prices = replay.paidMicros.slice(from, to).filter(Number.isFinite).sort();
  const width = Math.max(1, prices[Math.floor(0.99 * (prices.length - 1))]! / PRICE_BINS);
  let below = 0;
  return Array.from({ length: PRICE_BINS }, (_, bin) => {
    const start = below;
    while (below < prices.length && prices[below]! < (bin + 1) * width) below++;
    return point((bin + 0.5) * width, start, below - start, prices.length);
  });
}

/** A campaign's training histogram, a few levels to a bin. */
export function campaignLandscape({ trainPriceCounts, trainImpressions }: IpinyouInfo): PricePoint[] {
  const points: PricePoint[] = [];
  let below = 0;
  for (let level = 0; level < trainPriceCounts.length; level += LEVELS_PER_BIN) {
    const bin = trainPriceCounts.slice(level, level + LEVELS_PER_BIN);
    const count = bin.reduce((sum, each) => sum + each, 0);
    points.push(point((level + (bin.length - 1) / 2) * FEN_CPM_MICROS, below, count, trainImpressions));
    below += count;
  }
  return points;
}

function point(micros: number, below: number, count: number, total: number): PricePoint {
  return { cpm: microsToCpm(micros), density: count / total, winProbability: (below + count / 2) / total };
}
