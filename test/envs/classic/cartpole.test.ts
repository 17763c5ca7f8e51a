import { describe, expect, it } from 'vitest';
import { CartPole, cartPoleStep } from '../../../envs/classic/cartpole.ts';

describe('cartPoleStep', () => {
  it('pushes a resting cart by the closed form of the equations of motion', () => {
    // temp = F / M; angular acceleration = -temp / (l (4/3 - m / M)); acceleration = temp - m l · angular / M.
    const temp = 10 / 1.1;
    const angular = -temp / (0.5 * (4 / 3 - 0.1 / 1.1));
    const linear = temp - (0.05 * angular) / 1.1;
    const state = new Float64Array(4);
    cartPoleStep(state, 0, 1);
    expect([...state]).toEqual([0, 0.02 * linear, 0, 0.02 * angular]);
    expect(state[1]).toBeCloseTo(0.1951, 4);
    expect(state[3]).toBeCloseTo(-0.2927, 4);
  });

  it('is mirror-symmetric', () => {
    const right = Float64Array.of(0.1, 0.2, 0.03, -0.4);
    const left = right.map((x) => -x);
    for (let t = 0; t < 20; t++) {
      cartPoleStep(right, 0, t % 2);
      cartPoleStep(left, 0, 1 - (t % 2));
    }
    for (let k = 0; k < 4; k++) expect(left[k]).toBeCloseTo(-right[k]!, 12);
  });
});

/** Steps one copy until its episode ends; returns its length. */
function playOut(env: CartPole, action: (observation: Float32Array) => number): number {
  for (let t = 1; t <= 600; t++) {
    env.step(Int32Array.of(action(env.observations)));
    if (env.terminated[0] === 1 || env.truncated[0] === 1) return t;
  }
  return 601;
}

/** Balances for ever: pushes to where the pole falls. */
const balance = (o: Float32Array): number => (0.1 * o[0]! + 0.5 * o[1]! + 5 * o[2]! + o[3]! > 0 ? 1 : 0);

describe('CartPole', () => {
  it('starts within ±0.05 and repeats itself by seed', () => {
    const a = new CartPole(3);
    const b = new CartPole(3);
    a.reset(7);
    b.reset(7);
    expect(a.observations.every((x) => Math.abs(x) <= 0.05)).toBe(true);
    expect(a.observations).toEqual(b.observations);
    b.reset(8);
    expect(a.observations).not.toEqual(b.observations);
  });

  it('terminates soon when pushed one way only, and shows the state it ended in', () => {
    const env = new CartPole(1);
    env.reset(0);
    const length = playOut(env, () => 1);
    expect(length).toBeGreaterThan(5);
    expect(length).toBeLessThan(15);
    expect([env.terminated[0], env.truncated[0]]).toEqual([1, 0]);
    expect(Math.abs(env.finalObservations[2]!)).toBeGreaterThan((12 * Math.PI) / 180);
    expect(Math.abs(env.observations[2]!)).toBeLessThan(0.05);
  });

  it('truncates a balanced pole after 500 steps', () => {
    const env = new CartPole(1);
    env.reset(3);
    expect(playOut(env, balance)).toBe(500);
    expect([env.terminated[0], env.truncated[0]]).toEqual([0, 1]);
  });

  it('gives copy n the same episodes whatever the other copies do', () => {
    const quick = new CartPole(2);
    const slow = new CartPole(2);
    quick.reset(1);
    slow.reset(1);
    for (let t = 0; t < 40; t++) {
      quick.step(Int32Array.of(1, t % 2));
      slow.step(Int32Array.of(t % 2, t % 2));
    }
    expect(quick.observations.slice(4)).toEqual(slow.observations.slice(4));
  });

  it('refuses a step before reset, a wrong length and an unknown action', () => {
    const env = new CartPole(2);
    expect(() => env.step(new Int32Array(2))).toThrow(/ENV_NOT_RESET/);
    env.reset(0);
    expect(() => env.step(new Int32Array(3))).toThrow(/SHAPE_MISMATCH/);
    expect(() => env.step(Int32Array.of(0, 2))).toThrow(/action 1: expected 0 or 1, received 2/);
    expect(() => env.reset(-1)).toThrow(/non-negative integer seed/);
    expect(() => new CartPole(0)).toThrow(/numEnvs >= 1/);
  });
});
