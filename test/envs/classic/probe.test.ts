import { describe, expect, it } from 'vitest';
import { ProbeEnv, probes } from '../../../envs/classic/probe.ts';
import { makeActions } from '../../../src/core/space.ts';

function actionsOf(env: ProbeEnv, value: number): Int32Array | Float32Array {
  return makeActions(env.actionSpace, env.numEnvs).fill(value);
}

describe.each(probes.ids)('%s', (id) => {
  it('repeats itself by seed and ends its episodes by termination after its number of steps', () => {
    const a = new ProbeEnv(id, 4);
    const b = new ProbeEnv(id, 4);
    a.reset(1);
    b.reset(1);
    const { numSteps } = probes.get(id);
    for (let t = 1; t <= 6; t++) {
      a.step(actionsOf(a, 0));
      b.step(actionsOf(b, 0));
      expect(a.observations).toEqual(b.observations);
      expect(a.rewards).toEqual(b.rewards);
      expect([...a.terminated]).toEqual(new Array(4).fill(t % numSteps === 0 ? 1 : 0));
    }
  });

  it('refuses a step before reset and an action outside its space', () => {
    const env = new ProbeEnv(id, 1);
    expect(() => env.step(actionsOf(env, 0))).toThrow(/ENV_NOT_RESET/);
    env.reset(0);
    expect(() => env.step(actionsOf(env, 9))).toThrow(/VALUE_OUT_OF_RANGE.*received 9/);
  });
});

describe('the probes', () => {
  it('pay the delayed reward at the second step only', () => {
    const env = new ProbeEnv('probe-delayed-v1', 1);
    env.reset(0);
    env.step(Int32Array.of(0));
    expect([env.rewards[0], env.observations[0]]).toEqual([0, 1]);
    env.step(Int32Array.of(0));
    expect([env.rewards[0], env.finalObservations[0], env.observations[0]]).toEqual([1, 1, 0]);
  });

  it('pay for the action that matches the observation', () => {
    const env = new ProbeEnv('probe-matched-choice-v1', 64);
    env.reset(0);
    const shown = env.observations.slice();
    expect(new Set(shown)).toEqual(new Set([-1, 1]));
    env.step(Int32Array.from(shown, (x) => (x > 0 ? 1 : 0)));
    expect(env.rewards.every((r) => r === 1)).toBe(true);
  });

  it('pay nothing for half the observation and less for any other number', () => {
    const env = new ProbeEnv('probe-matched-number-v1', 8);
    env.reset(0);
    env.step(env.observations.map((x) => x / 2));
    expect(env.rewards.every((r) => r === 0)).toBe(true);
    env.step(new Float32Array(8));
    expect(env.rewards.every((r) => r === -0.25)).toBe(true);
  });
});
