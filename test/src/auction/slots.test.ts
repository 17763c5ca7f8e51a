import { describe, expect, it } from 'vitest';
import { drawExposure, makeSlots, ONE_SLOT, slotExposure } from '../../../src/auction/slots.ts';
import { Rng } from '../../../src/core/rng.ts';

describe('makeSlots', () => {
  it('keeps exposure and model', () => {
    expect(makeSlots([1, 0.8], 'cascade')).toEqual({ exposure: Float64Array.of(1, 0.8), model: 'cascade' });
    expect(makeSlots([1], 'independent')).toEqual(ONE_SLOT);
  });

  it.each([
    { exposure: [], message: /page: expected the exposure of at least one slot, received none; list \[1\]/ },
    { exposure: [1, 0], message: /page: exposure of slot 1 must be in \(0, 1\].*received 0; leave out/ },
    { exposure: [1.2], message: /page: exposure of slot 0.*received 1.2/ },
    { exposure: [Number.NaN], message: /page: exposure of slot 0.*received NaN/ },
    { exposure: [0.5, 0.6], message: /page: exposure must not rise.*0.5 then 0.6 at slot 1; list the best slot first/ },
  ])('refuses $exposure with place and remedy', ({ exposure, message }) => {
    expect(() => makeSlots(exposure, 'independent', 'page')).toThrow(message);
  });
});

describe('slotExposure', () => {
  it('is the exposure itself where slots are independent, its product down the page under cascade', () => {
    const out = new Float64Array(3);
    slotExposure(makeSlots([1, 0.5, 0.25], 'independent'), out);
    expect([...out]).toEqual([1, 0.5, 0.25]);
    slotExposure(makeSlots([1, 0.5, 0.25], 'cascade'), out);
    expect([...out]).toEqual([1, 0.5, 0.125]);
  });
});

describe('drawExposure', () => {
  const uniforms = Float64Array.of(0.5, 0.9, 0.1, 0.5, 0.7, 0.1);

  it('shows a slot where its number is below the exposure', () => {
    const out = new Uint8Array(6);
    drawExposure(makeSlots([1, 0.8, 0.6], 'independent'), uniforms, 2, out);
    expect([...out]).toEqual([1, 0, 1, 1, 1, 1]);
  });

  it('shows nothing below an unseen slot under cascade', () => {
    const out = new Uint8Array(6);
    drawExposure(makeSlots([1, 0.8, 0.6], 'cascade'), uniforms, 2, out);
    expect([...out]).toEqual([1, 0, 0, 1, 1, 1]);
  });

  it('takes as many numbers from a stream whatever is seen', () => {
    const [one, other] = [new Rng('slots'), new Rng('slots')];
    drawExposure(makeSlots([1, 0.8, 0.6], 'cascade'), one, 5, new Uint8Array(15));
    drawExposure(makeSlots([0.01, 0.01, 0.01], 'cascade'), other, 5, new Uint8Array(15));
    expect(one.next()).toBe(other.next());
  });

  it('shows each slot as often as its exposure says', () => {
    const numAuctions = 20_000;
    const slots = makeSlots([0.9, 0.8, 0.5], 'cascade');
    const out = new Uint8Array(numAuctions * 3);
    drawExposure(slots, new Rng('frequency'), numAuctions, out);
    const expected = new Float64Array(3);
    slotExposure(slots, expected);
    for (let s = 0; s < 3; s++) {
      const share = out.filter((_, i) => i % 3 === s).reduce((sum, seen) => sum + seen, 0) / numAuctions;
      expect(Math.abs(share - expected[s]!)).toBeLessThan(4 * Math.sqrt(0.25 / numAuctions));
    }
  });
});
