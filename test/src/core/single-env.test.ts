import { describe, expect, it } from 'vitest';
import { singleEnv } from '../../../src/core/single-env.ts';
import { RandomWalk } from './random-walk.ts';

/** Plays one episode to its end with the first action and returns its observations. */
function playOut(env: ReturnType<typeof singleEnv>, first: Float32Array): number[][] {
  const seen = [[...first]];
  for (;;) {
    const step = env.step(1);
    seen.push([...step.observation]);
    if (step.terminated || step.truncated) return seen;
  }
}

describe('singleEnv', () => {
  it('shows what the vector shows, and the final observation at the end', () => {
    const vector = new RandomWalk(1);
    vector.reset(7);
    const expected = [[...vector.observations]];
    for (let ended = false; !ended; ) {
      vector.step(new Int32Array([1]));
      ended = vector.terminated[0]! + vector.truncated[0]! > 0;
      expected.push([...(ended ? vector.finalObservations : vector.observations)]);
    }
    const env = singleEnv(new RandomWalk(1));
    expect(playOut(env, env.reset({ seed: 7 }).observation)).toEqual(expected);
  });

  it('goes on to the next episode of the vector after an end', () => {
    const vector = new RandomWalk(1);
    const env = singleEnv(vector);
    playOut(env, env.reset({ seed: 7 }).observation);
    const drawn = [...vector.observations];
    expect([...env.reset().observation]).toEqual(drawn);
    expect(vector.episode[0]).toBe(1);
  });

  it('starts a fresh episode, the same in every run, when it is reset in the middle of one', () => {
    const starts = [0, 1].map(() => {
      const env = singleEnv(new RandomWalk(1));
      const first = [...env.reset({ seed: 7 }).observation];
      env.step(1);
      const second = [...env.reset().observation];
      env.step(1);
      return [first, second, [...env.reset().observation]];
    });
    expect(starts[0]).toEqual(starts[1]);
    expect(new Set(starts[0]!.map(String)).size).toBe(3);
  });

  it('takes seed 0 where none was ever given', () => {
    const env = singleEnv(new RandomWalk(1));
    const unseeded = [...env.reset().observation];
    expect([...env.reset({ seed: 0 }).observation]).toEqual(unseeded);
  });

  it('refuses steps before a reset and after an end', () => {
    const env = singleEnv(new RandomWalk(1));
    expect(() => env.step(0)).toThrow('ENV_NOT_RESET: random-walk-v1: step was called before the first reset');
    playOut(env, env.reset().observation);
    expect(() => env.step(0)).toThrow('ENV_NOT_RESET: random-walk-v1: step was called after the episode ended');
  });

  it.each([-1, 2, 0.5, Number.NaN])('refuses the action %d of two', (action) => {
    const env = singleEnv(new RandomWalk(1));
    env.reset();
    expect(() => env.step(action)).toThrow('VALUE_OUT_OF_RANGE: random-walk-v1: action: expected an integer 0 to 1');
  });

  it('takes a float action as a number or as a list of one', () => {
    const [a, b] = [0, 1].map(() => singleEnv(new RandomWalk(1, { continuous: true })));
    a!.reset();
    b!.reset();
    expect(a!.step(0.5).observation).toEqual(b!.step([0.5]).observation);
    expect(() => a!.step(0.75)).toThrow('expected push in -0.1 to 0.7, received 0.75');
    expect(() => a!.step([0, 0])).toThrow('SHAPE_MISMATCH');
  });

  it('wants a vector of one copy', () => {
    expect(() => singleEnv(new RandomWalk(2))).toThrow('SHAPE_MISMATCH: singleEnv(random-walk-v1).numEnvs');
  });
});
