import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TapeMeta } from '../../../src/data/tape.ts';
import { bruteForceStep } from '../../../src/sim/brute-force.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { emptyOutcomes } from '../../../src/sim/step-batch.ts';
import { emptyOutcome } from '../../../src/sim/step-outcome.ts';
import { type Row, smallTape } from './small-tape.ts';

/** Values that sit at exact quotients, ties, zeros, and ordinary ones. */
const values = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 1, max: 12 }).map((k) => 1 / k),
  fc.double({ min: 1e-6, max: 50, noNaN: true }),
);

const rows: fc.Arbitrary<Row> = fc.record({
  value: values,
  price: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 400 })),
  floor: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 })),
  click: fc.integer({ min: 0, max: 1 }),
  conversion: fc.integer({ min: 0, max: 1 }),
});

const metas: fc.Arbitrary<Partial<TapeMeta>> = fc.record({
  ties: fc.constantFrom('win', 'lose'),
  minBidMicros: fc.constantFrom(0, 1, 5),
  bidQuantumMicros: fc.constantFrom(1, 10),
  maxBidMicros: fc.constantFrom(null, 60, 300),
});

const multipliers = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 150 }),
  fc.integer({ min: 1, max: 12 }).map((k) => 1 / k),
  fc.double({ min: 0, max: 200, noNaN: true }),
);

const cases = fc.record({
  rows: fc.oneof(fc.array(rows, { maxLength: 30 }), fc.array(rows, { minLength: 120, maxLength: 400, size: 'max' })),
  meta: metas,
  multiplier: multipliers,
  /** Share of the whole spend that the budget covers; above 1 it covers all. */
  share: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1.2, noNaN: true })),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
});

/** Both kernels on every step of a random tape; the budget of a step is the given share of its whole spend. */
function bothKernels(
  pricing: TapeMeta['pricing'],
  check: (index: ReturnType<typeof emptyOutcome>, brute: ReturnType<typeof emptyOutcome>, budget: number) => void,
): void {
  fc.assert(
    fc.property(cases, ({ rows: drawn, meta, multiplier, share, cuts }) => {
      const tape = smallTape(drawn, { ...meta, pricing });
      const inner = cuts.map((cut) => Math.floor(cut * tape.length)).sort((a, b) => a - b);
      const replay = new Replay(tape, Int32Array.from([0, ...inner, tape.length]));
      const whole = emptyOutcome();
      const index = emptyOutcome();
      const brute = emptyOutcome();
      for (let s = 0; s < replay.numSteps; s++) {
        const from = replay.stepOffsets[s]!;
        const to = replay.stepOffsets[s + 1]!;
        bruteForceStep(replay, from, to, multiplier, Number.MAX_SAFE_INTEGER, whole);
        const budget = Math.floor(whole.spendMicros * share);
        bruteForceStep(replay, from, to, multiplier, budget, brute);
        replay.play(s, multiplier, budget, index);
        check(index, brute, budget);
      }
    }),
    { numRuns: 1500 },
  );
}

