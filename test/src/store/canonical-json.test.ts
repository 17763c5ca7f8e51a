import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, configHash } from '../../../src/store/canonical-json.ts';

describe('canonicalJson', () => {
  it('sorts keys at every depth, keeps the order of arrays and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [{ y: 1, x: null }, 'é'], a: true, c: undefined })).toBe(
      '{"a":true,"b":[{"x":null,"y":1},"é"]}',
    );
  });

  it('refuses numbers that JSON cannot hold and values that are not data', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('expected finite numbers, received NaN');
    expect(() => canonicalJson([() => 1])).toThrow('expected plain data, received a function');
  });

  it('says the same as JSON.parse of itself', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const again: unknown = JSON.parse(canonicalJson(value));
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('configHash', () => {
  it('is the SHA-256 of the canonical text, whatever the order of the keys', () => {
    expect(configHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(configHash({ a: 1, b: 2 })).toBe(configHash({ b: 2, a: 1 }));
    expect(configHash({ a: 1, b: 2 })).not.toBe(configHash({ a: 2, b: 1 }));
  });
});
