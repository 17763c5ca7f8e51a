import { fractionalKnapsack } from '../../../src/bidding/knapsack.ts';
import type { PaceReading } from '../../../src/bidding/pace-reading.ts';
import { microsToCpm } from '../../../src/core/units.ts';
import type { CampaignDay } from './campaign-day.ts';
import type { Controller } from './controllers.ts';
import type { AUCTIONS } from './settings.ts';

/** What a controller made of one campaign's day. */
export interface DayOutcome {
  /** Worth won per unit of budget over the hindsight optimum; worth beyond the budget does not count. */
  readonly valueRatio: number;
  /** Mean and root mean square over intervals of |share spent − share planned|. */
  readonly pacingMae: number;
  readonly pacingRmse: number;
  /** Spend above the budget over the budget. */
  readonly overspend: number;
  /** Intervals until the budget was gone. */
  readonly minutesAlive: number;
  /** Spend over budget. */
  readonly spendShare: number;
  /** Currency units per thousand impressions; null without impressions. */
  readonly cpm: number | null;
  /** `[T]` spend so far over the budget after each interval. */
  readonly spent: Float64Array;
}

/**
 * Plays one campaign's day. Within an interval nothing stops a campaign: money is counted between intervals, as in real
 * systems, so the interval in which the budget ends may overspend; after it the campaign is out.
 *
 * @param target `[T + 1]` the plan that the controller follows; errors are told against the day's own.
 */
export function playDay(
  day: CampaignDay,
  auction: (typeof AUCTIONS)[number],
  pacer: Controller,
  target: Float64Array = day.planShare,
): DayOutcome {
  const { budgetMicros, planShare } = day;
  const numMinutes = planShare.length - 1;
  const totals = { spendMicros: 0, value: 0, wins: 0 };
  const spent = new Float64Array(numMinutes);
  const reading: PaceReading = {
    numIntervals: numMinutes,
    spentShare: 0,
    targetShare: 0,
    lastSpentShare: 0,
    lastTargetShare: 0,
  };
  let alive = 0;
  for (let m = 0; m < numMinutes; m++) {
    const before = totals.spendMicros;
    if (before < budgetMicros) {
      alive++;
      playInterval(day, m, auction === 'first-price', pacer, totals);
    }
    spent[m] = totals.spendMicros / budgetMicros;
    reading.spentShare = spent[m]!;
    reading.targetShare = target[m + 1]!;
    reading.lastSpentShare = (totals.spendMicros - before) / budgetMicros;
    reading.lastTargetShare = target[m + 1]! - target[m]!;
    if (before < budgetMicros) pacer.step(reading);
  }
  const useful = Math.min(1, budgetMicros / Math.max(1, totals.spendMicros));
  return {
    valueRatio: (totals.value * useful) / hindsightWorth(day),
    ...trackingErrors(spent, planShare),
    overspend: Math.max(0, totals.spendMicros - budgetMicros) / budgetMicros,
    minutesAlive: alive,
    spendShare: totals.spendMicros / budgetMicros,
    cpm: totals.wins > 0 ? microsToCpm(totals.spendMicros / totals.wins) : null,
    spent,
  };
}

function playInterval(
  day: CampaignDay,
  minute: number,
  firstPrice: boolean,
  { control, shade }: Controller,
  totals: { spendMicros: number; value: number; wins: number },
): void {
  const { bidMicros, rivalMicros, chance, offsets } = day;
  for (let i = offsets[minute]!; i < offsets[minute + 1]!; i++) {
    if (chance[i]! >= control.rate) continue;
    const worth = bidMicros[i]! * control.signal;
    const bid = Math.floor(shade === null ? worth : shade.bid(worth));
    if (bid <= rivalMicros[i]!) continue;
    totals.wins++;
    totals.spendMicros += firstPrice ? bid : rivalMicros[i]!;
    totals.value += bidMicros[i]!;
  }
}

function trackingErrors(spent: Float64Array, planShare: Float64Array) {
  let sum = 0;
  let squares = 0;
  for (let m = 0; m < spent.length; m++) {
    const error = Math.abs(spent[m]! - planShare[m + 1]!);
    sum += error;
    squares += error * error;
  }
  return { pacingMae: sum / spent.length, pacingRmse: Math.sqrt(squares / spent.length) };
}

const worths = new WeakMap<CampaignDay, number>();

/** The most worth that the budget could have bought at the outside bids, the same for both auctions. */
function hindsightWorth(day: CampaignDay): number {
  const known = worths.get(day);
  if (known !== undefined) return known;
  // A campaign bids at most what an impression is worth to it.
  const values = day.bidMicros.map((bid, i) => (Math.floor(bid) > day.rivalMicros[i]! ? bid : 0));
  const worth = Math.max(fractionalKnapsack(values, day.rivalMicros, day.budgetMicros), Number.MIN_VALUE);
  worths.set(day, worth);
  return worth;
}
