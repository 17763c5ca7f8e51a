import { describe, expect, it } from 'vitest';
import type { BaselineContext } from '../../../agents/baselines/baseline.ts';
import { noticeShading } from '../../../agents/baselines/notice-shading.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { bestShadedBid } from '../../../src/bidding/shading-search.ts';
import type { BidPolicy } from '../../../src/core/policy.ts';
import { Rng } from '../../../src/core/rng.ts';
import { blankOpportunity } from '../../../src/sim/bid-step.ts';
import { blankCounters } from '../../../src/sim/flight-counters.ts';

const STEPS = 40;
const AUCTIONS = 25;
/** Rival prices: log-logistic, median 20,000 micros. */
const MEDIAN = 20_000;
const SHAPE = 2.5;

const context: BaselineContext = {
  train: {
    value: Float64Array.of(1, 1),
    marketPriceMicros: Float64Array.of(1, 2),
    floorMicros: Float64Array.of(0, 0),
    click: Uint8Array.of(0, 0),
  },
  auction: { pricing: 'first-price', ties: 'lose', minBidMicros: 1, bidQuantumMicros: 1, maxBidMicros: null },
  flight: { budgetMicros: 1e12, numSteps: STEPS, expectedAuctions: new Float64Array(STEPS).fill(AUCTIONS) },
  numFlights: 2,
  valueMicros: 1,
  rng: new Rng('notice-shading'),
  score: () => 0,
};

const MODES = ['full', 'winner-only', 'censored'] as const;

/** Plays flight 0 with one mode of feedback; every notice of an even id comes twice, each fifth never. */
function play(policy: BidPolicy, mode: (typeof MODES)[number], budgetMicros = 1e12): { spendMicros: number } {
  const rng = new Rng('market');
  const opportunity = blankOpportunity();
  const counters = { ...blankCounters(), numSteps: STEPS, budgetMicros, remainingMicros: budgetMicros };
  counters.expectedAuctionsTotal = STEPS * AUCTIONS;
  counters.lastExpectedAuctions = AUCTIONS;
  let spendMicros = 0;
  for (let t = 0, id = 0; t < STEPS; t++) {
    counters.stepIndex = t;
    policy.beginStep(0, counters);
    counters.lastSpendMicros = 0;
    for (let k = 0; k < AUCTIONS; k++, id++) {
      const u = rng.double();
      const price = Math.ceil(MEDIAN * (u / (1 - u)) ** (1 / SHAPE));
      opportunity.value = 30_000 * Math.exp(0.8 * rng.normal());
      const bidMicros = Math.floor(policy.bid(0, opportunity));
      const won = bidMicros > price;
      if (won) counters.lastSpendMicros += bidMicros;
      const told = mode === 'full' || (mode === 'winner-only' && won);
      const notice = { id, bidMicros, minToWinMicros: told ? price : Number.NaN };
      if (id % 5 !== 0) policy.observe!(0, won, won ? bidMicros : 0, notice);
      if (id % 2 === 0 && id % 5 !== 0) policy.observe!(0, won, won ? bidMicros : 0, notice);
    }
    spendMicros += counters.lastSpendMicros;
  }
  return { spendMicros };
}

const bidAt = (policy: BidPolicy, value: number, flight = 0) =>
  policy.bid(flight, Object.assign(blankOpportunity(), { value }));

describe.each(MODES)('shading by %s notices', (mode) => {
  it('comes to bid where worth less bid, times the true chance to win, is most', () => {
    const policy = noticeShading.build(context) as BidPolicy;
    play(policy, mode);
    const truth = { cdf: (b: number) => 1 / (1 + (b / MEDIAN) ** -SHAPE), supportMicros: 1e6 };
    for (const worth of [15_000, 40_000, 100_000]) {
      const best = bestShadedBid(worth, { ...truth, title: logLogisticLandscape.title } as never);
      expect(bidAt(policy, worth) / best).toBeGreaterThan(0.85);
      expect(bidAt(policy, worth) / best).toBeLessThan(1.15);
    }
  });
});

describe('notice shading', () => {
  it('bids a share of worth until it has been told enough, and forgets with its flight', () => {
    const policy = noticeShading.build(context, { initialShade: 0.6 }) as BidPolicy;
    expect(bidAt(policy, 50_000)).toBeCloseTo(30_000, 6);
    play(policy, 'full');
    expect(Math.abs(bidAt(policy, 50_000) / 30_000 - 1)).toBeGreaterThan(0.02);
    // The other flight was told nothing.
    expect(bidAt(policy, 50_000, 1)).toBeCloseTo(30_000, 6);
    policy.reset(Uint8Array.of(1, 0));
    expect(bidAt(policy, 50_000)).toBeCloseTo(30_000, 6);
  });

  it('counts a notice once, however often it comes', () => {
    const [once, twice] = [0, 1].map(() => noticeShading.build(context) as BidPolicy);
    const counters = blankCounters();
    for (let id = 0; id < 60; id++) {
      const notice = { id, bidMicros: 1000 + 37 * id, minToWinMicros: 900 + 53 * (id % 17) };
      const won = notice.bidMicros > notice.minToWinMicros;
      once!.observe!(0, won, 0, notice);
      for (let i = 0; i < 1 + (id % 3); i++) twice!.observe!(0, won, 0, notice);
    }
    for (const policy of [once!, twice!]) policy.beginStep(0, counters);
    expect(bidAt(once!, 3000)).toBe(bidAt(twice!, 3000));
    expect(bidAt(once!, 3000)).not.toBeCloseTo(2100, 3);
  });

  it('spends less of a short budget by the shadow price of money', () => {
    const policy = noticeShading.build(context) as BidPolicy;
    const rich = play(policy, 'full').spendMicros;
    policy.reset();
    const budget = rich / 5;
    const { spendMicros } = play(policy, 'full', budget);
    expect(spendMicros).toBeLessThan(1.3 * budget);
    expect(spendMicros).toBeGreaterThan(0.6 * budget);
  });
});
