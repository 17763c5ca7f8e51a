import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BidPerImpressionOptions, createBidPerImpression } from '../../envs/bid-per-impression.ts';
import { tableBid } from '../../src/bidding/bid-table.ts';
import { solveRlb } from '../../src/bidding/rlb-dp.ts';
import { checkEnv } from '../../src/core/check-env.ts';
import { checkVectorEnv } from '../../src/core/check-vector-env.ts';
import { Rng } from '../../src/core/rng.ts';
import { singleEnv } from '../../src/core/single-env.ts';

const market: BidPerImpressionOptions = {
  source: {
    kind: 'market',
    priceProbabilities: Float64Array.of(0.05, 0.15, 0.3, 0.3, 0.2),
    values: Float64Array.of(1, 2, 3, 10),
  },
  horizon: 30,
  budgets: [5, 20, 60],
  maxBid: 4,
  rewardUnit: 1,
  numEnvs: 1,
};
const log: BidPerImpressionOptions = {
  ...market,
  source: {
    kind: 'log',
    prices: Float64Array.from({ length: 95 }, (_, i) => (7 * i) % 5),
    values: Float64Array.from({ length: 95 }, (_, i) => 1 + ((3 * i) % 11)),
  },
};

describe.each([
  ['a market', market],
  ['a log', log],
])('bid-per-impression-v1 on %s', (_name, options) => {
  it('breaks no rule as a vector of copies, and N copies are N single ones', () => {
    expect(checkVectorEnv((numEnvs) => createBidPerImpression({ ...options, numEnvs }))).toEqual([]);
  });

  it('breaks no rule one step at a time', () => {
    expect(checkEnv(() => singleEnv(createBidPerImpression(options)))).toEqual([]);
  });

  it('never spends more than the budget, whatever is bid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 90 }),
        (seed, bids) => {
          const env = createBidPerImpression(options);
          env.reset(seed);
          const actions = new Int32Array(1);
          let before = env.observations[1]!;
          for (const bid of bids) {
            actions[0] = bid;
            env.step(actions);
            const after = env.terminated[0] === 1 ? env.finalObservations[1]! : env.observations[1]!;
            expect(after).toBeGreaterThanOrEqual(0);
            expect(after).toBeLessThanOrEqual(before);
            before = env.observations[1]!;
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('bid-per-impression-v1', () => {
  const fixed: BidPerImpressionOptions = {
    source: { kind: 'log', prices: Float64Array.of(2, 5, 0, 3), values: Float64Array.of(8, 4, 2, 6) },
    horizon: 4,
    budgets: [6],
    maxBid: 10,
    rewardUnit: 2,
    numEnvs: 1,
  };

  it('pays the market price, wins ties, and cuts bids to the money left', () => {
    const env = createBidPerImpression(fixed);
    env.reset(0);
    const seen = [2, 10, 0, 3].map((bid) => {
      env.step(Int32Array.of(bid));
      return [env.rewards[0], env.terminated[0]];
    });
    // 2 of 6 for the first; 4 left do not buy the second at 5; the third is free; 3 of 4 for the last, and the end.
    expect(seen).toEqual([
      [4, 0],
      [0, 0],
      [1, 0],
      [3, 1],
    ]);
    expect(env.finalObservations[1]).toBeCloseTo(1 / 6, 6);
    expect(env.finalObservations[5]).toBe(0.75);
    expect(env.observations[0]).toBe(1);
  });

  it('ends when the money is gone', () => {
    const env = createBidPerImpression({ ...fixed, budgets: [2] });
    env.reset(0);
    env.step(Int32Array.of(2));
    expect([env.rewards[0], env.terminated[0], env.finalObservations[0]]).toEqual([4, 1, 0.75]);
  });

  it('pays the RLB policy what its value function promises', () => {
    const probabilities = Float64Array.of(0.05, 0.15, 0.3, 0.3, 0.2);
    const meanValue = 4;
    const horizon = 20;
    const budget = 25;
    const table = solveRlb({
      priceProbabilities: probabilities,
      meanValue,
      numAuctions: horizon + 1,
      maxBudget: budget,
    });
    const numEnvs = 4000;
    const env = createBidPerImpression({
      source: { kind: 'market', priceProbabilities: probabilities, values: Float64Array.of(meanValue) },
      horizon,
      budgets: [budget],
      maxBid: 4,
      rewardUnit: 1,
      numEnvs,
    });
    env.reset(7);
    const actions = new Int32Array(numEnvs);
    const running = new Uint8Array(numEnvs).fill(1);
    let total = 0;
    for (let t = horizon; t > 0; t--) {
      for (let n = 0; n < numEnvs; n++) {
        const money = Math.round(env.observations[6 * n + 1]! * budget);
        actions[n] = running[n] === 1 ? tableBid(table, t, money, meanValue) : 0;
      }
      env.step(actions);
      for (let n = 0; n < numEnvs; n++) {
        if (running[n] === 1) total += env.rewards[n]!;
        if (env.terminated[n] === 1) running[n] = 0;
      }
    }
    const promised = table.values[horizon * (budget + 1) + budget]!;
    expect(Math.abs(total / numEnvs / promised - 1)).toBeLessThan(0.01);
  });

  it('draws the same requests whatever was bid before', () => {
    const options = { ...market, budgets: [1000] };
    const play = (bid: number) => {
      const env = createBidPerImpression(options);
      env.reset(3);
      return Array.from({ length: 29 }, () => {
        env.step(Int32Array.of(bid));
        return env.observations[4];
      });
    };
    expect(play(0)).toEqual(play(4));
  });

  it('refuses what it cannot play', () => {
    const bad: readonly [Partial<BidPerImpressionOptions>, RegExp][] = [
      [{ horizon: 0 }, /horizon/],
      [{ budgets: [] }, /budget/],
      [{ budgets: [0] }, /budget/],
      [{ horizon: 5 }, /at least 5 records/],
      [{ rewardUnit: 0 }, /rewardUnit/],
      [
        { source: { kind: 'log', prices: Float64Array.of(0.5), values: Float64Array.of(1) }, horizon: 1 },
        /whole prices/,
      ],
      [
        { source: { kind: 'log', prices: Float64Array.of(1), values: Float64Array.of(-1) }, horizon: 1 },
        /finite values/,
      ],
      [
        { source: { kind: 'market', priceProbabilities: Float64Array.of(0.4), values: Float64Array.of(1) } },
        /sum to 1, received 0.4/,
      ],
    ];
    for (const [change, message] of bad) {
      expect(() => createBidPerImpression({ ...fixed, ...change })).toThrow(message);
    }
  });

  it('keeps its buffers in place', () => {
    const rng = new Rng('bids');
    const env = createBidPerImpression({ ...market, horizon: 100_000, budgets: [1_000_000], numEnvs: 64 });
    env.reset(0);
    const buffers = [env.observations, env.rewards, env.terminated];
    const actions = new Int32Array(64);
    for (let t = 0; t < 200; t++) {
      for (let n = 0; n < 64; n++) actions[n] = rng.int(5);
      env.step(actions);
    }
    expect([env.observations, env.rewards, env.terminated].every((buffer, i) => buffer === buffers[i])).toBe(true);
  });
});
