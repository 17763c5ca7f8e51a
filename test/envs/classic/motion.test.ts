import { describe, expect, it } from 'vitest';
import { Acrobot, acrobotStep } from '../../../envs/classic/acrobot.ts';
import { Pendulum, pendulumStep } from '../../../envs/classic/pendulum.ts';

function expectState(state: Float64Array, expected: readonly number[]): void {
  for (const [k, x] of expected.entries()) expect(state[k]).toBeCloseTo(x, 12);
}

describe('pendulumStep', () => {
  // Gymnasium 1.4.0: `env.state = …; env.step([u])` of Pendulum-v1.
  it.each([
    [[0.5, -0.3], 1.2, [0.5119784576976576, 0.23956915395315231], -0.26044],
    [[3, 7.9], 2, [3.4, 8], -15.245],
    [[-2.9, -1.5], -0.7, [-2.9892218498455243, -1.7844369969104867], -8.63549],
    [[7, 2], 0, [7.124636997451955, 2.492739949039092], -0.9138233038432242],
  ])('moves %j by a torque of %d as Gymnasium does', (from, torque, to, reward) => {
    const state = Float64Array.from(from);
    expect(pendulumStep(state, 0, torque)).toBeCloseTo(reward, 12);
    expectState(state, to);
  });

  it('costs nothing upright and at rest, where it stays', () => {
    const state = new Float64Array(2);
    expect(pendulumStep(state, 0, 0)).toBe(-0);
    expectState(state, [0, 0]);
  });
});

describe('acrobotStep', () => {
  // Gymnasium 1.4.0: `env.state = …; env.step(a)` of Acrobot-v1.
  it.each([
    [
      [0.05, -0.02, 0.01, 0.03],
      2,
      [0.032255826045183636, 0.026796636209359254, -0.18211085071543445, 0.42664399654129515],
      -1,
    ],
    [[3, 0.4, 2, -3], 0, [-2.871965362504137, -0.22326767639590528, 2.20365909455772, -3.351383684871988], 0],
    [[-3.1, -2, -5, 8], 1, [2.0929705381470374, -0.17294334535385136, -6.092229346976231, 10.327541343869248], -1],
    [[2.9, 0.3, 3, 1], 2, [-2.773842969339078, 0.501831052808332, 3.249831374562087, 0.8672631233583848], 0],
  ])('moves %j by action %d as Gymnasium does', (from, action, to, reward) => {
    const state = Float64Array.from(from);
    expect(acrobotStep(state, 0, action)).toBe(reward);
    expectState(state, to);
  });

  it('is mirror-symmetric', () => {
    const right = Float64Array.of(0.1, 0.2, 0.3, -0.4);
    const left = right.map((x) => -x);
    for (let t = 0; t < 10; t++) {
      acrobotStep(right, 0, t % 3);
      acrobotStep(left, 0, 2 - (t % 3));
    }
    for (let k = 0; k < 4; k++) expect(left[k]).toBeCloseTo(-right[k]!, 9);
  });
});

describe('Pendulum', () => {
  it('starts anywhere with a speed within ±1, and is cut after 200 steps', () => {
    const env = new Pendulum(64);
    env.reset(0);
    const speeds = env.observations.filter((_, k) => k % 3 === 2);
    expect(speeds.every((speed) => Math.abs(speed) <= 1)).toBe(true);
    expect(Math.min(...env.observations.filter((_, k) => k % 3 === 0))).toBeLessThan(-0.9);
    for (let t = 1; t <= 200; t++) {
      expect(env.truncated[0]).toBe(0);
      env.step(new Float32Array(64));
    }
    expect(env.truncated.every((cut) => cut === 1)).toBe(true);
    expect(env.finalObservations).not.toEqual(env.observations);
  });

  it('refuses a torque outside ±2', () => {
    const env = new Pendulum(2);
    env.reset(0);
    expect(() => env.step(Float32Array.of(0, 2.5))).toThrow(
      /pendulum-v1: action 1: expected a number in \[-2, 2\], received 2.5/,
    );
  });
});

describe('Acrobot', () => {
  it('ends when the tip is up, with the state that it was up in', () => {
    const env = new Acrobot(1);
    env.reset(1);
    let steps = 0;
    // Pushing the way the first link already moves pumps energy in.
    while (env.terminated[0] === 0 && steps < 500) {
      env.step(Int32Array.of(env.observations[4]! >= 0 ? 0 : 2));
      steps++;
    }
    expect(env.terminated[0]).toBe(1);
    expect(env.rewards[0]).toBe(0);
    const [cos1, sin1, cos2, sin2] = env.finalObservations as unknown as [number, number, number, number];
    expect(-cos1 - (cos1 * cos2 - sin1 * sin2)).toBeGreaterThan(1);
    expect(Math.abs(env.observations[1]!)).toBeLessThan(0.11);
  });

  it('refuses a step before reset, a wrong length, an unknown action, a bad seed and no copies', () => {
    const env = new Acrobot(2);
    expect(() => env.step(new Int32Array(2))).toThrow(/ENV_NOT_RESET/);
    env.reset(0);
    expect(() => env.step(new Int32Array(3))).toThrow(/SHAPE_MISMATCH/);
    expect(() => env.step(Int32Array.of(0, 3))).toThrow(/action 1: expected an integer in 0 … 2, received 3/);
    expect(() => env.reset(-1)).toThrow(/non-negative integer seed/);
    expect(() => new Acrobot(0)).toThrow(/numEnvs >= 1/);
  });
});
