import { describe, expect, it } from 'vitest';
import { box, discrete, type Feature, makeActions, multiDiscrete, spaceSize } from '../../../src/core/space.ts';

function feature(name: string, low = 0, high = 1): Feature {
  return { name, unit: '1', low, high, description: 'A number.' };
}

describe('box', () => {
  it('keeps its features in order and is as large as they are many', () => {
    const space = box([feature('b'), feature('a')]);
    expect(space.features.map((f) => f.name)).toEqual(['b', 'a']);
    expect(spaceSize(space)).toBe(2);
  });

  it('refuses names that are empty or twice there', () => {
    expect(() => box([feature('a'), feature('a')])).toThrow(
      'CONFIG_INVALID: box: expected unique non-empty feature names',
    );
    expect(() => box([feature('')])).toThrow('CONFIG_INVALID');
  });

  it('refuses intervals without a point, and takes one with a single point', () => {
    expect(() => box([feature('a', 1, 0)])).toThrow("feature 'a' expected low <= high, received [1, 0]");
    expect(() => box([feature('a', Number.NaN, 0)])).toThrow('CONFIG_INVALID');
    expect(box([feature('a', 1, 1)]).features).toHaveLength(1);
  });
});

describe('discrete', () => {
  it('is one number large, with or without labels', () => {
    expect(spaceSize(discrete(5))).toBe(1);
    expect(discrete(5)).toEqual({ kind: 'discrete', n: 5 });
    expect(discrete(2, ['left', 'right']).labels).toEqual(['left', 'right']);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d actions', (n) => {
    expect(() => discrete(n)).toThrow('CONFIG_INVALID: discrete: expected a positive integer');
  });

  it('refuses another number of labels', () => {
    expect(() => discrete(2, ['left'])).toThrow('discrete: expected 2 labels, received 1');
  });
});

describe('multiDiscrete', () => {
  const two = multiDiscrete([
    { name: 'a', n: 2 },
    { name: 'b', n: 3 },
  ]);

  it('is an index a choice, and its actions are integers', () => {
    expect(spaceSize(two)).toBe(2);
    expect(makeActions(two, 4)).toEqual(new Int32Array(8));
    expect(makeActions(discrete(2), 4)).toEqual(new Int32Array(4));
    expect(makeActions(box([feature('a', 0, 1)]), 4)).toEqual(new Float32Array(4));
  });

  it('refuses no choice, a name twice and a choice of nothing', () => {
    expect(() => multiDiscrete([])).toThrow('CONFIG_INVALID: multiDiscrete: expected at least one choice');
    expect(() => multiDiscrete([...two.choices, { name: 'a', n: 2 }])).toThrow("received 'a'");
    expect(() => multiDiscrete([{ name: 'a', n: 0 }])).toThrow("choice 'a': expected a positive integer, received 0");
  });
});
