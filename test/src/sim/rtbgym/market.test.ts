import { describe, expect, it } from 'vitest';
import { solveClickBudget } from '../../../../src/bidding/click-budget-dp.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { clickBudgetProblem, clickLaw } from '../../../../src/sim/rtbgym/click-laws.ts';
import { drawRtbGymParameters, meanConversionProbability } from '../../../../src/sim/rtbgym/draw-parameters.ts';
import { FreshEpisodes } from '../../../../src/sim/rtbgym/episodes.ts';
import { rtbGymMarket } from '../../../../src/sim/rtbgym/market.ts';
import { readRtbGymParameters } from '../../../../src/sim/rtbgym/parameters.ts';
import { priceTables } from '../../../../src/sim/rtbgym/price-tables.ts';
import { emptyOutcome } from '../../../../src/sim/step-outcome.ts';
import { tinyParameters } from './tiny-market.ts';

const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, x) => total + x, 0);

describe('price tables', () => {
  it('hold the law of an exponential price rounded down, at least 1', () => {
    const { probabilities, first } = priceTables([1], [2]);
    expect(first[0]).toBe(1);
    // P(X < 2) and P(2 <= X < 3) for a mean of 2.
    expect(probabilities[0]).toBeCloseTo(1 - Math.exp(-1), 12);
    expect(probabilities[1]).toBeCloseTo(Math.exp(-1) - Math.exp(-1.5), 12);
    expect(sum(probabilities)).toBeCloseTo(1, 14);
  });

  it('draw each price with its probability, whatever route the alias takes', () => {
    const tables = priceTables([30, 4], [0.3, 5]);
    for (const ad of [0, 1]) {
      const drawn = new Float64Array(tables.slots);
      for (let slot = 0; slot < tables.slots; slot++) {
        const entry = ad * tables.slots + slot;
        drawn[slot]! += tables.stay[entry]! / tables.slots;
        drawn[tables.other[entry]! - tables.first[ad]!]! += (1 - tables.stay[entry]!) / tables.slots;
      }
      for (let slot = 0; slot < tables.slots; slot++) {
        expect(drawn[slot]).toBeCloseTo(tables.probabilities[ad * tables.slots + slot]!, 12);
      }
    }
  });
});

describe('the law of an auction', () => {
  it('wins every click and conversion at a high multiplier and none at multiplier 0', () => {
    const market = rtbGymMarket(tinyParameters());
    const all = clickLaw(market, 2, 1000);
    expect(sum(all.click)).toBeCloseTo(0.3, 9);
    expect(sum(all.conversion)).toBeCloseTo(0.3 * 0.4, 9);
    expect(sum(clickLaw(market, 2, 0).click)).toBe(0);
  });

  it('wins only below the bid: ⌊1.2 · 0.12 · 10 / 0.06⌋ = 24 > price', () => {
    const market = rtbGymMarket(tinyParameters({ price_gamma_shape: [400, 400], price_gamma_scale: [0.06, 0.06] }));
    const { click } = clickLaw(market, 2, 1.2);
    expect(click.findLastIndex((p) => p > 0)).toBe(23);
  });

  it('gives the expectation that drawn episodes have', () => {
    const market = rtbGymMarket(tinyParameters());
    const source = new FreshEpisodes(market);
    const out = emptyOutcome();
    const episodes = 4000;
    let total = 0;
    let squares = 0;
    for (let e = 0; e < episodes; e++) {
      source.begin(0, new Rng('episode'), e);
      let remaining = market.budgetUnits * 1e6;
      let conversions = 0;
      for (let step = 0; step < 3; step++) {
        source.play(0, step, 0.9, remaining, out);
        remaining -= out.spendMicros;
        conversions += out.conversions;
      }
      total += conversions;
      squares += conversions ** 2;
    }
    const mean = total / episodes;
    const standardError = Math.sqrt((squares / episodes - mean ** 2) / episodes);
    const { values } = solveClickBudget(clickBudgetProblem(market, [0.9]));
    expect(Math.abs(mean - values[market.budgetUnits]!)).toBeLessThan(4 * standardError);
  });
});

describe('drawn parameters', () => {
  it('have the shape and the ranges of RTBGym’s defaults, and depend on the seed alone', () => {
    const drawn = drawRtbGymParameters(new Rng('a'));
    expect(drawn).toEqual(drawRtbGymParameters(new Rng('a')));
    expect(drawn.ctr_coef).not.toEqual(drawRtbGymParameters(new Rng('b')).ctr_coef);
    expect([drawn.ad_features.length, drawn.user_features.length, drawn.ctr_coef.length]).toEqual([100, 100, 10]);
    expect(readRtbGymParameters(JSON.stringify(drawn), 'drawn')).toEqual(drawn);
    expect(drawn.scaler * meanConversionProbability(drawn)).toBeCloseTo(1, 12);
    const prices = drawn.price_gamma_shape.map((shape, ad) => shape * drawn.price_gamma_scale[ad]!);
    // 50 · 0.02 · 50
    expect(Math.abs(sum(prices) / 100 - 50)).toBeLessThan(5);
  });

  it('average κ to the mean of their beta weights', () => {
    const mean = (kind: 'ctr_time' | 'cvr_time') =>
      sum(Array.from({ length: 100 }, (_, i) => sum(drawRtbGymParameters(new Rng(`kappa/${i}`))[kind]) / 7)) / 100;
    // Beta(5, 20) has mean 0.2, Beta(10, 15) 0.4; waves average 1.
    expect(mean('ctr_time')).toBeCloseTo(0.2, 1);
    expect(mean('cvr_time')).toBeCloseTo(0.4, 1);
  });
});

describe('parameters from a file', () => {
  const read = (changes: object) => () =>
    readRtbGymParameters(JSON.stringify({ ...tinyParameters(), ...changes }), 'p.json');

  it('name what does not fit', () => {
    expect(read({ ctr_time: [0.1] })).toThrow('SHAPE_MISMATCH: p.json: ctr_time expected 3 numbers, received 1');
    expect(read({ price_gamma_scale: [0.3, 900] })).toThrow('CONFIG_INVALID: p.json: ad 1 expected a mean price');
    expect(read({ initial_budget: -1 })).toThrow('initial_budget: expected >= 1 [currency units], received -1');
    expect(() => readRtbGymParameters('{', 'p.json')).toThrow('FILE_INVALID: p.json: expected JSON');
  });
});