describe('Replay', () => {
  it('equals brute force in second price: money, wins, clicks exactly, value within 1e-12', () => {
    bothKernels('second-price', (index, brute, budget) => {
      expect(index.wins).toBe(brute.wins);
      expect(index.spendMicros).toBe(brute.spendMicros);
      expect(index.clicks).toBe(brute.clicks);
      expect(index.conversions).toBe(brute.conversions);
      expect(Math.abs(index.value - brute.value)).toBeLessThanOrEqual(1e-12 * brute.value);
      expect(index.spendMicros).toBeLessThanOrEqual(budget);
    });
  });

  it('equals brute force in first price within one micro a step', () => {
    bothKernels('first-price', (index, brute, budget) => {
      expect(index.wins).toBe(brute.wins);
      expect(Math.abs(index.spendMicros - brute.spendMicros)).toBeLessThanOrEqual(1);
      expect(index.clicks).toBe(brute.clicks);
      expect(Math.abs(index.value - brute.value)).toBeLessThanOrEqual(1e-12 * brute.value);
      expect(index.spendMicros).toBeLessThanOrEqual(budget);
    });
  });

  it('plays many as it plays one, to the last bit, in both prices and on short budgets', () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('first-price', 'second-price'),
        ({ rows: drawn, meta, multiplier }, pricing) => {
          const tape = smallTape(drawn, { ...meta, pricing });
          const replay = new Replay(tape, Int32Array.of(0, tape.length >> 2, tape.length));
          const one = emptyOutcome();
          replay.play(1, multiplier, Number.MAX_SAFE_INTEGER, one);
          const budgets = [Number.MAX_SAFE_INTEGER, one.spendMicros + 1, one.spendMicros, one.spendMicros >> 1, 0];
          const steps = Int32Array.from([...budgets.map(() => 0), ...budgets.map(() => 1)]);
          const multipliers = new Float64Array(10).fill(multiplier);
          const remainingMicros = Float64Array.from([...budgets, ...budgets]);
          const out = emptyOutcomes(10);
          replay.playMany({ steps, multipliers, remainingMicros }, out, 10);
          for (let i = 0; i < 10; i++) {
            replay.play(steps[i]!, multipliers[i]!, remainingMicros[i]!, one);
            const { wins, spendMicros, value, clicks, conversions } = out;
            expect({
              wins: wins[i],
              spendMicros: spendMicros[i],
              value: value[i],
              clicks: clicks[i],
              conversions: conversions[i],
            }).toEqual(one);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses a batch with a bad multiplier before it plays any of it', () => {
    const replay = new Replay(smallTape([{ value: 1, price: 1 }]), Int32Array.of(0, 1));
    const out = emptyOutcomes(2);
    const asked = { steps: new Int32Array(2), remainingMicros: Float64Array.of(9, 9) };
    const play = (multipliers: Float64Array, count: number) => replay.playMany({ ...asked, multipliers }, out, count);
    expect(() => play(Float64Array.of(5, Number.NaN), 2)).toThrow(/multiplier: expected a finite number/);
    expect([...out.wins]).toEqual([0, 0]);
    play(Float64Array.of(5, Number.NaN), 1);
    expect([...out.wins]).toEqual([1, 0]);
  });

  it('buys in time order what the budget covers and passes over what it does not', () => {
    // Prices 5, 9, 3 at α = 10 with 10 micros: 5 is bought, 9 no longer fits, 3 still does.
    const tape = smallTape([
      { value: 1, price: 5 },
      { value: 1, price: 9, click: 1 },
      { value: 1, price: 3, click: 1 },
    ]);
    const replay = new Replay(tape, Int32Array.of(0, 3));
    const out = emptyOutcome();
    replay.play(0, 10, 10, out);
    expect(out).toEqual({ wins: 2, spendMicros: 8, value: 2, clicks: 1, conversions: 0 });
  });

  it('pays the floor where it is above the market price', () => {
    const replay = new Replay(smallTape([{ value: 1, price: 5, floor: 8 }]), Int32Array.of(0, 1));
    const out = emptyOutcome();
    replay.play(0, 8, 100, out);
    expect(out.spendMicros).toBe(8);
    replay.play(0, 7.9, 100, out);
    expect(out.wins).toBe(0);
  });

  it('plays an empty step as nothing', () => {
    const replay = new Replay(smallTape([{ value: 1, price: 1 }]), Int32Array.of(0, 0, 1));
    const out = emptyOutcome();
    replay.play(0, 5, 100, out);
    expect(out).toEqual(emptyOutcome());
  });

  it('refuses a multiplier that is no number or below 0', () => {
    const replay = new Replay(smallTape([{ value: 1, price: 1 }]), Int32Array.of(0, 1));
    for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(() => replay.play(0, bad, 1, emptyOutcome())).toThrow(/multiplier: expected a finite number/);
    }
  });

  it('refuses step offsets that leave the tape or go back', () => {
    const tape = smallTape([{ value: 1, price: 1 }]);
    expect(() => new Replay(tape, Int32Array.of(0, 2))).toThrow(/step offsets/);
    expect(() => new Replay(tape, Int32Array.of(1, 0))).toThrow(/step offsets/);
  });
});
