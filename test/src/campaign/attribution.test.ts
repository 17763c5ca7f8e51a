import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttributionModel, attributionModelSchema, shareCredit } from '../../../src/campaign/attribution.ts';
import { parseConfig } from '../../../src/core/config.ts';

function credits(model: AttributionModel, times: readonly number[]): number[] {
  const out = new Float64Array(times.length);
  shareCredit(model, Float64Array.from(times), times.length, out);
  return [...out];
}

const models: readonly AttributionModel[] = [
  { model: 'last-click' },
  { model: 'first-click' },
  { model: 'linear' },
  { model: 'time-decay', halfLifeDays: 2 },
  { model: 'position', first: 0.4, middle: 0.2, last: 0.4 },
];

describe('credit', () => {
  it('goes to the last or the first click', () => {
    expect(credits(models[0]!, [1, 2, 3])).toEqual([0, 0, 1]);
    expect(credits(models[1]!, [1, 2, 3])).toEqual([1, 0, 0]);
  });

  it('is shared equally by the linear model', () => {
    expect(credits(models[2]!, [1, 2, 3, 4])).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('halves with every half-life of age', () => {
    const [old, middle, young] = credits(models[3]!, [0, 2, 4]);
    expect(old).toBeCloseTo(1 / 7, 12);
    expect(middle).toBeCloseTo(2 / 7, 12);
    expect(young).toBeCloseTo(4 / 7, 12);
  });

  it('goes by position: 40, 20 shared, 40; halves of two; all to one', () => {
    expect(credits(models[4]!, [1, 2, 3, 4])).toEqual([0.4, 0.1, 0.1, 0.4]);
    expect(credits(models[4]!, [1, 2])).toEqual([0.5, 0.5]);
    expect(credits(models[4]!, [1])).toEqual([1]);
    expect(credits({ model: 'position', first: 0, middle: 1, last: 0 }, [1, 2])).toEqual([0.5, 0.5]);
  });

  it('sums to 1 under every model', () => {
    const times = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...models), times, (model, list) => {
        const shares = credits(
          model,
          [...list].sort((a, b) => a - b),
        );
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('needs a touch point and room', () => {
    expect(() => credits(models[2]!, [])).toThrow('SHAPE_MISMATCH');
    expect(() => shareCredit(models[2]!, new Float64Array(2), 2, new Float64Array(1))).toThrow('SHAPE_MISMATCH');
  });

  it('cannot be shared by weights that sum to 0', () => {
    const bad = { model: 'position', first: 0, middle: 0, last: 0 };
    expect(() => parseConfig(attributionModelSchema, bad, 'credit')).toThrow('sum to more than 0; give one of');
    expect(() => parseConfig(attributionModelSchema, { model: 'time-decay', halfLifeDays: 0 }, 'credit')).toThrow(
      'halfLifeDays',
    );
  });
});
