import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { empiricalLandscape } from '../../../src/bidding/landscape-empirical.ts';
import { type LandscapeEstimate, supportWarning } from '../../../src/bidding/landscape-estimate.ts';
import { fitLandscape, logLikelihood } from '../../../src/bidding/landscape-fit.ts';
import { gammaLandscape } from '../../../src/bidding/landscape-gamma.ts';
import { isotonicLandscape } from '../../../src/bidding/landscape-isotonic.ts';
import { kaplanMeierLandscape } from '../../../src/bidding/landscape-kaplan-meier.ts';
import type { LandscapeLaw, LawTerm } from '../../../src/bidding/landscape-law.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { logNormalLandscape } from '../../../src/bidding/landscape-log-normal.ts';
import {
  addInterval,
  addObservations,
  addOutcome,
  binnedObservations,
  copyObservations,
  emptyObservations,
  type LandscapeObservations,
  largestInformative,
  totalWeight,
} from '../../../src/bidding/landscape-observations.ts';
import { gammaCdf, logNormalCdf } from '../../../src/core/distributions.ts';
import { Rng } from '../../../src/core/rng.ts';

const NEVER = Number.NaN;
const LAWS = [logNormalLandscape, logLogisticLandscape, gammaLandscape] as const;

/** Outcomes written as [bid, won, need]. */
function observed(...outcomes: readonly (readonly [number, boolean, number])[]): LandscapeObservations {
  const observations = emptyObservations();
  for (const [bid, won, need] of outcomes) addOutcome(observations, bid, won, need);
  return observations;
}

/** n auctions with log-normal needs (median 100, σ ½) and uniform bids, as a mode tells of them. */
function simulated(mode: 'full' | 'winner-only' | 'censored', n: number, seed: string): LandscapeObservations {
  const rng = new Rng(`landscape/${seed}`);
  const observations = emptyObservations();
  for (let i = 0; i < n; i++) {
    const need = 100 * Math.exp(0.5 * rng.normal());
    const bid = rng.uniform(10, 300);
    const told = mode === 'full' || (mode === 'winner-only' && need <= bid);
    addOutcome(observations, bid, need <= bid, told ? need : NEVER);
  }
  return observations;
}

const truth = (bid: number) => logNormalCdf(bid, Math.log(100), 0.5);

/** Largest distance to the truth over bids of 10 to 300. */
function supDistance(estimate: LandscapeEstimate): number {
  let most = 0;
  for (let bid = 10; bid <= 300; bid += 0.5) most = Math.max(most, Math.abs(estimate.cdf(bid) - truth(bid)));
  return most;
}

describe('observations', () => {
  it('take a known need over the outcome, else what winning or losing says', () => {
    const { count, lower, upper } = observed([50, true, 30], [50, false, 70], [50, true, NEVER], [50, false, NEVER]);
    const ends = Array.from({ length: count }, (_, i) => [lower[i], upper[i]]);
    expect(ends).toEqual([
      [30, 30],
      [70, 70],
      [0, 50],
      [50, Number.POSITIVE_INFINITY],
    ]);
  });

  it('grow, copy, scale and join without losing weight', () => {
    const many = simulated('winner-only', 500, 'grow');
    const copy = copyObservations(many);
    addObservations(copy, many, 0.5);
    expect(copy.count).toBe(1000);
    expect(totalWeight(copy)).toBeCloseTo(750, 9);
    const binned = binnedObservations(many, 20);
    expect(binned.count).toBeLessThan(150);
    expect(totalWeight(binned)).toBeCloseTo(500, 9);
    expect(largestInformative(binned) / largestInformative(many)).toBeCloseTo(1, 1);
  });

  it('refuse ends in the wrong order and weights of nothing', () => {
    const none = emptyObservations();
    expect(() => addInterval(none, 5, 4, 1)).toThrow('expected 0 <= lower <= upper [micros]');
    expect(() => addInterval(none, 1, 2, 0)).toThrow('positive weight');
    expect(() => addInterval(none, -1, 2, 1)).toThrow('VALUE_OUT_OF_RANGE');
  });
});

