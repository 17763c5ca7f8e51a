import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { tapeHash } from '../../../src/data/tape-file.ts';
import { generateTape } from '../../../src/sim/generate-tape.ts';
import { type MarketConfig, marketConfigSchema } from '../../../src/sim/market-config.ts';

const market = (settings: object = {}): MarketConfig => marketConfigSchema.parse(settings);

const LIVELY = {
  auctionsPerDay: 200,
  drift: { price: { sigma: 0.2 }, traffic: { sigma: 0.2 } },
  segments: [
    { name: 'desktop', share: 1 },
    { name: 'mobile', share: 3, rateFactor: 2, priceFactor: 0.5 },
  ],
  floors: [{ price: 0.5, share: 0.25 }],
  response: {
    pCtr: [{ family: 'log-normal', mean: 0.05, sigma: 0.6 }],
    pCvr: [{ family: 'beta', mean: 0.2, concentration: 40 }],
    valuePerConversion: 10,
    priceCorrelation: 0.4,
  },
};

describe('generateTape', () => {
  it('gives equal tapes for equal seeds and others for others', () => {
    const config = market({ ...LIVELY, days: 2 });
    expect(tapeHash(generateTape(config, new Rng('a')))).toBe(tapeHash(generateTape(config, new Rng('a'))));
    expect(tapeHash(generateTape(config, new Rng('a')))).not.toBe(tapeHash(generateTape(config, new Rng('b'))));
  });

  it('leaves earlier days as they are when days are added', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.string(), (days, more, seed) => {
        const short = generateTape(market({ ...LIVELY, days }), new Rng(seed));
        const long = generateTape(market({ ...LIVELY, days: days + more }), new Rng(seed));
        for (const column of [
          'timeSeconds',
          'value',
          'marketPriceMicros',
          'floorMicros',
          'click',
          'conversion',
          'segment',
        ] as const) {
          expect(long[column].subarray(0, short.length).join()).toBe(short[column].join());
        }
      }),
      { numRuns: 6 },
    );
  });

  it('leaves prices, times and segments as they are when the response changes', () => {
    const one = generateTape(market({ ...LIVELY, days: 1 }), new Rng('x'));
    const other = generateTape(market({ ...LIVELY, days: 1, response: {} }), new Rng('x'));
    expect(other.marketPriceMicros).toEqual(one.marketPriceMicros);
    expect(other.timeSeconds).toEqual(one.timeSeconds);
    expect(other.segment).toEqual(one.segment);
    expect(other.value).not.toEqual(one.value);
  });

  it('has the mean price, click rate, conversion rate and shares that were asked for, within four standard errors', () => {
    const tape = generateTape(market({ ...LIVELY, drift: {}, days: 2, auctionsPerDay: 50_000 }), new Rng('moments'));
    const n = tape.length;
    expect(n).toBe(100_000);
    const clicks = tape.click.reduce((a, b) => a + b, 0);
    const conversions = tape.conversion.reduce((a, b) => a + b, 0);
    const mobile = tape.segment.reduce((a, b) => a + b, 0);
    const floors = tape.floorMicros.reduce((a, b) => a + (b === 500 ? 1 : 0), 0);
    const within = (count: number, trials: number, p: number) =>
      expect(Math.abs(count - trials * p)).toBeLessThan(4 * Math.sqrt(trials * p * (1 - p)));
    within(mobile, n, 0.75);
    within(floors, n, 0.25);
    within(clicks, n, 0.05);
    within(conversions, clicks, 0.2);
    // Value: 0.05 · (1 + 0.2 · 10); its spread is below that of a log-normal of the same mean and sigma 1.
    const value = tape.value.reduce((a, b) => a + b, 0) / n;
    expect(Math.abs(value - 0.15)).toBeLessThan((4 * 0.15 * 1.31) / Math.sqrt(n));
    // Price: 2 · exp(0.8² / 2) CPM, cut at 50 (0.1 % of the mean), times 1/4 + 3/4 · 1/2.
    const price = tape.marketPriceMicros.reduce((a, b) => a + b, 0) / n;
    const expected = 2000 * Math.exp(0.32) * 0.625;
    expect(Math.abs(price - expected)).toBeLessThan((4 * expected) / Math.sqrt(n) + 0.002 * expected);
  });

  it('ties the ranks of price and value by the correlation of the copula', () => {
    const config = market({ days: 1, auctionsPerDay: 40_000, response: { priceCorrelation: 0.5 } });
    const tape = generateTape(config, new Rng('copula'));
    // Both marginals are log-normal, so the logarithms are jointly normal with the copula's correlation.
    const x = Array.from(tape.marketPriceMicros, (p) => Math.log(p));
    const y = Array.from(tape.value, (v) => Math.log(v));
    expect(Math.abs(correlation(x, y) - 0.5)).toBeLessThan((4 * 0.75) / Math.sqrt(tape.length));
  });

  it('writes integer prices on the quantum, with the auction rules in the metadata', () => {
    const tape = generateTape(
      market({
        currency: 'CNY',
        priceUnit: { name: 'fen CPM', micros: 10 },
        auction: { ties: 'win', bidQuantumMicros: 10, maxBid: 300 },
        price: { kind: 'mixture', highest: 300, components: [{ family: 'gamma', weight: 1, mean: 70, shape: 2 }] },
        drift: { price: { sigma: 0.3 } },
        days: 3,
        auctionsPerDay: 100,
      }),
      new Rng('quantum'),
    );
    expect(tape.marketPriceMicros.every((p) => p % 10 === 0 && p >= 0)).toBe(true);
    expect(tape.meta).toMatchObject({
      origin: 'generated',
      clock: 'seconds',
      ties: 'win',
      minBidMicros: 0,
      bidQuantumMicros: 10,
      maxBidMicros: 3000,
      valueUnit: 'expected clicks',
    });
    expect(tape.timeSeconds.at(-1)).toBeLessThanOrEqual(3 * 86_400);
  });

  it('has a market for an empty configuration and names a value that counts conversions', () => {
    expect(generateTape(market({ auctionsPerDay: 5 }), new Rng('d')).length).toBe(35);
    const conversions = market({
      days: 1,
      auctionsPerDay: 5,
      response: { valuePerClick: 0, valuePerConversion: 1, pCvr: [{ family: 'beta', mean: 0.1 }] },
    });
    expect(generateTape(conversions, new Rng('d')).meta.valueUnit).toBe('expected conversions');
  });
});

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const mx = mean(x);
  const my = mean(y);
  let sxy = 0;
  let sxx = 0;
  let syy = 0;
  for (let i = 0; i < x.length; i++) {
    sxy += (x[i]! - mx) * (y[i]! - my);
    sxx += (x[i]! - mx) ** 2;
    syy += (y[i]! - my) ** 2;
  }
  return sxy / Math.sqrt(sxx * syy);
}
