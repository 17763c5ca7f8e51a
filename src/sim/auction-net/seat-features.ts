import { cpaCompliance } from '../../campaign/cpa-goal.ts';
import type { Feature } from '../../core/space.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';
import { NUM_TICKS } from './period-config.ts';
import { HISTORY, recentSum, type SeatRecord } from './seat-record.ts';

/** What makes the numbers of markets of different size alike. */
export interface SeatScales {
  /** Mean predicted conversion rate of the market. */
  readonly meanValue: number;
  /** Opportunities of a period. */
  readonly opportunities: number;
}

function feature(name: string, unit: string, low: number, high: number, description: string): Feature {
  return { name, unit, low, high, description };
}

const BIDS = 'ratio to the CPA target times the mean pValue';

/**
 * The observation of `constrained-bidding-v1`: AuctionNet's sixteen numbers, scaled to be comparable between advertisers,
 * rlbidder's compliance ratio, and five that the score depends on but the sixteen only imply. All are clipped to [low, high].
 *
 * Source of the first sixteen: Su et al. (2024), arXiv:2412.10798, appendix; of the seventeenth: rlbidder.
 */
export const SEAT_FEATURES: readonly Feature[] = [
  feature('timeLeft', 'share of the period', 0, 1, 'Ticks left, this one included, over all ticks.'),
  feature('budgetLeft', 'share of the budget', 0, 1, 'Money left over the budget.'),
  feature('meanBid', BIDS, 0, 8, 'Mean bid over all ticks so far.'),
  feature('meanLeastWinningCost', BIDS, 0, 8, 'Mean price of the last slot over all ticks so far.'),
  feature('meanValue', 'ratio to the mean pValue', 0, 8, 'Mean predicted conversion rate over all ticks so far.'),
  feature(
    'meanConversions',
    'ratio to the mean pValue',
    0,
    8,
    'Mean conversions an opportunity over all ticks so far.',
  ),
  feature('meanWinShare', 'share of opportunities', 0, 1, 'Mean share of opportunities won over all ticks so far.'),
  feature('recentBid', BIDS, 0, 8, 'Mean bid over the last three ticks.'),
  feature('recentLeastWinningCost', BIDS, 0, 8, 'Mean price of the last slot over the last three ticks.'),
  feature('recentValue', 'ratio to the mean pValue', 0, 8, 'Mean predicted conversion rate over the last three ticks.'),
  feature('recentConversions', 'ratio to the mean pValue', 0, 8, 'Mean conversions an opportunity, last three ticks.'),
  feature(
    'recentWinShare',
    'share of opportunities',
    0,
    1,
    'Mean share of opportunities won over the last three ticks.',
  ),
  feature('currentValue', 'ratio to the mean pValue', 0, 8, 'Mean predicted conversion rate of the tick to come.'),
  feature('currentVolume', 'ratio to an average tick', 0, 8, 'Opportunities of the tick to come.'),
  feature('recentVolume', 'ratio to three average ticks', 0, 8, 'Opportunities of the last three ticks.'),
  feature('volume', 'ratio to the period', 0, 2, 'Opportunities so far.'),
  feature('cpaCompliance', 'ratio', 0, 2, 'CPA target over cost per conversion so far; 0 without a conversion.'),
  feature(
    'predictedCompliance',
    'ratio',
    0,
    2,
    'CPA target over cost per predicted conversion so far; 1 without cost.',
  ),
  feature('budgetInTargets', 'conversions over 5', 0, 4, 'Budget over CPA target: how many conversions it must bring.'),
  feature('leftInTargets', 'conversions over 5', 0, 4, 'Money left over CPA target.'),
  feature('conversions', 'conversions over 5', 0, 4, 'Conversions so far.'),
  feature('slack', 'conversions over 5', -4, 4, 'Conversions so far less spend over CPA target.'),
  feature('cpaTarget', 'ratio to 100 currency units', 0, 4, 'The CPA target.'),
  feature(
    'planMultiplier',
    'log ratio',
    -4,
    4,
    'Multiplier that earlier periods say the money left buys, over the target.',
  ),
  feature('lastMultiplier', 'log ratio', -4, 4, 'Multiplier of the last tick over the CPA target.'),
];

const RECENT = 3;
const CONVERSIONS = 5;

/** Writes the observation of an advertiser, one value per feature of {@link SEAT_FEATURES}, from `out[offset]` on. */
export function observeSeat(record: SeatRecord, scales: SeatScales, out: Float32Array, offset: number): void {
  const { counters: c, sums, cpaTargetMicros } = record;
  const played = Math.max(1, c.stepIndex);
  const recent = Math.max(1, Math.min(RECENT, c.stepIndex));
  const bidUnit = cpaTargetMicros * scales.meanValue;
  const tickVolume = scales.opportunities / NUM_TICKS;
  const spentMicros = c.budgetMicros - c.remainingMicros;
  const values = scratch;
  values[0] = (c.numSteps - c.stepIndex) / c.numSteps;
  values[1] = c.remainingMicros / c.budgetMicros;
  writeMeans(sums, played, bidUnit, scales.meanValue, 2);
  for (let column = 0; column < recentSums.length; column++) recentSums[column] = recentSum(record, column, RECENT);
  writeMeans(recentSums, recent, bidUnit, scales.meanValue, 7);
  values[12] = record.currentMeanValue / scales.meanValue;
  values[13] = record.currentVolume / tickVolume;
  values[14] = recentSums[HISTORY.volume]! / (RECENT * tickVolume);
  values[15] = sums[HISTORY.volume]! / scales.opportunities;
  values[16] = cpaCompliance(cpaTargetMicros, spentMicros, record.conversions);
  values[17] = cpaCompliance(cpaTargetMicros, spentMicros, c.value);
  values[18] = c.budgetMicros / cpaTargetMicros / CONVERSIONS;
  values[19] = c.remainingMicros / cpaTargetMicros / CONVERSIONS;
  values[20] = record.conversions / CONVERSIONS;
  values[21] = (record.conversions - spentMicros / cpaTargetMicros) / CONVERSIONS;
  values[22] = cpaTargetMicros / (100 * MICROS_PER_UNIT);
  values[23] = Math.log(record.planMultiplier / cpaTargetMicros);
  values[24] = c.lastMultiplier > 0 ? Math.log(c.lastMultiplier / cpaTargetMicros) : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < SEAT_FEATURES.length; i++) {
    const { low, high } = SEAT_FEATURES[i]!;
    out[offset + i] = Math.min(high, Math.max(low, values[i]!));
  }
}

const scratch = new Float64Array(SEAT_FEATURES.length);
const recentSums = new Float64Array(6);

/** Five means from sums over `ticks` ticks: bid, least winning cost, pValue, conversions, win share. */
function writeMeans(sums: Float64Array, ticks: number, bidUnit: number, meanValue: number, at: number) {
  scratch[at] = sums[HISTORY.bidMicros]! / ticks / bidUnit;
  scratch[at + 1] = sums[HISTORY.leastWinningCostMicros]! / ticks / bidUnit;
  scratch[at + 2] = sums[HISTORY.value]! / ticks / meanValue;
  scratch[at + 3] = sums[HISTORY.conversions]! / ticks / meanValue;
  scratch[at + 4] = sums[HISTORY.winShare]! / ticks;
}