describe('Kaplan–Meier', () => {
  it('is ⅕, ⅖ and 7/10 on five auctions, two of them lost', () => {
    // Needs of 10 (5 at risk), 20 (4, the loss at 20 among them) and 30 (2); lost at 20 and 40.
    const km = kaplanMeierLandscape(
      observed([15, true, 10], [25, true, 20], [20, false, NEVER], [35, true, 30], [40, false, NEVER]),
    );
    // Survival 4/5, · 3/4 = 3/5, · 1/2 = 3/10.
    expect([9, 10, 19, 20, 29, 30, 100].map((bid) => km.cdf(bid))).toEqual([
      0,
      expect.closeTo(0.2, 12),
      expect.closeTo(0.2, 12),
      expect.closeTo(0.4, 12),
      expect.closeTo(0.4, 12),
      expect.closeTo(0.7, 12),
      expect.closeTo(0.7, 12),
    ]);
    expect(km.supportMicros).toBe(40);
  });

  it('is the empirical distribution without losses', () => {
    const needs = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(needs, (known) => {
        const estimate = empiricalLandscape(observed(...known.map((need) => [99, true, need] as const)));
        for (let bid = 0; bid <= 31; bid++) {
          expect(estimate.cdf(bid)).toBeCloseTo(known.filter((need) => need <= bid).length / known.length, 9);
        }
        expect(estimate.cdf(30)).toBe(1);
      }),
    );
  });

  it('does not think the market cheap as the prices of won auctions alone would', () => {
    const seen = simulated('winner-only', 4000, 'bias');
    const won = emptyObservations();
    for (let i = 0; i < seen.count; i++) if (seen.lower[i] === seen.upper[i]) addOutcome(won, 1, true, seen.lower[i]!);
    expect(empiricalLandscape(won).cdf(100) - truth(100)).toBeGreaterThan(0.1);
    expect(Math.abs(kaplanMeierLandscape(seen).cdf(100) - truth(100))).toBeLessThan(0.03);
  });

  it('refuses nothing, and wins of unknown price', () => {
    expect(() => kaplanMeierLandscape(emptyObservations())).toThrow('one or more observations');
    expect(() => kaplanMeierLandscape(observed([5, true, NEVER]))).toThrow('use the isotonic estimate');
    expect(() => empiricalLandscape(observed([5, false, NEVER]))).toThrow('use Kaplan–Meier');
  });
});

describe('isotonic estimate', () => {
  it('pools neighbours that violate the order: 0, ½, ½, 1', () => {
    const estimate = isotonicLandscape(
      observed([10, false, NEVER], [20, true, NEVER], [30, false, NEVER], [40, true, NEVER]),
    );
    expect([10, 19, 20, 30, 39, 40].map((bid) => estimate.cdf(bid))).toEqual([0, 0, 0.5, 0.5, 0.5, 1]);
    expect([...estimate.jumps!]).toEqual([20, 40]);
  });

  it('is the likeliest of all ascending functions', () => {
    const outcome = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean());
    const heights = fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 20 }), heights, (outcomes, rival) => {
        const estimate = isotonicLandscape(observed(...outcomes.map(([bid, won]) => [bid, won, NEVER] as const)));
        const other = [...rival].sort((a, b) => a - b);
        const likelihood = (f: (bid: number) => number) =>
          outcomes.reduce((sum, [bid, won]) => sum + Math.log(won ? f(bid) : 1 - f(bid)), 0);
        expect(likelihood(estimate.cdf)).toBeGreaterThanOrEqual(likelihood((bid) => other[bid - 1]!) - 1e-12);
      }),
    );
  });

  it('refuses nothing and known prices', () => {
    expect(() => isotonicLandscape(emptyObservations())).toThrow('one or more observations');
    expect(() => isotonicLandscape(observed([5, true, 4]))).toThrow('use Kaplan–Meier or a parametric fit');
  });
});

describe('consistency: the largest distance to the truth falls as auctions come in', () => {
  const cases: readonly [
    string,
    'full' | 'winner-only' | 'censored',
    (o: LandscapeObservations) => LandscapeEstimate,
    number,
  ][] = [
    // About 1.4 / √n; censoring costs some; win and loss alone n^(−1/3).
    ['empirical, full', 'full', empiricalLandscape, 0.035],
    ['Kaplan–Meier, winner-only', 'winner-only', kaplanMeierLandscape, 0.06],
    ['isotonic, censored', 'censored', isotonicLandscape, 0.17],
    ['log-normal, full', 'full', (o) => fitLandscape(logNormalLandscape, o), 0.025],
    ['log-normal, winner-only', 'winner-only', (o) => fitLandscape(logNormalLandscape, o), 0.03],
    ['log-normal, censored', 'censored', (o) => fitLandscape(logNormalLandscape, o), 0.05],
  ];
  it.each(cases)('%s', (_name, mode, estimate, atMost) => {
    const distances = [80, 500, 2500].map((n) => {
      const tries = ['a', 'b', 'c'].map((seed) => supDistance(estimate(simulated(mode, n, seed))));
      return tries.reduce((sum, x) => sum + x, 0) / tries.length;
    });
    expect(distances[1]).toBeLessThan(distances[0]!);
    expect(distances[2]).toBeLessThan(distances[1]!);
    expect(distances[2]).toBeLessThan(atMost);
  });
});

