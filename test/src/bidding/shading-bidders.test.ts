import { describe, expect, it } from 'vitest';
import { empiricalShading } from '../../../src/bidding/empirical-shading.ts';
import { gaussianLogDensity } from '../../../src/bidding/gamma-policy.ts';
import { logGradient, type PolicyBatch, policyLearning } from '../../../src/bidding/policy-learning.ts';
import { constantShading, type ShadingBidder, type ShadingLog } from '../../../src/bidding/shading-bidder.ts';
import { valueLearning } from '../../../src/bidding/value-learning.ts';
import { type ExpectedShare, expectedShare, WinModel } from '../../../src/bidding/win-model.ts';
import { FastNormal } from '../../../src/core/fast-normal.ts';
import { Rng } from '../../../src/core/rng.ts';

const N = 2000;

function emptyLog(): ShadingLog {
  return {
    numRows: N,
    ctr: new Float64Array(N),
    value: new Float64Array(N),
    action: new Float64Array(N),
    gamma: new Float64Array(N),
    logPropensity: new Float64Array(N),
    won: new Uint8Array(N),
    utility: new Float64Array(N),
  };
}

/**
 * Mean γ in the last of some rounds against one rival whose bid is uniform on [0, ctr · value]: a bid of γ wins with probability γ,
 * so that (1 − γ) γ is best at ½ in first price, and 1 in second price.
 */
function trained(bidder: ShadingBidder, pricing: 'first-price' | 'second-price', updates: number): number {
  const random = new FastNormal(new Rng('rival'));
  const log = emptyLog();
  for (let update = 0; update < updates; update++) {
    for (let n = 0; n < N; n++) {
      log.ctr[n] = 0.1 + 0.8 * random.next();
      log.value[n] = 0.5 + random.next();
    }
    bidder.shade(log, random);
    for (let n = 0; n < N; n++) {
      const worth = log.ctr[n]! * log.value[n]!;
      const rival = random.next();
      log.won[n] = log.gamma[n]! > rival ? 1 : 0;
      log.utility[n] = log.won[n] === 1 ? worth * (1 - (pricing === 'first-price' ? log.gamma[n]! : rival)) : 0;
    }
    bidder.learn(log);
  }
  bidder.shade(log, random);
  return log.gamma.reduce((sum, gamma) => sum + gamma, 0) / N;
}

describe('shading bidders against a rival that a bid of γ beats with probability γ', () => {
  it('a constant stays what it is', () => {
    expect(trained(constantShading(0.7), 'first-price', 1)).toBeCloseTo(0.7, 12);
  });

  it('empirical shading comes near one half', () => {
    const gamma = trained(empiricalShading({ initialGamma: 0.8, sigma: 0.1 }), 'first-price', 20);
    expect(Math.abs(gamma - 0.5)).toBeLessThan(0.15);
  });

  it('value learning comes near one half in first price and near 1 in second price', () => {
    const bidder = (pricing: 'first-price' | 'second-price') =>
      valueLearning({ pricing, initialGamma: 0.9, sigma: 0.1 });
    expect(Math.abs(trained(bidder('first-price'), 'first-price', 5) - 0.5)).toBeLessThan(0.06);
    expect(trained(bidder('second-price'), 'second-price', 5)).toBeGreaterThan(0.9);
  });

  it.each(['ppo', 'reinforce', 'doubly-robust'] as const)('policy learning by %s comes near one half', (loss) => {
    const bidder = policyLearning({
      loss,
      pricing: 'first-price',
      initialGamma: 0.9,
      sigma: 0.15,
      steps: 20,
      learningRate: 0.01,
      clipRange: 1,
    });
    expect(Math.abs(trained(bidder, 'first-price', 12) - 0.5)).toBeLessThan(0.1);
  });
});

