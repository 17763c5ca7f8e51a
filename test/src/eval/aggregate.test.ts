import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/eval/aggregate.ts';
import type { SummaryRow } from '../../../src/eval/summary-row.ts';
import { summaryRow } from './summary-rows.ts';

const days = ['day 1', 'day 2', 'day 3', 'day 4'];

/** One row per seed, fraction and day with the score that `ratio` gives. */
function play(
  policy: Partial<SummaryRow>,
  ratio: (seed: number, fraction: number, day: number) => number,
  seeds = [0, 1],
): SummaryRow[] {
  return seeds.flatMap((seed) =>
    [0.125, 0.5].flatMap((budgetFraction) =>
      days.map((flight, day) =>
        summaryRow({ ...policy, seed, budgetFraction, flight, valueRatio: ratio(seed, budgetFraction, day) }),
      ),
    ),
  );
}

const constant = { policy: 'constant', title: 'Constant bid', kind: 'baseline' } as const;
const planner = { policy: 'rlb', title: 'RLB', kind: 'baseline' } as const;
const dqn = { policy: 'dqn', title: 'DQN', kind: 'learner' } as const;
const hindsight = { policy: 'knapsack', title: 'Hindsight optimum', kind: 'ceiling' } as const;

const rows = [
  ...play(constant, (_, fraction, day) => 0.7 + 0.01 * day + 0.1 * fraction),
  ...play(planner, (_, fraction, day) => 0.8 + 0.01 * day + 0.1 * fraction),
  ...play(dqn, (seed, fraction, day) => 0.821 + 0.01 * day + 0.1 * fraction + 0.002 * seed),
  ...play(hindsight, () => 1, [0]),
];

describe('aggregate', () => {
  const all = aggregate(rows, { replicates: 200 });
  const find = (policy: string, fraction: number | null) =>
    all.find((entry) => entry.policy === policy && entry.budgetFraction === fraction)!;

  it('covers all budgets together and then each, best policy first', () => {
    expect(all.map((entry) => [entry.budgetFraction, entry.policy])).toEqual(
      [null, 0.125, 0.5].flatMap((fraction) =>
        ['knapsack', 'dqn', 'rlb', 'constant'].map((policy) => [fraction, policy]),
      ),
    );
  });

  it('takes the baseline of the highest score as the one to beat, never the ceiling', () => {
    expect(new Set(all.map((entry) => entry.bestBaseline))).toEqual(new Set(['rlb']));
    expect(find('rlb', null).differenceToBestBaseline).toBeNull();
  });

  it('sees that a constant lead over the baseline is certain although days differ', () => {
    const difference = find('dqn', 0.5).differenceToBestBaseline!;
    expect(difference.estimate).toBeCloseTo(0.022, 12);
    expect(difference.low).toBeGreaterThan(0.0209);
    expect(difference.high).toBeLessThan(0.0231);
    expect(find('dqn', 0.5).betterShare).toBe(1);
  });

  it('gives the probability of improvement of Mann and Whitney within each budget', () => {
    // 0.821 + i/100 (+ .002) against 0.80 + j/100 loses only day 1 against day 4: 15 of 16 pairs are won.
    expect(find('dqn', 0.125).probabilityOfImprovement!.estimate).toBeCloseTo(15 / 16, 12);
  });

  it('ranks learners and baselines and leaves references and ceilings out', () => {
    expect(['knapsack', 'dqn', 'rlb', 'constant'].map((policy) => find(policy, null).rank)).toEqual([null, 1, 2, 3]);
  });

  it('adds up counts and money and takes costs from the sums', () => {
    const entry = find('dqn', 0.5);
    expect(entry.count).toBe(8);
    expect(entry.clicks).toBe(32);
    expect(entry.spendMicros).toBe(8 * 18_000_000);
    expect(entry.ecpc).toBe(4.5);
    expect(entry.cpm).toBe(45);
    expect([entry.numSeeds, entry.numFlights]).toEqual([2, 4]);
  });

  it('pairs a baseline that was played with one seed with every seed of a learner', () => {
    const single = [
      ...play(planner, (_, fraction, day) => 0.8 + 0.01 * day + 0.1 * fraction, [7]),
      ...rows.slice(32, 48),
    ];
    const entry = aggregate(single, { replicates: 50 }).find(({ policy }) => policy === 'dqn')!;
    expect(entry.differenceToBestBaseline!.estimate).toBeCloseTo(
      find('dqn', null).differenceToBestBaseline!.estimate,
      12,
    );
  });

  it('does not pair flights that met another hindsight optimum', () => {
    const other = play(planner, () => 0.8, [7]).map((row) => ({ ...row, hindsightValue: 11 }));
    const [first] = aggregate([...other, ...rows.slice(32, 48)], { replicates: 50 });
    expect(first!.policy).toBe('dqn');
    expect(first!.differenceToBestBaseline).toBeNull();
  });

  it('gives no interval for a single seed on a single flight', () => {
    const [only] = aggregate([summaryRow()]);
    expect(only).toMatchObject({ iqm: 0.9, iqmLow: null, iqmHigh: null, differenceToBestBaseline: null });
  });

  it('is the same whatever the order of the rows', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        const again = aggregate(shuffled, { replicates: 20 });
        const first = aggregate(rows, { replicates: 20 });
        const score = (entries: typeof first) =>
          new Map(entries.map((entry) => [`${entry.policy}${entry.budgetFraction}`, entry]));
        for (const [key, entry] of score(first)) {
          expect(score(again).get(key)!.iqmLow).toBeCloseTo(entry.iqmLow!, 12);
          expect(score(again).get(key)!.rank).toBe(entry.rank);
        }
      }),
      { numRuns: 5 },
    );
  });

  it('aggregates a thousand rows of each of two policies in a moment', () => {
    const many = ['constant', 'dqn'].flatMap((policy) =>
      Array.from({ length: 1000 }, (_, i) =>
        summaryRow({
          policy,
          kind: policy === 'dqn' ? 'learner' : 'baseline',
          seed: i % 10,
          budgetFraction: 2 ** -(Math.floor(i / 10) % 5),
          flight: `day ${Math.floor(i / 50)}`,
          valueRatio: 0.5 + ((i * 7919) % 997) / 2000,
        }),
      ),
    );
    const start = performance.now();
    aggregate(many);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
