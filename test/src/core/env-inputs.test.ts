import { describe, expect, it } from 'vitest';
import { checkActions, checkSeed } from '../../../src/core/env-inputs.ts';
import { box, discrete, multiDiscrete } from '../../../src/core/space.ts';

const feature = (name: string, low: number, high: number) => ({ name, unit: '', low, high, description: '' });

describe('what environments check', () => {
  it('takes whole seeds from 0 on', () => {
    expect(() => checkSeed(0)).not.toThrow();
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => checkSeed(bad)).toThrow('non-negative integer seed');
  });

  it('names copy, bounds and what was received of a discrete action', () => {
    const space = discrete(3);
    expect(() => checkActions('e', space, 2, Int32Array.of(0, 2))).not.toThrow();
    expect(() => checkActions('e', space, 2, Int32Array.of(0, 3))).toThrow(
      'e: action of copy 1: expected an integer in [0, 2], received 3',
    );
    expect(() => checkActions('e', space, 1, Float32Array.of(0.5))).toThrow('received 0.5');
    expect(() => checkActions('e', space, 2, Int32Array.of(0))).toThrow('e: actions: expected length 2, received 1');
  });

  it('names the choice of an index that is none of its own', () => {
    const space = multiDiscrete([
      { name: 'hour', n: 2 },
      { name: 'device', n: 3 },
    ]);
    expect(() => checkActions('e', space, 2, Int32Array.of(1, 2, 0, 0))).not.toThrow();
    expect(() => checkActions('e', space, 2, Int32Array.of(1, 2, 2, 0))).toThrow(
      'e: hour of copy 1: expected an integer in [0, 1], received 2',
    );
  });

  it('names the coordinate of a box, whose bounds are those of float32', () => {
    const space = box([feature('bid', 0.01, 0.1), feature('held', -1, 1)]);
    expect(() => checkActions('e', space, 2, Float32Array.of(0.01, -1, 0.1, 1))).not.toThrow();
    expect(() => checkActions('e', space, 2, Float32Array.of(0.01, -1, 0.1, 1.5))).toThrow(
      'e: held of copy 1: expected a number in [-1, 1], received 1.5',
    );
    expect(() => checkActions('e', space, 1, Float32Array.of(Number.NaN, 0))).toThrow('e: bid of copy 0');
  });
});
