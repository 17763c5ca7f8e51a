import { describe, expect, it } from 'vitest';
import { CartPole } from '../../../envs/classic/cartpole.ts';
import { checkVectorEnv } from '../../../src/core/check-vector-env.ts';
import { frameStack } from '../../../src/core/frame-stack.ts';

describe('frameStack', () => {
  it('keeps every rule of an environment', () => {
    expect(checkVectorEnv((numEnvs) => frameStack(new CartPole(numEnvs), 3))).toEqual([]);
  });

  it('shows the last k observations, oldest first, and begins an episode with its first one k times', () => {
    const plain = new CartPole(2);
    const stacked = frameStack(new CartPole(2), 3);
    plain.reset(4);
    stacked.reset(4);
    const row = (values: Float32Array, n: number, width: number) => [...values.subarray(n * width, (n + 1) * width)];
    let history: number[][] = [0, 1, 2].map(() => row(plain.observations, 1, 4));
    expect(row(stacked.observations, 1, 12)).toEqual(history.flat());
    let ended = 0;
    for (let t = 0; t < 60; t++) {
      for (const env of [plain, stacked]) env.step(Int32Array.of(t % 2, 1));
      expect(stacked.terminated).toEqual(plain.terminated);
      if (plain.terminated[1] === 1) {
        const last = [...history.slice(1), row(plain.finalObservations, 1, 4)];
        expect(row(stacked.finalObservations, 1, 12)).toEqual(last.flat());
        history = [0, 1, 2].map(() => row(plain.observations, 1, 4));
        ended++;
      } else {
        history = [...history.slice(1), row(plain.observations, 1, 4)];
      }
      expect(row(stacked.observations, 1, 12)).toEqual(history.flat());
    }
    expect(ended).toBeGreaterThan(2);
  });

  it('names features by how long ago they were, and passes a constraint on', () => {
    const constraint = { name: 'cost', unit: '1', limit: 1, costs: new Float64Array(1) };
    const stacked = frameStack(Object.assign(new CartPole(1), { constraint }), 2);
    expect(stacked.observationSpace.features.map(({ name }) => name).slice(2, 6)).toEqual([
      'angleAgo1',
      'angularVelocityAgo1',
      'position',
      'velocity',
    ]);
    expect(stacked.constraint).toBe(constraint);
    expect(() => frameStack(new CartPole(1), 0)).toThrow(/expected an integer number of observations >= 1, received 0/);
  });
});
