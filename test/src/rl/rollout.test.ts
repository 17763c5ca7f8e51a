import { describe, expect, it } from 'vitest';
import { box, discrete } from '../../../src/core/space.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import { RolloutBuffer } from '../../../src/rl/rollout.ts';

/** What an environment of two copies with one-number observations shows after a step. */
function outcome(parts: {
  observations: [number, number];
  finalObservations?: [number, number];
  rewards: [number, number];
  terminated?: [number, number];
  truncated?: [number, number];
}): VectorEnv {
  return {
    id: 'scripted',
    numEnvs: 2,
    observationSpace: box([{ name: 'x', unit: '1', low: -1e9, high: 1e9, description: '' }]),
    actionSpace: discrete(2),
    observations: Float32Array.from(parts.observations),
    finalObservations: Float32Array.from(parts.finalObservations ?? [0, 0]),
    rewards: Float64Array.from(parts.rewards),
    terminated: Uint8Array.from(parts.terminated ?? [0, 0]),
    truncated: Uint8Array.from(parts.truncated ?? [0, 0]),
    reset: () => {},
    step: () => {},
  };
}

/** Two steps: copy 0 is cut at step 0 (final state 90), copy 1 terminates at step 1. V(s) = 100 · s. */
function filled(): RolloutBuffer {
  const rollout = new RolloutBuffer(2, 2, 1, 1);
  rollout.recordAction(Float32Array.of(1, 2), [0, 1], Float32Array.of(-0.5, -0.25), Float32Array.of(100, 200));
  rollout.recordOutcome(
    outcome({ observations: [3, 4], finalObservations: [90, 0], rewards: [5, 6], truncated: [1, 0] }),
    2,
  );
  return rollout;
}

function finish(rollout: RolloutBuffer): RolloutBuffer {
  rollout.recordAction(Float32Array.of(3, 4), [1, 0], Float32Array.of(-1, -2), Float32Array.of(300, 400));
  rollout.recordOutcome(
    outcome({ observations: [5, 6], finalObservations: [0, 80], rewards: [7, 8], terminated: [0, 1] }),
    2,
  );
  rollout.evaluate((observations, values) => {
    for (let i = 0; i < observations.length; i++) values[i] = 100 * observations[i]!;
  });
  return rollout;
}

describe('RolloutBuffer', () => {
  it('is time-major and scales the rewards', () => {
    const rollout = finish(filled());
    expect(rollout.full).toBe(true);
    expect([...rollout.observations]).toEqual([1, 2, 3, 4]);
    expect([...rollout.actions]).toEqual([0, 1, 1, 0]);
    expect([...rollout.logProbs]).toEqual([-0.5, -0.25, -1, -2]);
    expect([...rollout.rewards]).toEqual([10, 12, 14, 16]);
    expect([...rollout.values]).toEqual([100, 200, 300, 400]);
  });

  it('takes the true successor: the final observation at a truncation, the last state at the end', () => {
    const rollout = finish(filled());
    expect([...rollout.nextValues]).toEqual([9000, 400, 500, 0]);
  });

  it('refuses an action when it is full, and forgets everything when cleared', () => {
    const rollout = finish(filled());
    expect(() => rollout.recordAction(Float32Array.of(1, 2), [0, 0], new Float32Array(2), new Float32Array(2))).toThrow(
      /rollout: full/,
    );
    rollout.clear();
    expect(rollout.step).toBe(0);
    expect(rollout.getArrays()['rolloutCutObservations']).toHaveLength(0);
  });

  it('refuses observations of another shape', () => {
    const rollout = new RolloutBuffer(2, 2, 1, 1);
    expect(() => rollout.recordAction(new Float32Array(3), [0, 0], new Float32Array(2), new Float32Array(2))).toThrow(
      /SHAPE_MISMATCH/,
    );
  });

  it('continues exactly after saving and loading half-way', () => {
    const copy = new RolloutBuffer(2, 2, 1, 1);
    copy.setArrays(filled().getArrays());
    expect(finish(copy).getArrays()).toEqual(finish(filled()).getArrays());
    expect([...copy.nextValues]).toEqual([9000, 400, 500, 0]);
    const whole = new RolloutBuffer(2, 2, 1, 1);
    whole.setArrays(copy.getArrays());
    expect(whole.full).toBe(true);
    expect(() => new RolloutBuffer(1, 2, 1, 1).setArrays(copy.getArrays())).toThrow(/up to 1 steps of 2 copies/);
  });

  it('keeps as many final observations as episodes are cut', () => {
    const rollout = new RolloutBuffer(3, 2, 1, 1);
    for (let t = 0; t < 3; t++) {
      rollout.recordAction(Float32Array.of(t, t), [0, 0], new Float32Array(2), new Float32Array(2));
      rollout.recordOutcome(
        outcome({ observations: [0, 0], finalObservations: [10 + t, 20 + t], rewards: [0, 0], truncated: [1, 1] }),
        1,
      );
    }
    rollout.evaluate((observations, values) => values.set(observations));
    expect([...rollout.nextValues]).toEqual([10, 20, 11, 21, 12, 22]);
  });
});
