import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../../src/core/distributions.ts';
import { Rng } from '../../../src/core/rng.ts';
import { priceSchema } from '../../../src/market/price-config.ts';
import { PriceSampler, priceLevels } from '../../../src/market/price-levels.ts';

const mixture = (settings: object) => priceSchema.parse({ kind: 'mixture', ...settings });

describe('price levels', () => {
  it('give each level of a log-normal price the probability between its half-way neighbours, cut to the range', () => {
    const price = mixture({
      lowest: 1,
      highest: 3,
      components: [{ family: 'log-normal', weight: 7, median: 2, sigma: 1 }],
    });
    const { probabilities, lowestMicros, stepMicros } = priceLevels(price, 10, 10);
    const upTo = (x: number) => normalCdf(Math.log(x / 2));
    const inside = upTo(3.5) - upTo(0.5);
    expect([lowestMicros, stepMicros]).toEqual([10, 10]);
    expect([...probabilities]).toEqual([
      expect.closeTo((upTo(1.5) - upTo(0.5)) / inside, 12),
      expect.closeTo((upTo(2.5) - upTo(1.5)) / inside, 12),
      expect.closeTo((upTo(3.5) - upTo(2.5)) / inside, 12),
    ]);
  });

  it('give a gamma price of shape 1 the exponential law', () => {
    const price = mixture({ highest: 100, components: [{ family: 'gamma', weight: 1, mean: 2, shape: 1 }] });
    const { probabilities } = priceLevels(price, 1, 1);
    expect(probabilities[0]).toBeCloseTo(1 - Math.exp(-0.25), 12);
    expect(probabilities[4]! / probabilities[3]!).toBeCloseTo(Math.exp(-0.5), 10);
  });

  it('put point masses on the nearest level, in proportion to all weights', () => {
    const price = mixture({
      highest: 10,
      components: [{ family: 'gamma', weight: 3, mean: 2, shape: 400 }],
      points: [{ price: 7.04, weight: 1 }],
    });
    const { probabilities } = priceLevels(price, 1000, 100);
    expect(probabilities[70]).toBeCloseTo(0.25, 10);
  });

  it('take a histogram as it is', () => {
    const levels = priceLevels(
      priceSchema.parse({ kind: 'histogram', lowest: 2, binWidth: 0.5, weights: [1, 0, 3] }),
      1000,
      1,
    );
    expect(levels).toEqual({ lowestMicros: 2000, stepMicros: 500, probabilities: new Float64Array([0.25, 0, 0.75]) });
  });

  it('refuse a component that lies outside the range and a point that does', () => {
    const component = { family: 'log-normal', weight: 1, median: 1, sigma: 0.1 };
    expect(() => priceLevels(mixture({ lowest: 40, highest: 50, components: [component] }), 1000, 1)).toThrow(
      /CONFIG_INVALID: market.price.components: a log-normal component has no probability/,
    );
    expect(() =>
      priceLevels(mixture({ components: [component], points: [{ price: 60, weight: 1 }] }), 1000, 1),
    ).toThrow(/CONFIG_INVALID: market.price.points: expected prices from 0 to 50, received 60/);
  });
});

describe('PriceSampler', () => {
  it('cuts the score axis where the distribution function says', () => {
    const sampler = new PriceSampler({
      lowestMicros: 100,
      stepMicros: 50,
      probabilities: new Float64Array([0.5, 0, 0.5]),
    });
    expect([-20, -8, -1e-9, 0, 1e-9, 8, 20].map((z) => sampler.priceMicros(z))).toEqual([
      100, 100, 100, 100, 200, 200, 200,
    ]);
  });

  it('draws every level as often as its probability, within four standard errors', () => {
    const probabilities = Float64Array.from([0.001, 0.2, 0, 0.5, 0.05, 0.249]);
    const sampler = new PriceSampler({ lowestMicros: 0, stepMicros: 1, probabilities });
    const rng = new Rng('price-sampler');
    const n = 200_000;
    const counts = new Float64Array(probabilities.length);
    for (let i = 0; i < n; i++) counts[sampler.priceMicros(rng.normal())]!++;
    for (const [level, p] of probabilities.entries()) {
      expect(Math.abs(counts[level]! - n * p)).toBeLessThanOrEqual(4 * Math.sqrt(n * p * (1 - p)));
    }
  });
});
