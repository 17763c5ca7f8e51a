import { cpm, ecpc } from '../src/campaign/kpi.ts';
import type { SummaryRow } from '../src/eval/summary-row.ts';

/** What a policy got out of a flight, or out of many. */
type Amounts = Pick<SummaryRow, 'impressions' | 'clicks' | 'conversions' | 'spendMicros' | 'value'>;

/** The measured part of a row and the rates that follow from it. Without any winnable value the ratio counts as 1. */
export function measured(auctions: number, amounts: Amounts, budgetMicros: number, hindsightValue: number) {
  const { impressions, clicks, conversions, spendMicros, value } = amounts;
  return {
    auctions,
    impressions,
    clicks,
    conversions,
    budgetMicros,
    spendMicros,
    value,
    hindsightValue,
    valueRatio: hindsightValue > 0 ? value / hindsightValue : 1,
    winRate: auctions > 0 ? impressions / auctions : 0,
    cpm: cpm(spendMicros, impressions),
    ecpc: ecpc(spendMicros, clicks),
    budgetUtilization: spendMicros / budgetMicros,
    overspendMicros: Math.max(0, spendMicros - budgetMicros),
  };
}

/** Many flights of one policy, seed and budget fraction as one row: amounts added, rates of the sums. */
export function pooledRow(rows: readonly SummaryRow[]): SummaryRow {
  const { policy, title, kind, seed, budgetFraction, horizon } = rows[0]!;
  const sum = (field: 'auctions' | 'budgetMicros' | 'hindsightValue' | 'overspendMicros' | keyof Amounts) =>
    rows.reduce((total, row) => total + row[field], 0);
  const amounts: Amounts = {
    impressions: sum('impressions'),
    clicks: sum('clicks'),
    conversions: sum('conversions'),
    spendMicros: sum('spendMicros'),
    value: sum('value'),
  };
  return {
    policy,
    title,
    kind,
    seed,
    budgetFraction,
    flight: `${rows.length} flights`,
    horizon,
    ...measured(sum('auctions'), amounts, sum('budgetMicros'), sum('hindsightValue')),
    // A flight above its budget is not made good by one below.
    overspendMicros: sum('overspendMicros'),
    exhaustedAt: null,
  };
}
