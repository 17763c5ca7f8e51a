import { describe, expect, it } from 'vitest';
import { argmaxRow, qTargets } from '../../../src/rl/q-targets.ts';

describe('qTargets', () => {
  const rewards = Float32Array.of(1, 1);
  const discounts = Float32Array.of(0.5, 0);
  const target = Float32Array.of(4, 8, 4, 8);
  const online = Float32Array.of(2, 1, 2, 1);

  it('adds the discounted best value of the target network, and nothing after a termination', () => {
    const targets = new Float32Array(2);
    qTargets(rewards, discounts, target, target, 2, targets);
    expect([...targets]).toEqual([1 + 0.5 * 8, 1]);
  });

  it('values the action that the online network prefers by the target network (double Q-learning)', () => {
    const targets = new Float32Array(2);
    qTargets(rewards, discounts, online, target, 2, targets);
    expect([...targets]).toEqual([1 + 0.5 * 4, 1]);
  });

  it('refuses values of another shape', () => {
    expect(() => qTargets(rewards, discounts, online, target, 3, new Float32Array(2))).toThrow(
      /SHAPE_MISMATCH: choice/,
    );
  });
});

describe('argmaxRow', () => {
  it('takes the first of equal values', () => {
    expect(argmaxRow(Float32Array.of(9, 1, 5, 5), 1, 3)).toBe(1);
  });
});
