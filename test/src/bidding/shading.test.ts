import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { empiricalLandscape } from '../../../src/bidding/landscape-empirical.ts';
import { fitLandscape } from '../../../src/bidding/landscape-fit.ts';
import { gammaLandscape } from '../../../src/bidding/landscape-gamma.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { logNormalLandscape } from '../../../src/bidding/landscape-log-normal.ts';
import { addOutcome, emptyObservations } from '../../../src/bidding/landscape-observations.ts';
import { bestShadedBid, expectedSurplus } from '../../../src/bidding/shading-search.ts';
import { shadingTable } from '../../../src/bidding/shading-table.ts';

function known(needs: readonly number[]) {
  const observations = emptyObservations();
  for (const need of needs) addOutcome(observations, 0, false, need);
  return observations;
}

describe('best shaded bid', () => {
  it('is half the value against uniform prices', () => {
    const uniform = { cdf: (bid: number) => Math.min(1, bid / 1e6), supportMicros: 1e6 };
    expect(bestShadedBid(800_000, uniform) / 400_000).toBeCloseTo(1, 3);
    // (v − b) · b / 10⁶ until every auction is won, then winning at 10⁶ is best.
    expect(bestShadedBid(5_000_000, uniform) / 1e6).toBeCloseTo(1, 3);
  });

  it('is a / (a + 1) of the value against prices with F(b) = bᵃ', () => {
    for (const a of [0.5, 2, 6]) {
      const power = { cdf: (bid: number) => Math.min(1, (bid / 1e6) ** a), supportMicros: 1e6 };
      expect(bestShadedBid(900_000, power) / ((900_000 * a) / (a + 1))).toBeCloseTo(1, 3);
    }
  });

  it('is one of the prices where the landscape has steps: 20, for a third at 10 earns less', () => {
    // Value 60: (60 − 10)/3 = 16.7, (60 − 20)·2/3 = 26.7, (60 − 50)·1 = 10.
    const estimate = empiricalLandscape(known([10, 20, 50]));
    expect(bestShadedBid(60, estimate)).toBe(20);
    expect(bestShadedBid(20, estimate)).toBe(10);
    expect(bestShadedBid(10, estimate)).toBe(0);
    expect(bestShadedBid(1000, estimate)).toBe(50);
  });

  it('earns at least what any other bid earns', () => {
    const need = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(
        fc.array(need, { minLength: 3, maxLength: 30 }),
        fc.integer({ min: 1, max: 1500 }),
        need,
        (needs, value, bid) => {
          const distinct = [...needs, 1001];
          const estimates = [
            empiricalLandscape(known(distinct)),
            ...[logNormalLandscape, logLogisticLandscape, gammaLandscape].map((law) => {
              return fitLandscape(law, known(distinct), { prior: { mean: [6, -0.5], sd: [1, 0.5] } });
            }),
          ];
          for (const estimate of estimates) {
            const best = bestShadedBid(value, estimate);
            expect(Number.isInteger(best) && best >= 0 && best <= value).toBe(true);
            // Rounding down to a micro may cost the slope of one micro.
            const slack = estimate.jumps === undefined ? 1 : 1e-9;
            const other = expectedSurplus(value, Math.min(bid, value), estimate);
            expect(expectedSurplus(value, best, estimate)).toBeGreaterThanOrEqual(other - slack);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is nothing for what is worth nothing', () => {
    expect(bestShadedBid(0, empiricalLandscape(known([1])))).toBe(0);
    expect(bestShadedBid(Number.NaN, empiricalLandscape(known([1])))).toBe(0);
  });
});

describe('shading table', () => {
  it('gives a rule back, in between, and the same share beyond its ends', () => {
    const rule = (worth: number) => worth ** 0.9;
    const table = shadingTable(100, 1e6, rule);
    for (const worth of [100, 333, 5_000, 777_777, 1e6]) expect(table(worth) / rule(worth)).toBeCloseTo(1, 4);
    expect(table(10) / 10).toBeCloseTo(rule(100) / 100, 12);
    expect(table(1e9) / 1e9).toBeCloseTo(rule(1e6) / 1e6, 12);
    expect(table(0)).toBe(0);
  });
});
