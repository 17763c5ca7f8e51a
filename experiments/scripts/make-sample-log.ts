/*
 * Writes experiments/templates/sample-log.csv, the log that people copy as a template for their own:
 *
 *     npx tsx experiments/scripts/make-sample-log.ts
 *
 * 1,000 auctions of the open market over two days with a fixed seed, seen by a bidder that bids about its value.
 */
import { join } from 'node:path';
import { writeToString } from 'fast-csv';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import { Rng } from '../../src/core/rng.ts';
import { microsToCpm } from '../../src/core/units.ts';
import { generateTape } from '../../src/sim/generate-tape.ts';
import { loadMarketPreset } from '../market-presets.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

const FIRST_DAY_MILLIS = Date.UTC(2026, 2, 2);
const VALUE_PER_CONVERSION = 20;
/** A small log must show clicks, so this market is a retargeting campaign: likelier clicks, dearer impressions. */
const CLICK_RATE = [{ family: 'log-normal', mean: 0.06, sigma: 0.8 }];
const CONVERSION_RATE = [{ family: 'beta', mean: 0.2, concentration: 40 }];

/** Conversion probabilities come back out of the value, which is pCtr · pCvr · 20 here. */
async function main(): Promise<void> {
  const settings = {
    days: 2,
    auctionsPerDay: 500,
    'drift.traffic.sigma': 0,
    'response.pCtr': CLICK_RATE,
    'response.pCvr': CONVERSION_RATE,
    'response.valuePerConversion': VALUE_PER_CONVERSION,
  };
  const seed = () => new Rng('sample-log');
  const clicks = generateTape(loadMarketPreset('open-market', settings), seed());
  const conversions = generateTape(
    loadMarketPreset('open-market', { ...settings, 'response.valuePerClick': 0 }),
    seed(),
  );
  const noise = seed().split('bids');
  const rows = Array.from({ length: clicks.length }, (_, i) => {
    const conversionWorth = conversions.value[i]!;
    const pCtr = clicks.value[i]! - conversionWorth;
    const pCvr = conversionWorth / (pCtr * VALUE_PER_CONVERSION);
    const price = microsToCpm(clicks.marketPriceMicros[i]!);
    const floor = microsToCpm(clicks.floorMicros[i]!);
    // A bidder that asks for a high margin, with the usual unrest.
    const bid = Number((12 * conversionWorth * Math.exp(0.3 * noise.normal())).toFixed(2));
    const won = bid > price && bid >= floor;
    return [
      new Date(FIRST_DAY_MILLIS + Math.floor(clicks.timeSeconds[i]! * 1000)).toISOString(),
      clicks.meta.segments[clicks.segment[i]!]!,
      pCtr.toFixed(6),
      pCvr.toFixed(6),
      price.toFixed(2),
      floor > 0 ? floor.toFixed(2) : '',
      bid.toFixed(2),
      won ? '1' : '0',
      // A log knows the response to what was shown, nothing else.
      won ? String(clicks.click[i]) : '0',
      won ? String(clicks.conversion[i]) : '0',
    ];
  });
  const header = [
    'timestamp',
    'device',
    'p_ctr',
    'p_cvr',
    'market_price',
    'floor',
    'bid',
    'won',
    'click',
    'conversion',
  ];
  const text = await writeToString([header, ...rows], { includeEndRowDelimiter: true });
  atomicWriteFileSync(join(PACKAGE_ROOT, 'experiments', 'templates', 'sample-log.csv'), text);
  const ones = (column: number) => rows.filter((row) => row[column] === '1').length;
  process.stdout.write(`${rows.length} rows, ${ones(7)} won, ${ones(8)} clicks, ${ones(9)} conversions\n`);
}

await main();
