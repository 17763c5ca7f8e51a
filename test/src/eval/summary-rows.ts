import type { SummaryRow } from '../../../src/eval/summary-row.ts';

/** A row whose numbers follow from its valueRatio, with whatever a test wants to say otherwise. */
export function summaryRow(overrides: Partial<SummaryRow> = {}): SummaryRow {
  const valueRatio = overrides.valueRatio ?? 0.9;
  return {
    policy: 'constant',
    title: 'Constant bid',
    kind: 'baseline',
    seed: 0,
    budgetFraction: 0.25,
    flight: 'day 1',
    horizon: 48,
    auctions: 1000,
    impressions: 400,
    clicks: 4,
    conversions: 0,
    budgetMicros: 20_000_000,
    spendMicros: 18_000_000,
    value: 10 * valueRatio,
    hindsightValue: 10,
    valueRatio,
    winRate: 0.4,
    cpm: 45,
    ecpc: 4.5,
    budgetUtilization: 0.9,
    overspendMicros: 0,
    exhaustedAt: null,
    ...overrides,
  };
}
