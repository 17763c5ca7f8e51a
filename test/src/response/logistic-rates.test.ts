import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { interceptForMean, logisticNormalMean } from '../../../src/response/logistic-normal.ts';
import {
  drawLogisticRates,
  type LogisticRateConfig,
  LogisticRates,
  logisticRateSchema,
} from '../../../src/response/logistic-rates.ts';

const schema = logisticRateSchema({ meanRate: 0.05, intentCorrelation: 0.5 });
const shape = { numItems: 5, userDim: 4, contextDim: 2 };
const draw = (config: Partial<LogisticRateConfig> = {}) =>
  drawLogisticRates(schema.parse(config), shape, new Rng('rates'));

describe('the mean of a rate with a normal logit', () => {
  it('is the rate itself without spread, and a half around 0', () => {
    expect(logisticNormalMean(Math.log(3), 0)).toBeCloseTo(0.75, 15);
    expect(logisticNormalMean(0, 2.5)).toBeCloseTo(0.5, 15);
  });

  it('is exp(m + s² / 2) where rates are small: log-normal', () => {
    expect(logisticNormalMean(-18, 1) / Math.exp(-18 + 0.5)).toBeCloseTo(1, 6);
  });

  it('agrees with a fine rule: Simpson with 4,000 nodes', () => {
    for (const [mean, sd] of [
      [-3, 1],
      [-1, 1.8],
      [2, 0.5],
    ] as const) {
      const n = 4000;
      let sum = 0;
      for (let i = 0; i <= n; i++) {
        const z = -10 + (20 * i) / n;
        const weight = (i === 0 || i === n ? 1 : i % 2 === 0 ? 2 : 4) * (20 / n / 3);
        sum += (weight * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI) / (1 + Math.exp(-mean - sd * z));
      }
      expect(logisticNormalMean(mean, sd)).toBeCloseTo(sum, 8);
    }
  });

  it('is met by the intercept', () => {
    const intercept = interceptForMean(0.1, [-0.5, 0.5], [1, 0]);
    const mean = (logisticNormalMean(intercept - 0.5, 1) + logisticNormalMean(intercept + 0.5, 0)) / 2;
    expect(mean).toBeCloseTo(0.1, 12);
  });
});

describe('logistic rates', () => {
  it('are the logistic function of a weighted sum, row by row', () => {
    const rates = new LogisticRates(Float64Array.of(0, Math.log(3)), Float64Array.of(1, 0, 0, 2), 2);
    const out = new Float64Array(3);
    rates.rates({ count: 2, features: Float64Array.of(0, 5, 7, 0, 9, 9), items: Int32Array.of(0, 1, 0) }, out);
    expect(out[0]).toBe(0.5);
    expect(out[1]).toBeCloseTo(0.75, 15);
    expect(out[2]).toBe(0);
  });

  it('have the mean rate over items in closed form', () => {
    const rates = draw();
    let sum = 0;
    for (let item = 0; item < 5; item++) sum += rates.expectedRate(item);
    expect(sum / 5).toBeCloseTo(0.05, 10);
  });

  it('come out as expected over drawn users', () => {
    const rates = draw({ meanRate: 0.2 });
    const rng = new Rng('users');
    const count = 40_000;
    const features = Float64Array.from({ length: count * 6 }, () => rng.normal());
    const out = new Float64Array(count);
    rates.rates({ count, features, items: new Int32Array(count).fill(2) }, out);
    const mean = out.reduce((total, p) => total + p, 0) / count;
    // The standard error is .13 / 200 = .0007.
    expect(Math.abs(mean - rates.expectedRate(2))).toBeLessThan(0.003);
  });

  it('give users and moments the spread asked for, and intent its correlation', () => {
    const rates = draw({ userSpread: 0.8, contextSpread: 0.3, intentCorrelation: -0.5 });
    for (let item = 0; item < 5; item++) {
      expect(rates.spreadFrom(item, 4)).toBeCloseTo(0.3, 12);
      expect(rates.spreadFrom(item, 0)).toBeCloseTo(Math.hypot(0.8, 0.3), 12);
      expect(rates.weights[item * 6]).toBeCloseTo(-0.4, 12);
    }
  });

  it('of an item are the same however many items there are, but for the common intercept', () => {
    const more = drawLogisticRates(schema.parse({}), { ...shape, numItems: 9 }, new Rng('rates'));
    expect(more.weights.slice(0, 30)).toEqual(draw().weights);
  });

  it('are refused where weights are missing, and where a rate is none', () => {
    expect(() => new LogisticRates(new Float64Array(2), new Float64Array(3), 2)).toThrow('SHAPE_MISMATCH');
    expect(schema.safeParse({ meanRate: -0.1 }).success).toBe(false);
    expect(schema.safeParse({ meanRate: 1 }).success).toBe(false);
  });
});
