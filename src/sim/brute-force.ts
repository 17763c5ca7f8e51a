import type { ReplayColumns } from './replay-columns.ts';
import type { StepOutcome } from './step-outcome.ts';

/**
 * Plays opportunities from … to − 1 one by one with bids α · value: the reference that the index must equal, and the
 * scan of what a budget cannot cover whole.
 *
 * An opportunity is won where `α · value >= need`, and bought if its price is at most what is left, else lost; the scan
 * goes on. Second price pays max(price, floor); first price pays α times the won value, rounded down once.
 *
 * @param remainingMicros Integer micros; never exceeded.
 */
export function bruteForceStep(
  columns: Pick<ReplayColumns, 'tape' | 'needMicros' | 'paidMicros' | 'firstPrice'>,
  from: number,
  to: number,
  multiplier: number,
  remainingMicros: number,
  out: StepOutcome,
): void {
  const { value, click, conversion } = columns.tape;
  const need = columns.needMicros;
  const paid = columns.paidMicros;
  const { firstPrice } = columns;
  let wins = 0;
  let spend = 0;
  let wonValue = 0;
  let clicks = 0;
  let conversions = 0;
  for (let i = from; i < to; i++) {
    const v = value[i]!;
    if (!(multiplier * v >= need[i]!)) continue;
    const after = firstPrice ? Math.floor(multiplier * (wonValue + v)) : spend + paid[i]!;
    if (after > remainingMicros) continue;
    spend = after;
    wins++;
    wonValue += v;
    clicks += click[i]!;
    conversions += conversion[i]!;
  }
  out.wins = wins;
  out.spendMicros = spend;
  out.value = wonValue;
  out.clicks = clicks;
  out.conversions = conversions;
}
