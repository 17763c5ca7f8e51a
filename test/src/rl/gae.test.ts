import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gae, type Rollout } from '../../../src/rl/gae.ts';

interface Parts {
  readonly numEnvs?: number;
  readonly rewards: readonly number[];
  readonly values: readonly number[];
  readonly nextValues: readonly number[];
  readonly terminated?: readonly number[];
  readonly truncated?: readonly number[];
}

function rollout(parts: Parts): Rollout {
  const length = parts.rewards.length;
  const numEnvs = parts.numEnvs ?? 1;
  return {
    numSteps: length / numEnvs,
    numEnvs,
    rewards: Float64Array.from(parts.rewards),
    values: Float64Array.from(parts.values),
    nextValues: Float64Array.from(parts.nextValues),
    terminated: Uint8Array.from(parts.terminated ?? new Array(length).fill(0)),
    truncated: Uint8Array.from(parts.truncated ?? new Array(length).fill(0)),
  };
}

type Estimator = typeof gae;

function advantages(estimate: Estimator, parts: Parts, gamma: number, lambda: number): number[] {
  const out = new Float64Array(parts.rewards.length);
  estimate(rollout(parts), gamma, lambda, out);
  return [...out];
}

// Reward 1 for ever at γ = ½ is worth 2.
const exactCritic = { rewards: [1, 1, 1], values: [2, 2, 2], nextValues: [2, 2, 2] };
const cutAtTheEnd = { ...exactCritic, truncated: [0, 0, 1] };
const overAtTheEnd = { ...exactCritic, terminated: [0, 0, 1] };
/** Two episodes in one rollout: the first is cut at step 1, the second earns a surprise of 10. */
const twoEpisodes = {
  rewards: [1, 1, 11, 1],
  values: [2, 2, 2, 2],
  nextValues: [2, 2, 2, 2],
  truncated: [0, 1, 0, 0],
};

/** Planted fault 1: a truncation is taken for a termination. */
const cutIsTheEnd: Estimator = (r, gamma, lambda, out) =>
  gae({ ...r, terminated: r.terminated.map((t, i) => Math.max(t, r.truncated[i]!)) }, gamma, lambda, out);

/** Planted fault 2: the advantage is carried through a truncation. */
const creditLeaks: Estimator = (r, gamma, lambda, out) =>
  gae({ ...r, truncated: new Uint8Array(r.truncated.length) }, gamma, lambda, out);

describe('gae', () => {
  it('is zero everywhere when the critic is exact, even at a truncation', () => {
    expect(advantages(gae, exactCritic, 0.5, 1)).toEqual([0, 0, 0]);
    expect(advantages(gae, cutAtTheEnd, 0.5, 1)).toEqual([0, 0, 0]);
  });

  it('sees the missing future at a termination', () => {
    expect(advantages(gae, overAtTheEnd, 0.5, 1)).toEqual([-0.25, -0.5, -1]);
  });

  it('does not leak credit across an episode boundary', () => {
    expect(advantages(gae, twoEpisodes, 0.5, 1)).toEqual([0, 0, 10, 0]);
  });

  it('would show both classic faults by these cases', () => {
    expect(advantages(cutIsTheEnd, cutAtTheEnd, 0.5, 1)).not.toEqual([0, 0, 0]);
    expect(advantages(creditLeaks, twoEpisodes, 0.5, 1)).not.toEqual([0, 0, 10, 0]);
  });

  it('is the one-step temporal difference at lambda 0', () => {
    const parts = { rewards: [1, 2], values: [3, 5], nextValues: [5, 7] };
    expect(advantages(gae, parts, 0.5, 0)).toEqual([1 + 2.5 - 3, 2 + 3.5 - 5]);
  });

  it('is Monte Carlo minus the baseline at lambda 1', () => {
    const parts = { rewards: [1, 2, 4], values: [3, 5, 6], nextValues: [5, 6, 8] };
    expect(advantages(gae, parts, 0.5, 1)).toEqual([1 + 1 + 1 + 1 - 3, 2 + 2 + 2 - 5, 4 + 4 - 6]);
  });

  it('treats every copy as if it were alone', () => {
    const step = fc.record({
      reward: fc.integer({ min: -8, max: 8 }),
      value: fc.integer({ min: -8, max: 8 }),
      nextValue: fc.integer({ min: -8, max: 8 }),
      terminated: fc.integer({ min: 0, max: 1 }),
      truncated: fc.integer({ min: 0, max: 1 }),
    });
    const steps = fc.array(fc.tuple(step, step), { minLength: 1, maxLength: 8 });
    const parts = (
      rows: { reward: number; value: number; nextValue: number; terminated: number; truncated: number }[],
    ) => ({
      rewards: rows.map((r) => r.reward),
      values: rows.map((r) => r.value),
      nextValues: rows.map((r) => r.nextValue),
      terminated: rows.map((r) => r.terminated),
      truncated: rows.map((r) => r.truncated),
    });
    fc.assert(
      fc.property(steps, (pairs) => {
        const both = advantages(gae, { numEnvs: 2, ...parts(pairs.flat()) }, 0.5, 0.5);
        for (const n of [0, 1] as const) {
          const alone = advantages(gae, parts(pairs.map((pair) => pair[n])), 0.5, 0.5);
          expect(both.filter((_, i) => i % 2 === n)).toEqual(alone);
        }
      }),
    );
  });

  it('refuses arrays of another length by name', () => {
    const wrong = { ...rollout(exactCritic), nextValues: new Float64Array(2) };
    expect(() => gae(wrong, 0.9, 0.9, new Float64Array(3))).toThrow(
      /SHAPE_MISMATCH: gae nextValues: expected length 3/,
    );
  });
});
