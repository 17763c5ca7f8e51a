import { describe, expect, it } from 'vitest';
import {
  bestConstantResponse,
  expectedRound,
  type ShadingMarket,
  surplusByGamma,
  symmetricShadingEquilibrium,
  uniformShadingEquilibrium,
} from '../../../src/bidding/shading-equilibrium.ts';
import { Rng } from '../../../src/core/rng.ts';

function uniformMarket(numParticipants: number, numRounds: number): ShadingMarket {
  const rng = new Rng(`uniform/${numParticipants}`);
  const seats = numRounds * numParticipants;
  return {
    numAgents: numParticipants,
    numParticipants,
    numRounds,
    agents: Int32Array.from({ length: seats }, (_, i) => i % numParticipants),
    values: Float64Array.from({ length: seats }, () => rng.next()),
  };
}

/** Two rounds of two agents with values (1, 0.5) and (0.2, 0.8). */
const tiny: ShadingMarket = {
  numAgents: 2,
  numParticipants: 2,
  numRounds: 2,
  agents: Int32Array.of(0, 1, 0, 1),
  values: Float64Array.of(1, 0.5, 0.2, 0.8),
};

describe('uniformShadingEquilibrium', () => {
  it('is (n − 1) / n', () => {
    expect(uniformShadingEquilibrium(2)).toBe(0.5);
    expect(uniformShadingEquilibrium(5)).toBe(0.8);
  });

  it('refuses a market without bidders', () => {
    expect(() => uniformShadingEquilibrium(0)).toThrow('expected n >= 1 bidders, received 0');
  });
});

describe('symmetricShadingEquilibrium', () => {
  it.each([2, 3, 5])('finds (n − 1) / n for %i bidders with uniform values', (n) => {
    const { gamma, regret, surplus } = symmetricShadingEquilibrium(uniformMarket(n, 60_000), 'first-price');
    expect(Math.abs(gamma - uniformShadingEquilibrium(n))).toBeLessThan(0.02);
    expect(regret).toBeLessThan(0.002);
    // A seat wins with the highest of n values, n/(n + 1) on average, once in n rounds, and keeps 1/n of it.
    expect(surplus).toBeCloseTo(1 / (n * (n + 1)), 2);
  });

  it('comes to the same from below as from above', () => {
    const market = uniformMarket(2, 30_000);
    const above = symmetricShadingEquilibrium(market, 'first-price', 1).gamma;
    const below = symmetricShadingEquilibrium(market, 'first-price', 0.2).gamma;
    expect(Math.abs(above - below)).toBeLessThan(0.005);
  });

  it('is truthful in second price', () => {
    expect(symmetricShadingEquilibrium(uniformMarket(3, 20_000), 'second-price').gamma).toBeGreaterThan(0.99);
  });
});

describe('bestConstantResponse', () => {
  it('halves the value against one truthful rival with uniform values', () => {
    // (1 − γ) E[v · P(rival < γ v)] = (1 − γ) γ / 3.
    const { gamma, surplus } = bestConstantResponse(uniformMarket(2, 60_000), 'first-price', 1);
    expect(Math.abs(gamma - 0.5)).toBeLessThan(0.015);
    expect(surplus).toBeCloseTo(1 / 12, 2);
  });
});

describe('surplusByGamma', () => {
  it('adds up single auctions', () => {
    // Truthful rivals: agent 0 wins its first round from γ = 0.5 on and agent 1 its second from γ = 0.25 on.
    const curve = surplusByGamma(tiny, 'first-price', 1);
    expect(curve[200]).toBe(0);
    expect(curve[400]).toBeCloseTo((0.6 * 0.8) / 4, 12);
    expect(curve[600]).toBeCloseTo((0.4 * 1.8) / 4, 12);
    const second = surplusByGamma(tiny, 'second-price', 1);
    expect(second[1000]).toBeCloseTo((1 - 0.5 + (0.8 - 0.2)) / 4, 12);
  });

  it('takes the seats of one agent only', () => {
    const curve = surplusByGamma(tiny, 'first-price', 1, 1);
    expect(curve[600]).toBeCloseTo((0.4 * 0.8) / 2, 12);
  });

  it('lets each rival shade by its own share', () => {
    // Agent 1 bids a tenth: agent 0 wins from γ = 0.05 / 1 and 0.08 / 0.2 = 0.4 on.
    const curve = surplusByGamma(tiny, 'first-price', [1, 0.1], 0);
    expect(curve[300]).toBeCloseTo((0.7 * 1) / 2, 12);
    expect(curve[500]).toBeCloseTo((0.5 * 1.2) / 2, 12);
  });

  it('refuses a market without seats for an agent, without rounds, and negative shares', () => {
    expect(() => surplusByGamma(tiny, 'first-price', 1, 7)).toThrow('expected rounds with agent 7, received none');
    expect(() => surplusByGamma({ ...tiny, numRounds: 0 }, 'first-price', 1)).toThrow('received 0 × 2');
    expect(() => surplusByGamma(tiny, 'first-price', [1, -1])).toThrow('received -1 for agent 1');
    expect(() => surplusByGamma(tiny, 'first-price', [1])).toThrow('received undefined for agent 1');
  });
});

describe('expectedRound', () => {
  it('is the arithmetic of two rounds', () => {
    const second = expectedRound(tiny, 'second-price', 1);
    expect(second.revenue).toBeCloseTo((0.5 + 0.2) / 2, 12);
    expect(second.welfare).toBeCloseTo((1 + 0.8) / 2, 12);
    expect(second.surplus).toBeCloseTo((0.5 + 0.6) / 2, 12);
    const first = expectedRound(tiny, 'first-price', 0.4);
    expect(first.revenue).toBeCloseTo(0.4 * 0.9, 12);
    expect(first.surplus).toBeCloseTo(0.6 * 0.9, 12);
    // Squares 0.25 and 0.04 around 0.35: deviation 0.15 over √2.
    expect(second.standardErrors.revenue).toBeCloseTo(0.15 / Math.SQRT2, 12);
  });
});
