import { describe, expect, it } from 'vitest';
import { box, discrete } from '../../../src/core/space.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import { EpisodeLog } from '../../../src/rl/episode-log.ts';

/** One step of two copies: reward and how the step ended ('.' goes on, 'T' terminated, 'C' cut) of each. */
type Scripted = readonly [reward0: number, end0: '.' | 'T' | 'C', reward1: number, end1: '.' | 'T' | 'C'];

function outcome([reward0, end0, reward1, end1]: Scripted): VectorEnv {
  return {
    id: 'scripted',
    numEnvs: 2,
    observationSpace: box([{ name: 'x', unit: '1', low: -1e9, high: 1e9, description: '' }]),
    actionSpace: discrete(2),
    observations: new Float32Array(2),
    finalObservations: Float32Array.of(100, 200),
    rewards: Float64Array.of(reward0, reward1),
    terminated: Uint8Array.of(end0 === 'T' ? 1 : 0, end1 === 'T' ? 1 : 0),
    truncated: Uint8Array.of(end0 === 'C' ? 1 : 0, end1 === 'C' ? 1 : 0),
    reset: () => {},
    step: () => {},
  };
}

/** Records steps; at step t copy 0 shows 10 + t and copy 1 shows 20 + t. */
function record(log: EpisodeLog, steps: readonly Scripted[]): void {
  for (const [t, step] of steps.entries()) {
    log.record(Float32Array.of(10 + t, 20 + t), new Float32Array(2), outcome(step), 1);
  }
}

function returnsOf(log: EpisodeLog, gamma: number): number[] {
  const out = new Float64Array(log.numRows);
  log.returns(gamma, (observations, values) => values.set(observations), out);
  return [...out];
}

describe('EpisodeLog', () => {
  it('takes whole episodes of every copy and ignores a copy that has given its share', () => {
    const log = new EpisodeLog(2, 1, 1, 1);
    record(log, [
      [1, 'T', 1, '.'],
      [1, '.', 1, '.'],
    ]);
    expect(log.complete).toBe(false);
    record(log, [[1, 'T', 1, 'T']]);
    expect(log.complete).toBe(true);
    expect([...log.observations]).toEqual([10, 20, 21, 20]);
  });

  it('discounts rewards to the end of each episode, copies apart', () => {
    const log = new EpisodeLog(2, 1, 1, 1);
    record(log, [
      [4, '.', 8, 'T'],
      [8, 'T', 9, '.'],
    ]);
    expect(returnsOf(log, 0.5)).toEqual([4 + 0.5 * 8, 8, 8]);
  });

  it('goes on with the value of the final observation where an episode was cut', () => {
    const log = new EpisodeLog(2, 1, 1, 1);
    record(log, [
      [4, '.', 8, 'C'],
      [8, 'C', 9, '.'],
    ]);
    expect(returnsOf(log, 0.5)).toEqual([4 + 0.5 * (8 + 50), 8 + 0.5 * 200, 8 + 50]);
  });

  it('passes over what is left of an episode that began before the batch', () => {
    const log = new EpisodeLog(2, 1, 1, 1);
    record(log, [
      [1, 'T', 1, '.'],
      [1, '.', 1, 'T'],
    ]);
    expect(log.complete).toBe(true);
    log.clear();
    // Copy 0 is in the middle of an episode, copy 1 at the start of one.
    record(log, [
      [1, 'T', 1, 'T'],
      [1, 'T', 1, '.'],
    ]);
    expect(log.complete).toBe(true);
    expect([...log.observations]).toEqual([20, 11]);
  });

  it('grows with long episodes and continues exactly after saving and loading', () => {
    const log = new EpisodeLog(2, 1, 1, 2);
    const steps: Scripted[] = Array.from({ length: 150 }, (_, t) => [t, t === 99 ? 'C' : '.', 1, '.']);
    record(log, steps);
    const copy = new EpisodeLog(2, 1, 1, 2);
    copy.setArrays(log.getArrays());
    for (const each of [log, copy])
      record(each, [
        [1, 'T', 1, 'C'],
        [0, '.', 2, 'T'],
      ]);
    expect(log.complete).toBe(true);
    expect(copy.getArrays()).toEqual(log.getArrays());
    expect(returnsOf(copy, 0.9)).toEqual(returnsOf(log, 0.9));
    expect(() => new EpisodeLog(3, 1, 1, 2).setArrays(log.getArrays())).toThrow(/SHAPE_MISMATCH: logWanted/);
  });
});
