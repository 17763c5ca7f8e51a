import { describe, expect, it } from 'vitest';
import { type ShadingMarket, symmetricShadingEquilibrium } from '../../../src/bidding/shading-equilibrium.ts';
import { valueShadingEquilibrium } from '../../../src/bidding/value-shading-equilibrium.ts';
import { Rng } from '../../../src/core/rng.ts';

const ROUNDS = 30_000;

function market(draw: (rng: Rng) => number): ShadingMarket {
  const rng = new Rng('value-shading');
  return {
    numAgents: 2,
    numParticipants: 2,
    numRounds: ROUNDS,
    agents: Int32Array.from({ length: 2 * ROUNDS }, (_, i) => i % 2),
    values: Float64Array.from({ length: 2 * ROUNDS }, () => draw(rng)),
  };
}

describe('valueShadingEquilibrium', () => {
  it('is one half in every class of two bidders’ uniform values: b(v) = v / 2', () => {
    const { gammas, meanGamma } = valueShadingEquilibrium(
      market((rng) => rng.next()),
      'first-price',
      4,
    );
    expect(Math.abs(meanGamma - 0.5)).toBeLessThan(0.03);
    for (const gamma of gammas) expect(Math.abs(gamma - 0.5)).toBeLessThan(0.06);
  });

  it('shades high exponential values more than low ones: b(v)/v = 1/v − 1/(e^v − 1)', () => {
    const { edges, gammas } = valueShadingEquilibrium(
      market((rng) => -Math.log(1 - rng.next())),
      'first-price',
      6,
    );
    const share = (v: number) => 1 / v - 1 / Math.expm1(v);
    // The middle of the third class.
    expect(Math.abs(gammas[2]! - share((edges[1]! + edges[2]!) / 2))).toBeLessThan(0.08);
    expect(gammas[4]).toBeLessThan(gammas[0]!);
  });

  it('is truthful in second price, and the constant equilibrium with one class', () => {
    const uniform = market((rng) => rng.next());
    expect(valueShadingEquilibrium(uniform, 'second-price', 2).meanGamma).toBeGreaterThan(0.97);
    const constant = symmetricShadingEquilibrium(uniform, 'first-price').gamma;
    expect(Math.abs(valueShadingEquilibrium(uniform, 'first-price', 1).meanGamma - constant)).toBeLessThan(0.01);
  });
});