describe.each(LAWS.map((law) => [law.title, law] as const))('%s law', (_title, law) => {
  const location = Math.log(100);
  const shapes = [-1.5, -0.4, 0.3, 1.2];
  const out = new Float64Array(3);
  const termsAt = (x: number, a: number, b: number, which: LawTerm = 'cdf') => {
    law.term(which, x, a, b, out);
    return [out[0]!, out[1]!, out[2]!] as const;
  };

  it('has a distribution function, its complement and its derivative by x that agree', () => {
    for (const shape of shapes) {
      for (const x of [20, 70, 100, 160, 400]) {
        const at = (which: LawTerm, amount = x) => Math.exp(termsAt(amount, location, shape, which)[0]);
        expect(at('cdf') + at('survival')).toBeCloseTo(1, 12);
        // The smaller of the two has the digits.
        const [tail, sign] = at('cdf') < 0.5 ? (['cdf', 1] as const) : (['survival', -1] as const);
        const h = x * 1e-5;
        const slope = (sign * (at(tail, x + h) - at(tail, x - h))) / (2 * h);
        expect(slope / at('density')).toBeCloseTo(1, 5);
      }
    }
  });

  it('has derivatives by its parameters that finite differences give, far out in the tails too', () => {
    const h = 1e-5;
    for (const shape of shapes) {
      for (const x of [3, 40, 100, 130, 900]) {
        for (const which of ['density', 'cdf', 'survival'] as const) {
          const [, exact0, exact1] = termsAt(x, location, shape, which);
          const at = (a: number, b: number) => termsAt(x, a, b, which)[0];
          const by0 = (at(location + h, shape) - at(location - h, shape)) / (2 * h);
          const by1 = (at(location, shape + h) - at(location, shape - h)) / (2 * h);
          expect(Math.abs(exact0 - by0) / (1 + Math.abs(by0))).toBeLessThan(1e-6);
          expect(Math.abs(exact1 - by1) / (1 + Math.abs(by1))).toBeLessThan(1e-6);
        }
      }
    }
  });

  it('has its mode where the density is highest', () => {
    const shape = law === gammaLandscape ? 1.2 : -1;
    const mode = law.mode(location, shape);
    const density = (x: number) => termsAt(x, location, shape, 'density')[0];
    expect(density(mode)).toBeGreaterThan(density(mode * 1.01));
    expect(density(mode)).toBeGreaterThan(density(mode * 0.99));
  });

  it('has a likelihood whose gradient finite differences give, with exact, left-, right- and interval-censored needs', () => {
    const observations = observed([90, true, 60], [150, true, NEVER], [80, false, NEVER], [1, false, 130]);
    addInterval(observations, 40, 120, 2.5);
    addInterval(observations, 150, 151, 0.5);
    const gradient = new Float64Array(2);
    const scratch = new Float64Array(2);
    const h = 1e-5;
    for (const [a, b] of [
      [4.2, -0.7],
      [4.9, 0.4],
    ] as const) {
      logLikelihood(law, observations, a, b, gradient);
      const at = (x: number, y: number) => logLikelihood(law, observations, x, y, scratch);
      expect(gradient[0]).toBeCloseTo((at(a + h, b) - at(a - h, b)) / (2 * h), 5);
      expect(gradient[1]).toBeCloseTo((at(a, b + h) - at(a, b - h)) / (2 * h), 5);
    }
  });

  it('finds its parameters again within three and a half standard errors in every mode', () => {
    const shape = law === gammaLandscape ? 1.1 : -0.9;
    const rng = new Rng(`recovery/${law.title}`);
    const quantile = (u: number) => {
      let low = 1e-3;
      let high = 1e5;
      for (let k = 0; k < 60; k++) {
        const middle = Math.sqrt(low * high);
        if (Math.exp(termsAt(middle, location, shape)[0]) < u) low = middle;
        else high = middle;
      }
      return low;
    };
    const needs = Array.from({ length: 1200 }, () => quantile(rng.double()));
    const bids = needs.map(() => rng.uniform(20, 250));
    for (const told of [() => true, (won: boolean) => won, () => false]) {
      const seen = emptyObservations();
      for (const [i, need] of needs.entries()) {
        const won = need <= bids[i]!;
        addOutcome(seen, bids[i]!, won, told(won) ? need : NEVER);
      }
      const fit = fitLandscape(law, seen);
      expect(Math.abs(fit.parameters[0] - location) / fit.standardErrors[0]).toBeLessThan(3.5);
      expect(Math.abs(fit.parameters[1] - shape) / fit.standardErrors[1]).toBeLessThan(3.5);
      expect(fit.standardErrors[0]).toBeLessThan(0.06);
    }
  });

  it('says so where the likelihood has no maximum, unless a prior helps', () => {
    const onlyLost = observed([10, false, NEVER], [20, false, NEVER]);
    const parted = observed([10, false, NEVER], [20, true, NEVER]);
    const one = observed([1, true, 10], [1, true, 10]);
    for (const hopeless of [emptyObservations(), onlyLost, parted, one]) {
      expect(() => fitLandscape(law, hopeless)).toThrow('has no maximum');
      const prior = { mean: [3, -0.5], sd: [1, 0.5] } as const;
      const fit = fitLandscape(law, hopeless, { prior });
      expect(fit.cdf(1e9)).toBeCloseTo(1, 2);
      expect(fit.standardErrors[0]).toBeLessThanOrEqual(1 + 1e-6);
    }
    expect(() => fitLandscape(law, observed([1, true, 0], [1, true, 5]))).toThrow('above 0 micros');
  });
});

