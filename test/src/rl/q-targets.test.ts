import { describe, expect, it } from 'vitest';
import { argmaxRow, qTargets, quantileTargets } from '../../../src/rl/q-targets.ts';

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

describe('quantileTargets', () => {
  const rewards = Float32Array.of(1, 2);
  const discounts = Float32Array.of(0.5, 0);
  // Two states, two actions, three quantiles.
  const value = Float32Array.of(1, 2, 3, 4, 6, 8, 1, 2, 3, 4, 6, 8);

  it('shift the quantiles of the action that the means prefer, and are the reward alone after a termination', () => {
    const targets = new Float32Array(6);
    quantileTargets(rewards, discounts, Float32Array.of(2, 6, 2, 6), value, 2, targets);
    expect([...targets]).toEqual([1 + 0.5 * 4, 1 + 0.5 * 6, 1 + 0.5 * 8, 2, 2, 2]);
  });

  it('take the action from one network and its quantiles from the other (double Q-learning)', () => {
    const targets = new Float32Array(6);
    quantileTargets(rewards, Float32Array.of(1, 1), Float32Array.of(9, 6, 2, 6), value, 2, targets);
    expect([...targets]).toEqual([2, 3, 4, 6, 8, 10]);
  });

  it('are those of single values where there is one quantile', () => {
    const [one, many] = [new Float32Array(2), new Float32Array(2)];
    const q = Float32Array.of(4, 8, 8, 4);
    qTargets(rewards, discounts, q, q, 2, one);
    quantileTargets(rewards, discounts, q, q, 2, many);
    expect(many).toEqual(one);
  });

  it('refuse values of another shape', () => {
    const means = Float32Array.of(2, 6, 2, 6);
    expect(() => quantileTargets(rewards, discounts, means, value, 2, new Float32Array(4))).toThrow(
      /SHAPE_MISMATCH: value/,
    );
    expect(() => quantileTargets(rewards, discounts, means, value, 3, new Float32Array(4))).toThrow(
      /SHAPE_MISMATCH: choice/,
    );
  });
});

describe('argmaxRow', () => {
  it('takes the first of equal values', () => {
    expect(argmaxRow(Float32Array.of(9, 1, 5, 5), 1, 3)).toBe(1);
  });
});
