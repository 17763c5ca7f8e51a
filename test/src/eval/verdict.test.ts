import { describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/eval/aggregate.ts';
import type { SummaryRow } from '../../../src/eval/summary-row.ts';
import { composeVerdict } from '../../../src/eval/verdict.ts';
import { summaryRow } from './summary-rows.ts';

function play(policy: Partial<SummaryRow>, ratio: (seed: number, day: number) => number, seeds = 10): SummaryRow[] {
  return Array.from({ length: seeds }, (_, seed) =>
    [0, 1, 2, 3, 4, 5].map((day) =>
      summaryRow({ ...policy, seed, flight: `day ${day}`, valueRatio: ratio(seed, day) }),
    ),
  ).flat();
}

const ppo = { policy: 'ppo', title: 'PPO', kind: 'learner' } as const;
const rlb = { policy: 'rlb', title: 'RLB (exact DP)', kind: 'baseline' } as const;
const verdictOf = (rows: readonly SummaryRow[]) => composeVerdict(aggregate(rows, { replicates: 300 }));

describe('composeVerdict', () => {
  it('says who won, by how much and how sure', () => {
    const verdict = verdictOf([...play(ppo, () => 0.98), ...play(rlb, (_, day) => 0.95 + 0.001 * day)]);
    expect(verdict.headline).toBe(
      'PPO won: 0.980 of the hindsight optimum, 2.9 % above the best baseline (RLB (exact DP), 0.952).',
    );
    expect(verdict.details[0]).toMatch(/^The 95 % interval of the difference runs from \+2\.\d % to \+3\.\d %\.$/);
    expect(verdict.details[1]).toContain('on 100.0 % of 60 paired flights');
    expect(verdict.caveats).toEqual([]);
  });

  it('does not call a winner where the interval covers zero', () => {
    const verdict = verdictOf([...play(ppo, (seed) => 0.9 + 0.01 * (seed % 3)), ...play(rlb, () => 0.909)]);
    expect(verdict.headline).toMatch(/^Too close to call: PPO .* which may be chance\.$/);
  });

  it('says that a baseline won when one did', () => {
    const verdict = verdictOf([...play(ppo, () => 0.8), ...play(rlb, () => 0.9)]);
    expect(verdict.headline).toBe(
      'The best baseline won: RLB (exact DP) reached 0.900 of the hindsight optimum, the best trained agent (PPO) 0.800, 11.1 % less.',
    );
  });

  it('reports a single flight without a claim about certainty', () => {
    const verdict = verdictOf([summaryRow({ ...ppo, valueRatio: 0.95 }), summaryRow({ ...rlb, valueRatio: 0.9 })]);
    expect(verdict.headline).toBe(
      'PPO came out above the best baseline, RLB (exact DP), on the single flight played: 0.950 against 0.900 of the hindsight optimum.',
    );
    expect(verdict.caveats.join(' ')).toContain('1 training seed;');
    expect(verdict.caveats.join(' ')).toContain('only 1 test flight');
  });

  it('names the best where only baselines or only learners took part', () => {
    expect(verdictOf(play(rlb, () => 0.9)).headline).toContain('RLB (exact DP) was the only baseline: 0.900');
    expect(verdictOf(play(ppo, () => 0.9)).details).toEqual(['There was no baseline to compare it with.']);
    expect(composeVerdict([]).headline).toBe('There are no results yet.');
  });

  it('calls overspend a fault', () => {
    const broken = play(rlb, () => 0.9).map((row) => ({ ...row, overspendMicros: 1_000_000 }));
    expect(verdictOf(broken).caveats.join(' ')).toContain('RLB (exact DP) spent 60.00 above its budgets: a fault.');
  });
});