describe('WinModel', () => {
  it('finds a log-logistic win rate', () => {
    // P(win) = 1 / (1 + (γ ctr value / 0.3)⁻²)
    const random = new FastNormal(new Rng('win-model'));
    const log = emptyLog();
    for (let n = 0; n < N; n++) {
      log.ctr[n] = 0.1 + 0.8 * random.next();
      log.value[n] = 0.5 + random.next();
      log.gamma[n] = 0.2 + 0.8 * random.next();
      const bid = log.gamma[n]! * log.ctr[n]! * log.value[n]!;
      log.won[n] = random.next() < 1 / (1 + (bid / 0.3) ** -2) ? 1 : 0;
    }
    const model = new WinModel();
    model.fit(log);
    expect(Math.abs(model.slope - 2)).toBeLessThan(0.35);
    expect(1 / (1 + model.oddsAgainst(0.5, 1))).toBeCloseTo(1 / (1 + (0.5 / 0.3) ** -2), 1);
  });
});

describe('expectedShare', () => {
  const at = (pricing: 'first-price' | 'second-price', gamma: number): ExpectedShare => {
    const out = { share: 0, slope: 0 };
    expectedShare(pricing, 0.8, 2, gamma, out);
    return out;
  };

  it('is (1 − γ) W in first price', () => {
    // W(½) = 1 / (1 + 0.8 · 4)
    expect(at('first-price', 0.5).share).toBeCloseTo(0.5 / 4.2, 12);
  });

  it('is the value won less the rivals’ mean bid in second price', () => {
    // γ W(γ) − ∫ W is paid; with W(g) = g² / (g² + 0.8), ∫₀¹ W = 1 − √0.8 · atan(1 / √0.8).
    const integral = 1 - Math.sqrt(0.8) * Math.atan(1 / Math.sqrt(0.8));
    expect(at('second-price', 1).share).toBeCloseTo(integral, 3);
  });

  it.each(['first-price', 'second-price'] as const)('has the slope of its finite differences in %s', (pricing) => {
    for (const gamma of [0.2, 0.5, 0.9]) {
      const difference = (at(pricing, gamma + 1e-4).share - at(pricing, gamma - 1e-4).share) / 2e-4;
      expect(at(pricing, gamma).slope).toBeCloseTo(difference, pricing === 'first-price' ? 6 : 2);
    }
  });
});

describe('logGradient', () => {
  const policy = (parameters: readonly number[]) => ({
    sigma: Math.exp(parameters[3]!),
    mean: (logCtr: number, logValue: number) => parameters[0]! + parameters[1]! * logCtr + parameters[2]! * logValue,
  });
  const batch: PolicyBatch = {
    numRows: 3,
    logCtr: Float64Array.of(-1, -0.5, -2),
    logValue: Float64Array.of(0.1, 0.3, -0.2),
    action: Float64Array.of(0.6, 0.8, 0.7),
    logPropensity: Float64Array.of(1, 1.2, 0.8),
    advantage: Float64Array.of(1, -0.5, 0.3),
  };
  const START = [0.8, 0.05, -0.1, Math.log(0.2)];

  function surrogate(parameters: readonly number[], loss: 'ppo' | 'reinforce', clipRange: number): number {
    const { mean, sigma } = policy(parameters);
    let sum = 0;
    for (let n = 0; n < 3; n++) {
      const log = gaussianLogDensity(batch.action[n]!, mean(batch.logCtr[n]!, batch.logValue[n]!), Math.log(sigma));
      const ratio = Math.exp(log - batch.logPropensity[n]!);
      const clipped = Math.min(1 + clipRange, Math.max(1 - clipRange, ratio));
      const a = batch.advantage[n]!;
      sum -= loss === 'reinforce' ? a * log : Math.min(ratio * a, clipped * a);
    }
    return sum / 3;
  }

  it.each([
    ['reinforce', 1],
    ['ppo', 10],
    ['ppo', 0.1],
  ] as const)('equals the finite differences of %s with clip range %d', (loss, clipRange) => {
    const gradient = new Float64Array(4);
    logGradient(policy(START), batch, { loss, clipRange }, gradient);
    for (let i = 0; i < 4; i++) {
      const moved = (by: number) => START.map((x, j) => (j === i ? x + by : x));
      const difference = (surrogate(moved(1e-6), loss, clipRange) - surrogate(moved(-1e-6), loss, clipRange)) / 2e-6;
      expect(gradient[i]).toBeCloseTo(difference, 6);
    }
  });
});
