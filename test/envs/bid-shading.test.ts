import { describe, expect, it } from 'vitest';
import { type BidShadingOptions, createBidShading } from '../../envs/bid-shading.ts';
import { smallMarket } from '../src/sim/bid-shading/small-market.ts';

const options: BidShadingOptions = {
  market: smallMarket,
  actions: { kind: 'grid', factors: [0, 0.25, 0.5, 0.75, 1] },
  reward: 'realised',
  numEnvs: 3,
};

/** Mean reward a step of always the same action. */
function meanReward(action: number, reward: 'realised' | 'expected', episodes = 40): number {
  const env = createBidShading({ ...options, reward, numEnvs: episodes });
  env.reset(7);
  let sum = 0;
  for (let t = 0; t < smallMarket.numSteps; t++) {
    env.step(new Int32Array(episodes).fill(action));
    for (const x of env.rewards) sum += x / (episodes * smallMarket.numSteps);
  }
  return sum;
}

const feature = (env: ReturnType<typeof createBidShading>, name: string, n = 0) => {
  const { features } = env.observationSpace;
  return env.observations[n * features.length + features.findIndex((entry) => entry.name === name)]!;
};

describe('bid-shading-v1', () => {
  it('rewards nothing for bidding value or not at all, and the share of the best for shading', () => {
    expect(meanReward(0, 'realised')).toBe(0);
    expect(Math.abs(meanReward(4, 'realised'))).toBeLessThan(0.001);
    const half = meanReward(2, 'expected');
    expect(half).toBeGreaterThan(0.7);
    expect(half).toBeLessThan(1.02);
    expect(Math.abs(meanReward(2, 'realised') - half)).toBeLessThan(0.1);
  });

  it('begins with first guesses and learns from notices what bids win', () => {
    const market = { ...smallMarket, segments: [smallMarket.segments[0]!], driftSigma: 0, feedback: 'full' as const };
    const env = createBidShading({ ...options, market, numEnvs: 1 });
    env.reset(1);
    expect(feature(env, 'evidence')).toBe(0);
    expect(feature(env, 'winProbability50')).toBeCloseTo(0.5 / 1.5, 6);
    for (let t = 0; t < market.numSteps - 1; t++) env.step(Int32Array.of(1));
    // F(0.5 · 4000) of a log-normal law with median 1500 and σ ½ is 0.717.
    expect(Math.abs(feature(env, 'winProbability50') - 0.717)).toBeLessThan(0.09);
    expect(feature(env, 'winProbability130')).toBeGreaterThan(0.95);
    expect(feature(env, 'lastFactor')).toBeCloseTo(0.25, 3);
    expect(feature(env, 'noticesMissing')).toBe(0);
    expect(feature(env, 'timeLeft')).toBeCloseTo(1 / 8, 6);
  });

  it('estimates the same from winners’ prices and losses, and from wins and losses alone at the bids tried', () => {
    for (const feedback of ['winner-only', 'censored'] as const) {
      const market = { ...smallMarket, segments: [smallMarket.segments[0]!], driftSigma: 0, feedback, batchSize: 200 };
      const env = createBidShading({ ...options, market, numEnvs: 1 });
      env.reset(1);
      for (let t = 0; t < market.numSteps - 1; t++) env.step(Int32Array.of(t % 2 === 0 ? 2 : 3));
      expect(Math.abs(feature(env, 'winProbability50') - 0.68)).toBeLessThan(0.12);
    }
  });

  it('shows notices that are late or lost as missing', () => {
    const delivery = { delay: { family: 'fixed', steps: 2 }, duplicateProbability: 0, lossProbability: 0 } as const;
    const market = { ...smallMarket, segments: [smallMarket.segments[0]!], delivery };
    const env = createBidShading({ ...options, market, numEnvs: 1 });
    env.reset(1);
    const missing: number[] = [];
    for (let t = 0; t < 4; t++) {
      env.step(Int32Array.of(2));
      missing.push(feature(env, 'noticesMissing'));
    }
    expect(missing).toEqual([1, 1, expect.closeTo(2 / 3, 6), expect.closeTo(0.5, 6)]);
  });

  it('reads continuous actions from the lowest to the highest factor', () => {
    const env = createBidShading({ ...options, actions: { kind: 'linear', low: 0.2, high: 0.8 }, numEnvs: 3 });
    env.reset(3);
    env.step(Float32Array.of(-1, 0, 1));
    for (const [n, factor] of [0.2, 0.5, 0.8].entries()) {
      const { bidMicros, valueMicros } = env.episodes[n]!.last;
      expect(bidMicros / valueMicros).toBeCloseTo(factor, 3);
    }
  });

  it('reads curves: at the least power all values bid alike, at the greatest in proportion, never above value', () => {
    const env = createBidShading({ ...options, actions: { kind: 'curve', low: 0.2, high: 0.8 }, numEnvs: 2 });
    env.reset(3);
    const means = env.episodes.map(({ segment }) => smallMarket.segments[segment]!.meanValueMicros);
    const values = env.episodes.map((episode) => episode.values.slice());
    env.step(Float32Array.of(0, -1, 1, 1));
    const alike = values[0]!.map((value) => Math.floor(Math.min(value, 0.5 * means[0]!)));
    expect(env.episodes[0]!.last.bidMicros).toBe(alike.reduce((sum, bid) => sum + bid, 0));
    const { bidMicros, valueMicros } = env.episodes[1]!.last;
    expect(bidMicros / valueMicros).toBeCloseTo(0.8, 3);
    expect(() => env.step(new Float32Array(2))).toThrow('actions: expected length 4, received 2');
  });

  it('refuses impossible settings and actions', () => {
    const made = (change: Partial<BidShadingOptions>) => () => createBidShading({ ...options, ...change });
    expect(made({ actions: { kind: 'grid', factors: [] } })).toThrow('received none');
    expect(made({ actions: { kind: 'grid', factors: [0.5, 3] } })).toThrow('shares of value in [0, 2], received 3');
    expect(made({ actions: { kind: 'linear', low: 0.5, high: 0.5 } })).toThrow('low < high');
    expect(made({ market: { ...smallMarket, numSteps: 0 } })).toThrow('numSteps');
    const env = createBidShading(options);
    expect(() => env.step(new Int32Array(3))).toThrow('ENV_NOT_RESET');
    env.reset(0);
    expect(() => env.step(new Int32Array(2))).toThrow('actions: expected length 3, received 2');
    expect(() => env.step(Int32Array.of(0, 5, 0))).toThrow(
      'action of copy 1: expected an integer in [0, 4], received 5',
    );
    expect(() => env.reset(-1)).toThrow('non-negative integer seed');
  });
});
