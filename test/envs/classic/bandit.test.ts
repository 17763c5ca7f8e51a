import { describe, expect, it } from 'vitest';
import { Bandit } from '../../../envs/classic/bandit.ts';

const NUM_ENVS = 20_000;

describe('bandit-v1', () => {
  it('pays an arm its mean with deviation 1, anew for every copy and pull', () => {
    const env = new Bandit({ numArms: 10, problem: 4, numEnvs: NUM_ENVS });
    env.reset(0);
    env.step(new Int32Array(NUM_ENVS).fill(3));
    const mean = env.rewards.reduce((sum, r) => sum + r, 0) / NUM_ENVS;
    const square = env.rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / NUM_ENVS;
    // Four standard errors.
    expect(Math.abs(mean - env.means[3]!)).toBeLessThan(4 / Math.sqrt(NUM_ENVS));
    expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / NUM_ENVS));
    const first = env.rewards.slice();
    env.step(new Int32Array(NUM_ENVS).fill(3));
    expect(env.rewards).not.toEqual(first);
  });

  it('keeps its arms whatever the seed, and has others in another problem', () => {
    const of = (problem: number) => new Bandit({ numArms: 10, problem, numEnvs: 1 });
    const env = of(1);
    const { means } = of(1);
    env.reset(5);
    env.step(Int32Array.of(0));
    expect(env.means).toEqual(means);
    expect(of(2).means).not.toEqual(means);
  });

  it('refuses an arm that it has not', () => {
    const env = new Bandit({ numArms: 3, problem: 0, numEnvs: 1 });
    env.reset(0);
    expect(() => env.step(Int32Array.of(3))).toThrow(/VALUE_OUT_OF_RANGE.*an integer in \[0, 2\], received 3/);
  });
});
