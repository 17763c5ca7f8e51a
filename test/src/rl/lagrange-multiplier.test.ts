import { describe, expect, it } from 'vitest';
import { LagrangeMultiplier } from '../../../src/rl/lagrange-multiplier.ts';

const step = (multiplier: LagrangeMultiplier, costs: number[], ended: number[]) =>
  multiplier.record(Float64Array.from(costs), Uint8Array.from(ended), new Uint8Array(costs.length));

describe('LagrangeMultiplier', () => {
  it('rises by η times what whole episodes cost above the limit, and waits for one to end', () => {
    const multiplier = new LagrangeMultiplier(2, { initialMultiplier: 1, multiplierLearningRate: 0.5 });
    step(multiplier, [1, 10], [0, 0]);
    expect(multiplier.ascend(3)).toBeNull();
    expect(multiplier.value).toBe(1);
    step(multiplier, [4, 10], [1, 0]);
    // Copy 0 cost 5; copy 1 is still under way.
    expect(multiplier.ascend(3)).toBe(5);
    expect(multiplier.value).toBe(2);
    step(multiplier, [0, 1], [0, 1]);
    expect(multiplier.ascend(21)).toBe(21);
    expect(multiplier.value).toBe(2);
  });

  it('never falls below 0', () => {
    const multiplier = new LagrangeMultiplier(1, { initialMultiplier: 0.1, multiplierLearningRate: 1 });
    step(multiplier, [0], [1]);
    multiplier.ascend(5);
    expect(multiplier.value).toBe(0);
  });

  it('continues exactly after saving and loading in the middle of an episode', () => {
    const options = { initialMultiplier: 0, multiplierLearningRate: 0.25 };
    const first = new LagrangeMultiplier(1, options);
    step(first, [2], [1]);
    step(first, [3], [0]);
    const second = new LagrangeMultiplier(1, options);
    second.setArrays(first.getArrays());
    for (const multiplier of [first, second]) step(multiplier, [4], [1]);
    expect(second.ascend(0)).toBe(first.ascend(0));
    expect(second.value).toBe((0.25 * (2 + 7)) / 2);
    expect(() => new LagrangeMultiplier(2, options).setArrays(first.getArrays())).toThrow(/SHAPE_MISMATCH/);
  });
});