describe('closed forms', () => {
  it('a log-normal fit to exact needs is the mean and standard deviation of their logarithms', () => {
    const fit = fitLandscape(
      logNormalLandscape,
      observed([1, true, Math.E], [1, true, Math.E ** 2], [1, true, Math.E ** 6]),
    );
    expect(fit.parameters[0]).toBeCloseTo(3, 8);
    // Variance (4 + 1 + 9) / 3; standard errors σ/√n and 1/√(2n).
    expect(Math.exp(2 * fit.parameters[1])).toBeCloseTo(14 / 3, 7);
    expect(fit.standardErrors[0]).toBeCloseTo(Math.sqrt(14 / 9), 6);
    expect(fit.standardErrors[1]).toBeCloseTo(Math.sqrt(1 / 6), 6);
  });

  it('a log-logistic fit to wins and losses at two bids goes through both shares', () => {
    // ¼ of 8 won at 10, ¾ of 8 at 40: median 20, slope of the log odds 2 ln 3 / ln 4.
    const seen = emptyObservations();
    for (const [bid, wins] of [
      [10, 2],
      [40, 6],
    ] as const) {
      for (let i = 0; i < 8; i++) addOutcome(seen, bid, i < wins, NEVER);
    }
    const fit = fitLandscape(logLogisticLandscape, seen);
    expect(fit.cdf(10)).toBeCloseTo(0.25, 9);
    expect(fit.cdf(40)).toBeCloseTo(0.75, 9);
    expect(Math.exp(fit.parameters[0])).toBeCloseTo(20, 7);
    expect(Math.exp(-fit.parameters[1])).toBeCloseTo((2 * Math.log(3)) / Math.log(4), 7);
  });

  it('laws agree with the distribution functions of src/core', () => {
    const out = new Float64Array(3);
    for (const x of [10, 60, 200]) {
      logNormalLandscape.term('cdf', x, 4, -0.5, out);
      expect(Math.exp(out[0]!)).toBeCloseTo(logNormalCdf(x, 4, Math.exp(-0.5)), 13);
      gammaLandscape.term('cdf', x, 4, 0.9, out);
      const shape = Math.exp(0.9);
      expect(Math.exp(out[0]!)).toBeCloseTo(gammaCdf(x, shape, Math.exp(4) / shape), 13);
    }
  });

  it('binning moves a fit by far less than its standard error', () => {
    const seen = simulated('winner-only', 3000, 'bins');
    const laws: readonly LandscapeLaw[] = [logNormalLandscape, gammaLandscape];
    for (const law of laws) {
      const whole = fitLandscape(law, seen);
      const binned = fitLandscape(law, binnedObservations(seen, 25));
      for (const p of [0, 1] as const) {
        expect(Math.abs(whole.parameters[p] - binned.parameters[p])).toBeLessThan(0.2 * whole.standardErrors[p]);
      }
    }
  });
});

describe('support', () => {
  it('warns of bids above all that the data tell about', () => {
    const fit = fitLandscape(logNormalLandscape, simulated('censored', 300, 'support'));
    expect(fit.supportMicros).toBeGreaterThan(290);
    expect(supportWarning(fit, 290)).toBeNull();
    expect(supportWarning(fit, 400)).toContain('a bid of 400 micros is above the largest informative bid (29');
  });
});
