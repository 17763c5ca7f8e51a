import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32ToDecimals } from '../../../src/export/float32-decimals.ts';

describe('float32ToDecimals', () => {
  it('prints one tenth as 0.1 although its float32 is 0.10000000149011612', () => {
    expect(JSON.stringify(float32ToDecimals(new Float32Array([0.1, -0.5, 0, 1e-7])))).toBe('[0.1,-0.5,0,1e-7]');
  });

  it('gives back every finite float32 through JSON, subnormals and extremes included', () => {
    const extremes = new Float32Array([3.4028234663852886e38, 1.401298464324817e-45, 1.17549435e-38, -1.1754942e-38]);
    expect(Float32Array.from(float32ToDecimals(extremes))).toEqual(extremes);
    fc.assert(
      fc.property(fc.uint32Array({ minLength: 1, maxLength: 200 }), (bits) => {
        const values = new Float32Array(bits.buffer).map((value) => (Number.isFinite(value) ? value + 0 : 0));
        const read: number[] = JSON.parse(JSON.stringify(float32ToDecimals(values)));
        expect(Float32Array.from(read)).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  it('writes the negative zero as zero', () => {
    expect(Object.is(float32ToDecimals(new Float32Array([-0]))[0], 0)).toBe(true);
  });
});
