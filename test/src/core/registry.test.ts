import { describe, expect, it } from 'vitest';
import { didYouMean, makeRegistry, unknownIdMessage } from '../../../src/core/registry.ts';

const animals = makeRegistry('animal', { ant: 6, bee: 6, cat: 4 });

describe('makeRegistry', () => {
  it('finds entries by id and keeps their order', () => {
    expect(animals.get('cat')).toBe(4);
    expect(animals.ids).toEqual(['ant', 'bee', 'cat']);
    expect(animals.has('bee')).toBe(true);
  });

  it('answers an unknown id with the nearest one and all of them', () => {
    expect(() => animals.get('bea')).toThrow(
      "UNKNOWN_ID: unknown animal 'bea'; did you mean 'bee'? Known: ant, bee, cat",
    );
    expect(() => animals.get('elephant')).toThrow("unknown animal 'elephant'. Known: ant, bee, cat");
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', ''])('knows no %j', (id) => {
    expect(animals.has(id)).toBe(false);
    expect(() => animals.get(id)).toThrow('UNKNOWN_ID');
  });

  it('may hold undefined', () => {
    expect(makeRegistry<undefined>('nothing', { none: undefined }).get('none')).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it.each([
    ['rbl', ['rlb', 'linear', 'ortb1'], 'rlb'],
    ['bufferSiz', ['bufferSize', 'batchSize'], 'bufferSize'],
    ['BUFFERSIZE', ['bufferSize'], 'bufferSize'],
    ['truthfull', ['threshold', 'truthful'], 'truthful'],
    ['zebra', ['rlb', 'linear'], undefined],
    ['a', [], undefined],
  ])('takes %j among %j for %j', (word, known, expected) => {
    expect(didYouMean(word, known)).toBe(expected);
  });
});

describe('unknownIdMessage', () => {
  it('is one sentence and the list', () => {
    expect(unknownIdMessage('policy', 'rbl', ['rlb'])).toBe("unknown policy 'rbl'; did you mean 'rlb'? Known: rlb");
  });
});
