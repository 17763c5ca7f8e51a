import { describe, expect, it } from 'vitest';
import { observeSeat, SEAT_FEATURES } from '../../../../src/sim/auction-net/seat-features.ts';
import {
  beginSeat,
  blankSeatRecord,
  emptyReport,
  expectedTraffic,
  lookAhead,
  reportTick,
} from '../../../../src/sim/auction-net/seat-record.ts';

const plan = expectedTraffic(4800);
const scales = { meanValue: 0.001, opportunities: 4800 };
const report = (changes: Partial<ReturnType<typeof emptyReport>>) => ({ ...emptyReport(), volume: 100, ...changes });

function observed(record: ReturnType<typeof blankSeatRecord>): Record<string, number> {
  const out = new Float32Array(SEAT_FEATURES.length);
  observeSeat(record, scales, out, 0);
  return Object.fromEntries(SEAT_FEATURES.map(({ name }, i) => [name, out[i]!]));
}

describe('what an advertiser knows', () => {
  it('begins with all its time and money, and nothing seen', () => {
    const record = blankSeatRecord();
    beginSeat(record, plan, 500_000, 100_000);
    lookAhead(record, 200, 0.002, undefined);
    expect(observed(record)).toMatchObject({
      timeLeft: 1,
      budgetLeft: 1,
      meanBid: 0,
      recentWinShare: 0,
      currentValue: 2,
      currentVolume: 2,
      volume: 0,
      cpaCompliance: 1,
      budgetInTargets: 1,
      conversions: 0,
      planMultiplier: 0,
      lastMultiplier: 0,
    });
  });

  it('has means over all ticks and over the last three', () => {
    const record = blankSeatRecord();
    beginSeat(record, plan, 500_000, 100_000);
    for (const wins of [10, 20, 30, 40]) {
      reportTick(record, plan, report({ wins, meanValue: 0.001, multiplier: 50_000, leastWinningCostMicros: wins }));
    }
    const { meanWinShare, recentWinShare, meanBid, meanLeastWinningCost, recentLeastWinningCost, meanValue, ...rest } =
      observed(record);
    expect(meanWinShare).toBeCloseTo(0.25, 6);
    expect(recentWinShare).toBeCloseTo(0.3, 6);
    // Bids of half the target times the mean value.
    expect(meanBid).toBeCloseTo(0.5, 6);
    expect(meanLeastWinningCost).toBeCloseTo(25 / 100, 6);
    expect(recentLeastWinningCost).toBeCloseTo(30 / 100, 6);
    expect(meanValue).toBeCloseTo(1, 6);
    expect(rest['recentVolume']).toBeCloseTo(1, 6);
    expect(rest['volume']).toBeCloseTo(400 / 4800, 6);
    expect(rest['lastMultiplier']).toBeCloseTo(Math.log(0.5), 6);
  });

  it('counts conversions against what was spent', () => {
    const record = blankSeatRecord();
    beginSeat(record, plan, 500_000, 100_000);
    reportTick(record, plan, report({ spendMicros: 200_000, conversions: 1, value: 4 }));
    expect(observed(record)).toMatchObject({ cpaCompliance: 0.5, predictedCompliance: 2 });
    expect(observed(record)['slack']).toBeCloseTo(-0.2, 6);
    expect(observed(record)['leftInTargets']).toBeCloseTo(0.6, 6);
  });

  it('sees what the money left buys by a plan, at most three targets', () => {
    const record = blankSeatRecord();
    beginSeat(record, plan, 500_000, 100_000);
    const costFromMicros = new Float64Array(48 * 2).fill(1e9);
    lookAhead(record, 100, 0.001, { multipliers: Float64Array.of(150_000, 900_000), costFromMicros });
    expect(record.planMultiplier).toBe(150_000);
    lookAhead(record, 100, 0.001, { multipliers: Float64Array.of(700_000, 900_000), costFromMicros });
    expect(record.planMultiplier).toBe(300_000);
  });
});
