import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYamlConfig } from '../../../src/core/config.ts';
import { Rng } from '../../../src/core/rng.ts';
import { readIpinyouInfo } from '../../../src/data/ipinyou-info.ts';
import { priceLevels } from '../../../src/market/price-levels.ts';
import { generateTape } from '../../../src/sim/generate-tape.ts';
import { type MarketConfig, marketConfigSchema } from '../../../src/sim/market-config.ts';

const PRESETS = new URL('../../../experiments/presets/', import.meta.url).pathname;
const IPINYOU = new URL('../../../../shared/data/ipinyou/', import.meta.url).pathname;
const files = readdirSync(PRESETS).filter((file) => file.endsWith('.yaml'));
const campaigns = files.flatMap((file) => /^ipinyou-(\d+)\.yaml$/.exec(file)?.[1] ?? []);

function load(file: string): MarketConfig {
  return parseYamlConfig(marketConfigSchema, readFileSync(join(PRESETS, file), 'utf8'), file);
}

describe('market presets', () => {
  it('are the open market and the nine campaigns of iPinYou', () => {
    expect(files.sort()).toEqual(
      [1458, 2259, 2261, 2821, 2997, 3358, 3386, 3427, 3476].map((c) => `ipinyou-${c}.yaml`).concat('open-market.yaml'),
    );
  });

  it.each(files)('%s makes a tape with plausible prices and values', (file) => {
    const config = load(file);
    const tape = generateTape({ ...config, days: 1, auctionsPerDay: 2000 }, new Rng('preset'));
    const mean = (column: Float64Array) => column.reduce((a, b) => a + b, 0) / column.length;
    expect(mean(tape.marketPriceMicros) / config.priceUnit.micros).toBeGreaterThan(1);
    expect(mean(tape.value)).toBeGreaterThan(1e-4);
    expect(mean(tape.value)).toBeLessThan(0.01);
    expect(tape.meta.valueUnit).toBe('expected clicks');
  });

  it.skipIf(!existsSync(IPINYOU)).each(campaigns)(
    'ipinyou-%s keeps the distance to the histogram (../shared/data) that it states',
    (campaign) => {
      const config = load(`ipinyou-${campaign}.yaml`);
      const stated = Number(/distance ([\d.]+)/.exec(config.description)?.[1]);
      const info = readIpinyouInfo(join(IPINYOU, campaign, 'info.json'));
      const { probabilities, lowestMicros } = priceLevels(config.price, 10, 10);
      let difference = 0;
      let largest = 0;
      for (const [price, count] of info.trainPriceCounts.entries()) {
        difference += count / info.trainImpressions - (probabilities[price - lowestMicros / 10] ?? 0);
        largest = Math.max(largest, Math.abs(difference));
      }
      expect(largest).toBeCloseTo(stated, 3);
      expect(largest).toBeLessThan(0.015);
      const mean = probabilities.reduce((sum, p, k) => sum + p * (k + lowestMicros / 10), 0);
      expect(Math.abs(mean / (info.trainCost / info.trainImpressions) - 1)).toBeLessThan(0.01);
    },
  );

  it('publish parameters, not histograms', () => {
    for (const file of files) {
      const { price } = load(file);
      expect(price.kind === 'mixture' && price.points.length <= 8).toBe(true);
    }
  });
});
