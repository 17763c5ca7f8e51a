import { describe, expect, it } from 'vitest';
import { CartPole } from '../../../envs/classic/cartpole.ts';
import { Pendulum } from '../../../envs/classic/pendulum.ts';
import { loggedReturns, loggedTransitions } from '../../../src/core/episode-dataset.ts';
import { Rng } from '../../../src/core/rng.ts';
import { drawEpsilonGreedy, drawTruncatedNormal } from '../../../src/rl/exploration.ts';
import { collectEpisodes } from '../../../src/train/collect-episodes.ts';

const still = { act: (_: Float32Array, actions: Int32Array | Float32Array) => void actions.fill(0) };

describe('exploration', () => {
  it('draws each action as often as it says', () => {
    const rng = new Rng('epsilon');
    const counts = new Map<number, number>();
    const draws = Array.from({ length: 20_000 }, () => drawEpsilonGreedy(2, 4, 0.4, rng));
    for (const { action } of draws) counts.set(action, (counts.get(action) ?? 0) + 1);
    for (const { action, propensity } of draws.slice(0, 50)) {
      expect(propensity).toBeCloseTo(action === 2 ? 0.7 : 0.1, 12);
      expect(Math.abs(counts.get(action)! / draws.length - propensity)).toBeLessThan(0.012);
    }
  });

  it.each([
    [0.3, 0, 0],
    [0.5, 0.2, 0.95],
    [9, 0, -1],
  ])('has a density that integrates to one: E[1/p] is the width, σ = %d, ε = %d, g = %d', (sigma, epsilon, greedy) => {
    const rng = new Rng(`density/${sigma}`);
    const feature = { name: 'u', unit: '', low: -1, high: 1, description: '' };
    // E[1[|u| ≤ ½] / p(u)] = 1 over an interval of width 1.
    let sum = 0;
    let outside = 0;
    const n = 40_000;
    for (let i = 0; i < n; i++) {
      const { action, propensity } = drawTruncatedNormal(greedy, feature, sigma, epsilon, rng);
      outside += action < -1 || action > 1 ? 1 : 0;
      if (Math.abs(action) <= 0.5) sum += 1 / propensity;
    }
    expect(outside).toBe(0);
    expect(Math.abs(sum / n - 1)).toBeLessThan(0.06);
  });
});

describe('collectEpisodes', () => {
  it('takes the first episodes of every copy, whole and in order', () => {
    const env = new CartPole(3);
    const options = { env, behaviour: still, epsilon: 1, noise: 0, seed: 4 };
    const log = collectEpisodes({ ...options, episodes: 7, rng: new Rng('collect') });
    expect(log.terminated.length).toBe(7);
    // CartPole pays 1 a step: returns are lengths, and every transition leads to the next row.
    expect(loggedReturns(log)).toEqual(
      Float64Array.from(log.terminated, (_, e) => log.episodeStarts[e + 1]! - log.episodeStarts[e]!),
    );
    expect(log.propensities.every((p) => p === 0.5)).toBe(true);
    expect([...loggedTransitions(log)].filter(({ terminated }) => terminated).length).toBe(7);
    expect(collectEpisodes({ ...options, episodes: 7, rng: new Rng('collect') })).toEqual(log);
  });

  it('keeps the final observation of episodes that were cut', () => {
    const options = { env: new Pendulum(1), behaviour: still, epsilon: 0.5, noise: 0.2, seed: 1, rng: new Rng('cut') };
    const log = collectEpisodes({ ...options, episodes: 1 });
    expect([...log.terminated]).toEqual([0]);
    const last = [...loggedTransitions(log)].at(-1)!;
    expect(last.truncated).toBe(true);
    const [cos, sin] = last.nextObservations.subarray(last.nextOffset);
    expect(cos! ** 2 + sin! ** 2).toBeCloseTo(1, 5);
  });

  it('refuses continuous actions without noise, and chances that are none', () => {
    const options = { env: new Pendulum(1), behaviour: still, seed: 1, rng: new Rng('bad'), episodes: 1 };
    expect(() => collectEpisodes({ ...options, epsilon: 0.1, noise: 0 })).toThrow(/noise: expected a number above 0/);
    expect(() => collectEpisodes({ ...options, epsilon: 1.1, noise: 1 })).toThrow(/epsilon: expected a chance/);
    expect(() => collectEpisodes({ ...options, episodes: 0, epsilon: 0, noise: 1 })).toThrow(/episodes: expected/);
  });
});
