import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoToSeconds } from '../../../src/data/timestamp.ts';

describe('isoToSeconds', () => {
  it('reads UTC, offsets, fractions and the space of databases', () => {
    expect(isoToSeconds('1970-01-02T00:00:00Z')).toBe(86_400);
    expect(isoToSeconds('1970-01-01 00:01')).toBe(60);
    expect(isoToSeconds('1970-01-01T08:00:00+08:00')).toBe(0);
    expect(isoToSeconds('1969-12-31T19:00:00.25-0500')).toBe(0.25);
    expect(isoToSeconds('2024-02-29 12:00:00 Z')).toBe(Date.UTC(2024, 1, 29, 12) / 1000);
  });

  it('refuses dates that do not exist and anything else', () => {
    for (const text of [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00',
      '2026-01-01T24:00:00',
      '2026-01-01',
      'noon',
      '',
    ]) {
      expect(isoToSeconds(text)).toBe(null);
    }
  });

  it('agrees with what JavaScript writes', () => {
    const date = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (d) => {
        expect(isoToSeconds(d.toISOString())).toBeCloseTo(d.getTime() / 1000, 6);
      }),
    );
  });
});
