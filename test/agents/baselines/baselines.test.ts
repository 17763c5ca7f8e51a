import { describe, expect, it } from 'vitest';
import { baselines } from '../../../agents/baselines/registry.ts';
import { bestOf, searchLog } from '../../../agents/baselines/tune.ts';
import { fractionalKnapsack } from '../../../src/bidding/knapsack.ts';
import type { Game } from './flight-game.ts';
import { play, syntheticGame } from './flight-game.ts';

const { game, context } = syntheticGame('baselines');

function ceiling(g: Game): number {
  const perFlight = g.numSteps * g.auctionsPerStep;
  let sum = 0;
  for (let n = 0; n < g.numFlights; n++) {
    const [start, end] = [n * perFlight, (n + 1) * perFlight];
    sum += fractionalKnapsack(g.market.value, g.market.marketPriceMicros, g.budgetMicros, start, end);
  }
  return sum;
}

const best = ceiling(game);

/** Share of the hindsight ceiling on the test flights. */
function ratio(id: string, options: Record<string, unknown> = {}): number {
  const policy = baselines.get(id).build(context, options);
  return play(game, policy).reduce((sum, outcome) => sum + outcome.value, 0) / best;
}

describe('the baselines on a stationary market at an eighth of its cost', () => {
  const ratios = Object.fromEntries(
    ['random', 'constant-bid', 'linear', 'ortb1', 'ortb2', 'threshold', 'pid-pacing', 'dual-pacing'].map((id) => [
      id,
      ratio(id),
    ]),
  );

  it('never beat the hindsight ceiling', () => {
    for (const id of baselines.ids) expect(ratio(id), id).toBeLessThanOrEqual(1);
  });

  it('beat bidding at random wherever they look at the value', () => {
    for (const id of ['linear', 'ortb1', 'ortb2', 'threshold', 'pid-pacing', 'dual-pacing']) {
      expect(ratios[id], id).toBeGreaterThan(ratios['random']! + 0.1);
    }
  });

  it('rank as theory says: random, constant, threshold, linear', () => {
    expect(ratios['constant-bid']).toBeGreaterThan(ratios['random']!);
    expect(ratios['threshold']).toBeGreaterThan(ratios['constant-bid']!);
    expect(ratios['linear']).toBeGreaterThan(ratios['threshold']!);
  });

  it('come near the ceiling with planning that knows the values', () => {
    const aware = ratio('value-aware-dp');
    expect(aware).toBeGreaterThan(0.97);
    expect(aware).toBeGreaterThan(ratio('ss-mdp'));
  });
});

describe('a wrong starting multiplier', () => {
  const right = ratio('linear');

  for (const id of ['pid-pacing', 'dual-pacing', 'multiplicative-pacing']) {
    it(`is mended by ${id}`, () => {
      const start = { startMultiplier: 3 * startMultiplierOf() };
      const stuck = ratio('linear', { multiplier: start.startMultiplier });
      expect(ratio(id, start)).toBeGreaterThan(stuck + 0.05);
      expect(stuck).toBeLessThan(right);
    });
  }
});

/** The tuned linear multiplier, read off the policy. */
function startMultiplierOf(): number {
  const policy = baselines.get('linear').build(context);
  const out = new Float64Array(1);
  if (policy.kind === 'multiplier') policy.decide([], Uint8Array.of(1), out);
  return out[0]!;
}

describe('options', () => {
  it('override what would be tuned', () => {
    const opportunity = { value: 2, floorMicros: 0, remainingMicros: 1e9, auctionsLeft: 5, loggedBidMicros: 77 };
    const bidOf = (id: string, options: Record<string, unknown>) => {
      const policy = baselines.get(id).build(context, options);
      return policy.kind === 'bid' ? policy.bid(0, opportunity) : Number.NaN;
    };
    expect(bidOf('constant-bid', { bidMicros: 123 })).toBe(123);
    expect(bidOf('status-quo', {})).toBe(77);
    expect(bidOf('threshold', { bidMicros: 50, threshold: 2 })).toBe(50);
    expect(bidOf('threshold', { bidMicros: 50, threshold: 2.1 })).toBe(0);
    expect(bidOf('throttling', { multiplier: 10 })).toBe(20);
  });

  it('are refused outside their bounds, with the place named', () => {
    expect(() => baselines.get('pid-pacing').build(context, { proportional: -1 })).toThrow(/proportional/);
    expect(() => baselines.get('value-aware-dp').build(context, { valueLevels: 10 })).toThrow(/valueLevels/);
  });
});

describe('searchLog', () => {
  it('finds the top of a hill within a few percent in 13 scores', () => {
    let calls = 0;
    const top = searchLog(1, 4, (x) => {
      calls += 1;
      return -((Math.log(x) - Math.log(2.3)) ** 2);
    });
    expect(calls).toBe(13);
    expect(Math.abs(top / 2.3 - 1)).toBeLessThan(0.1);
  });

  it('stays at the start where nothing is gained', () => {
    expect(searchLog(7, 4, () => 1)).toBe(7);
  });
});

describe('bestOf', () => {
  it('takes the first of equals', () => {
    expect(bestOf([3, 1, 2], (x) => -Math.abs(x - 2.5))).toBe(3);
  });
});
