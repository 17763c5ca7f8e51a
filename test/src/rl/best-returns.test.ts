import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { BestReturns } from '../../../src/rl/best-returns.ts';

/** Pairs held, as they are drawn: observation, action, best return. */
const held = (best: BestReturns) => [...best.getRows()].map((x) => Math.round(x * 100) / 100);

describe('best returns', () => {
  it('keep the largest return of each pair of state and action', () => {
    const best = new BestReturns(8, 1, 0);
    for (const [state, action, value] of [
      [0, 0, 1],
      [0, 0, 3],
      [0, 0, 2],
      [0, 1, -1],
      [1, 0, 5],
    ] as const) {
      best.note(Float32Array.of(state, action), 0, value);
    }
    expect(held(best)).toEqual([0, 0, 3, 0, 1, -1, 1, 0, 5]);
  });

  it('take states that round alike for one', () => {
    const best = new BestReturns(8, 1, 0.5);
    for (const [state, value] of [
      [0.1, 1],
      [0.2, 2],
      [0.4, 3],
    ] as const) {
      best.note(Float32Array.of(state, 0), 0, value);
    }
    expect(held(best)).toEqual([0.1, 0, 2, 0.4, 0, 3]);
  });

  it('forget the oldest pair when full, and go on alike after saving and loading', () => {
    const best = new BestReturns(2, 1, 0);
    for (const state of [0, 1, 2]) best.note(Float32Array.of(state, 0), 0, state);
    expect(held(best)).toEqual([2, 0, 2, 1, 0, 1]);
    const copy = new BestReturns(2, 1, 0);
    copy.setRows(best.getRows(), best.cursor);
    for (const to of [best, copy]) {
      to.note(Float32Array.of(1, 0), 0, 9);
      to.note(Float32Array.of(0, 0), 0, 7);
      to.note(Float32Array.of(1, 0), 0, 4);
    }
    // Pair 1 was raised to 9, then gave way to pair 0 and came back in place of pair 2.
    expect(held(best)).toEqual([1, 0, 4, 0, 0, 7]);
    expect(copy.getRows()).toEqual(best.getRows());
    const [observations, actions, values] = [new Float32Array(16), new Int32Array(16), new Float32Array(16)];
    copy.sample(new Rng('draw'), observations, actions, values);
    for (let b = 0; b < 16; b++) expect(values[b]).toBe(observations[b] === 1 ? 4 : 7);
    expect(() => copy.setRows(new Float32Array(12), 0)).toThrow('SHAPE_MISMATCH');
  });
});
