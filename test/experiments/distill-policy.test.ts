import { describe, expect, it } from 'vitest';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { decisionScale } from '../../experiments/decision-words.ts';
import { distillPolicy } from '../../experiments/distill-policy.ts';
import type { PlainNetwork } from '../../src/core/agent.ts';

/** Pushes right where the pole's angular velocity is above 0. */
function pushes(bias: number): PlainNetwork {
  const kernel = new Float32Array(8);
  kernel[3 * 2 + 1] = 1;
  const layer = { inputs: 4, outputs: 2, activation: 'linear' as const, kernel, bias: Float32Array.of(0, bias) };
  return { layers: [layer], head: 'argmax' };
}

const distil = (network: PlainNetwork, maxLeaves: number) =>
  distillPolicy({
    ...{ network, kind: 'action-probability', maxLeaves, learningSeed: 1, judgingSeed: 2, returnUnit: 'steps' },
    learning: new CartPole(30),
    judging: new CartPole(20),
    words: (action) => (action === 0 ? 'left' : 'right'),
  });

describe('a distilled tree', () => {
  it('loses no value where the policy is a rule of one threshold', () => {
    const found = distil(pushes(0), 2);
    expect(found.tree).toMatchObject({ kind: 'split', feature: 3 });
    expect(found.decisions).toEqual({ 0: 'left', 1: 'right' });
    expect(found.fidelity.value).toBeGreaterThan(0.99);
    const constant = distil(pushes(1000), 8);
    expect(constant.numLeaves).toBe(1);
    expect(constant.fidelity.value).toBe(1);
    expect(constant.evaluation).toMatchObject({ valueLoss: 0, standardError: 0 });
  });

  it('shows what is lost where it cannot follow', () => {
    const { evaluation, fidelity } = distil(pushes(0), 1);
    expect(fidelity.value).toBeLessThan(0.7);
    expect(evaluation.valueLoss).toBeGreaterThan(4 * evaluation.standardError);
    expect(evaluation.networkReturn - evaluation.treeReturn).toBeCloseTo(evaluation.valueLoss, 9);
  });
});

describe('decisions in words', () => {
  const meta = { currency: 'EUR', valueUnit: 'expected clicks' };
  const bounds = { minMultiplier: 1e5, maxMultiplier: 4e6 };

  it('are multipliers in currency, within their bounds, or changes of one', () => {
    const log = decisionScale({ kind: 'log', baseMultiplier: 1e6, ...bounds }, meta);
    expect(log.words(Math.log(2))).toBe('2 EUR per expected click');
    expect(Math.exp(log.log(9))).toBeCloseTo(4, 12);
    const moves = decisionScale({ kind: 'moves', lambdaMoves: [-0.5, 3], ...bounds }, meta);
    expect([moves.words(0), moves.words(1)]).toEqual(['last multiplier × 2', 'last multiplier × 0.25']);
    const grid = decisionScale({ kind: 'grid', multipliers: [5e5, 2e6], ...bounds }, meta);
    expect(grid.words(1)).toBe('2 EUR per expected click');
  });
});
