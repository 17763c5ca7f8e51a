import { describe, expect, it } from 'vitest';
import { formatDuration, formatNumber } from '../../src/cli/format.ts';

describe('formatNumber', () => {
  it('separates thousands and keeps four significant digits', () => {
    expect(
      [1_234_567, 0, -42, 0.973_12, 12.345_6, 1234.56, 123_456.7, 0.000_012_345, Number.NaN].map(formatNumber),
    ).toEqual(['1,234,567', '0', '-42', '0.9731', '12.35', '1,234.6', '123,457', '1.234e-5', 'NaN']);
  });
});

describe('formatDuration', () => {
  it('uses the two largest units, rounded', () => {
    expect([0, 0.6, 59.4, 59.6, 200, 3599.6, 7500, 7199].map(formatDuration)).toEqual([
      '0 s',
      '1 s',
      '59 s',
      '1 min 00 s',
      '3 min 20 s',
      '1 h 00 min',
      '2 h 05 min',
      '2 h 00 min',
    ]);
  });
});
