import { describe, expect, it } from 'vitest';
import { type BilledEvent, chargeSlots } from '../../../src/auction/billing.ts';

describe('chargeSlots', () => {
  const allocation = { winners: Int32Array.of(2, 0, 1, -1), pricesMicros: Float64Array.of(700, 300, 500, 0) };
  const events = {
    exposed: Uint8Array.of(1, 0, 1, 1),
    clicks: Uint8Array.of(0, 0, 1, 1),
    conversions: Uint8Array.of(0, 0, 2, 0),
  };

  it.each<{ billed: BilledEvent; charges: number[] }>([
    { billed: 'impression', charges: [700, 300, 500, 0] },
    { billed: 'exposed-impression', charges: [700, 0, 500, 0] },
    { billed: 'click', charges: [0, 0, 500, 0] },
    { billed: 'conversion', charges: [0, 0, 1000, 0] },
  ])('charges each $billed its price and returns the sum', ({ billed, charges }) => {
    const out = new Float64Array(4).fill(99);
    expect(chargeSlots(billed, allocation, events, 4, out)).toBe(charges.reduce((sum, x) => sum + x, 0));
    expect([...out]).toEqual(charges);
  });

  it('charges only the places in use', () => {
    const out = new Float64Array(4).fill(99);
    expect(chargeSlots('impression', allocation, events, 2, out)).toBe(1000);
    expect([...out]).toEqual([700, 300, 99, 99]);
  });

  it('refuses to bill events that were not drawn', () => {
    const none = { exposed: null, clicks: null, conversions: null };
    const out = new Float64Array(4);
    expect(chargeSlots('impression', allocation, none, 4, out)).toBe(1500);
    expect(() => chargeSlots('click', allocation, none, 4, out)).toThrow(
      /CONFIG_INVALID: billing per click: expected events.clicks.*received null; draw these events or bill per impression/,
    );
  });
});
