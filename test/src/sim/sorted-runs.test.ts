import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedRuns } from '../../../src/sim/sorted-runs.ts';
import { emptyOutcomes } from '../../../src/sim/step-batch.ts';

/** Columns that differ from entry to entry: price i + 1, value i, clicks on odd entries, conversions on every third. */
function columnsOf(tau: readonly number[]) {
  return {
    tau: Float64Array.from(tau),
    paidMicros: Float64Array.from(tau, (_, i) => i + 1),
    value: Float64Array.from(tau, (_, i) => i),
    click: Uint8Array.from(tau, (_, i) => i % 2),
    conversion: Uint8Array.from(tau, (_, i) => (i % 3 === 0 ? 1 : 0)),
  };
}

const taus = fc.oneof(
  fc.constant(0),
  fc.constant(Number.POSITIVE_INFINITY),
  fc.constant(Number.MIN_VALUE),
  fc.constant(Number.MAX_VALUE),
  fc.integer({ min: 1, max: 6 }),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
);

describe('SortedRuns', () => {
  it('ranks any multiplier as counting does, and sums what it wins', () => {
    fc.assert(
      fc.property(
        fc.array(taus, { maxLength: 60 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        fc.array(
          taus.filter((x) => x < Number.POSITIVE_INFINITY),
          { minLength: 1, maxLength: 8 },
        ),
        (tau, cuts, asked) => {
          const inner = cuts.map((cut) => Math.floor(cut * tau.length)).sort((a, b) => a - b);
          const offsets = Int32Array.from([0, ...inner, tau.length]);
          const columns = columnsOf(tau);
          const runs = new SortedRuns(columns, offsets);
          const finite = tau.filter(Number.isFinite);
          for (let r = 0; r + 1 < offsets.length; r++) {
            for (const multiplier of [...asked, ...finite]) {
              const won: number[] = [];
              for (let i = offsets[r]!; i < offsets[r + 1]!; i++) if (tau[i]! <= multiplier) won.push(i);
              const sum = (column: ArrayLike<number>) => won.reduce((total, i) => total + column[i]!, 0);
              const row = runs.rowAt(r, multiplier);
              expect(runs.count(r, row)).toBe(won.length);
              expect(runs.paidMicros(row)).toBe(sum(columns.paidMicros));
              expect(runs.value(row)).toBe(sum(columns.value));
              expect(runs.clicks(row)).toBe(sum(columns.click));
              expect(runs.conversions(row)).toBe(sum(columns.conversion));
              expect(runs.minPaidMicros(row)).toBe(Math.min(Number.POSITIVE_INFINITY, ...won.map((i) => i + 1)));
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('sums many queries as it sums them one by one, in crowded buckets too, and in no more places than asked', () => {
    fc.assert(
      fc.property(
        // Few different τ put many entries into one bucket.
        fc.array(fc.oneof(taus, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 60 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true })), {
          minLength: 1,
          maxLength: 20,
        }),
        (tau, drawn) => {
          const runs = new SortedRuns(columnsOf(tau), Int32Array.of(0, tau.length >> 1, tau.length));
          // Repeated past the number of queries that go together.
          const asked = Array.from({ length: 600 }, (_, i) => {
            const [run, pick, multiplier] = drawn[i % drawn.length]!;
            const own = tau[pick % tau.length]!;
            return { run, multiplier: i % 2 === 0 && own < Number.POSITIVE_INFINITY ? own : multiplier };
          });
          const out = emptyOutcomes(601);
          runs.sumMany(
            600,
            Int32Array.from(asked, ({ run }) => run),
            Float64Array.from(asked, ({ multiplier }) => multiplier),
            out,
          );
          const expected = asked.map(({ run, multiplier }) => ({ run, row: runs.rowAt(run, multiplier) }));
          expect([...out.wins]).toEqual([...expected.map(({ run, row }) => runs.count(run, row)), 0]);
          expect([...out.spendMicros]).toEqual([...expected.map(({ row }) => runs.paidMicros(row)), 0]);
          expect([...out.value]).toEqual([...expected.map(({ row }) => runs.value(row)), 0]);
          expect([...out.clicks]).toEqual([...expected.map(({ row }) => runs.clicks(row)), 0]);
          expect([...out.conversions]).toEqual([...expected.map(({ row }) => runs.conversions(row)), 0]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('knows an empty run', () => {
    const runs = new SortedRuns(columnsOf([1]), Int32Array.of(0, 0, 1));
    const count = (r: number, multiplier: number) => runs.count(r, runs.rowAt(r, multiplier));
    expect([count(0, 5), count(1, 0.5), count(1, 1)]).toEqual([0, 0, 1]);
    expect(runs.minPaidMicros(runs.rowAt(0, 5))).toBe(Number.POSITIVE_INFINITY);
  });
});
