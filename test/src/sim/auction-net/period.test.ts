import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { conversionLaw, converts } from '../../../../src/sim/auction-net/conversions.ts';
import { drawPeriod } from '../../../../src/sim/auction-net/period.ts';
import { auctionNetSchema, NUM_TICKS, seatsOf, TRAFFIC_SHARES } from '../../../../src/sim/auction-net/period-config.ts';

const config = auctionNetSchema.parse({ opportunities: 4800 });

describe('the advertisers', () => {
  it('are 48 in six categories, budgets scaled with the traffic, targets not', () => {
    const seats = seatsOf(config);
    expect(seats).toHaveLength(48);
    expect(seats[47]).toEqual({ index: 47, category: 5, budgetMicros: 19_680_000, cpaTargetMicros: 120_000_000 });
  });
});

describe('a ROAS goal', () => {
  it('gives every advertiser the CPA target that keeps its return', () => {
    const goal = { kind: 'roas', target: 4, conversionValueMicros: 200_000_000 } as const;
    const targets = seatsOf({ ...config, goal }).map(({ cpaTargetMicros }) => cpaTargetMicros);
    expect(new Set(targets)).toEqual(new Set([50_000_000]));
  });
});

describe('a period', () => {
  const period = drawPeriod(config, new Rng('period'));

  it('shares out exactly its opportunities over 48 ticks', () => {
    expect(period.tickOffsets).toHaveLength(NUM_TICKS + 1);
    expect(period.tickOffsets[NUM_TICKS]).toBe(4800);
    expect(TRAFFIC_SHARES.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  });

  it('is the same for the same stream and another for another', () => {
    const bytes = (path: string) => Buffer.from(drawPeriod(config, new Rng(path)).values.buffer);
    expect(bytes('period').equals(Buffer.from(period.values.buffer))).toBe(true);
    expect(bytes('other').equals(bytes('period'))).toBe(false);
  });

  it('has values that are rates, and their means by tick', () => {
    expect(period.values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const [first, end] = [period.tickOffsets[20]!, period.tickOffsets[21]!];
    let sum = 0;
    for (let k = first; k < end; k++) sum += period.values[k * 48 + 5]!;
    expect(period.meanValues[20 * 48 + 5]).toBeCloseTo(sum / (end - first), 12);
  });

  it('draws noise of its own in every tick', () => {
    const firstOf = (tick: number) => period.values[period.tickOffsets[tick]! * 48]!;
    expect(new Set(Array.from({ length: 8 }, (_, tick) => firstOf(tick))).size).toBeGreaterThan(6);
  });

  it('shows the slots in cascade: all the first, .8 the second, .48 the third', () => {
    const share = (slots: number) => period.slotsSeen.filter((seen) => seen >= slots).length / 4800;
    expect(share(1)).toBe(1);
    expect(share(2)).toBeCloseTo(0.8, 1);
    expect(share(3)).toBeCloseTo(0.48, 1);
  });
});

describe('conversions', () => {
  const share = (law: ReturnType<typeof conversionLaw>, value: number) => {
    let count = 0;
    for (let k = 0; k < 100_000; k++) if (converts(law, value, 11, k, 3)) count++;
    return count / 100_000;
  };

  it('come at the predicted rate where nothing is uncertain', () => {
    expect(conversionLaw(0, 0.3, 0.9).rateFactor).toBe(1);
    expect(share(conversionLaw(0, 0.3, 0.9), 0.2)).toBeCloseTo(0.2, 2);
  });

  it('come at the predicted rate times the factor where the cuts lie unevenly', () => {
    const high = conversionLaw(0.2, 0, 1);
    expect(high.rateFactor).toBeGreaterThan(1.1);
    expect(share(high, 0.2) / 0.2).toBeCloseTo(high.rateFactor, 1.5);
    const low = conversionLaw(0.2, 1, 0);
    expect(share(low, 0.2) / 0.2).toBeCloseTo(low.rateFactor, 1.5);
    expect(low.rateFactor).toBeCloseTo(2 - high.rateFactor, 10);
  });

  it('are the same whatever else happens, and others for other advertisers', () => {
    const law = conversionLaw(0.15, 0.5, 0.5);
    const fate = (seat: number) => Array.from({ length: 200 }, (_, k) => converts(law, 0.5, 11, k, seat));
    expect(fate(3)).toEqual(fate(3));
    expect(fate(3)).not.toEqual(fate(4));
  });
});

describe('the settings', () => {
  it('refuse a market without traffic or with a slot that nobody sees', () => {
    expect(auctionNetSchema.safeParse({ opportunities: 10 }).success).toBe(false);
    expect(auctionNetSchema.safeParse({ exposure: [1, 0.8, 0] }).success).toBe(false);
  });
});
