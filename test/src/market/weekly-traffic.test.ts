import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEEKLY_TRAFFIC } from '../../../src/market/default-traffic.ts';
import { fitWeeklyTraffic, tickShares, weeklyShares } from '../../../src/market/weekly-traffic.ts';

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((x, y) => x + y, 0);

describe('weekly traffic', () => {
  it('has shares that sum to 1, nights that are quiet and weekends below working days', () => {
    const shares = weeklyShares(DEFAULT_WEEKLY_TRAFFIC);
    expect(sum(shares)).toBeCloseTo(1, 12);
    expect(shares[3]! * 5).toBeLessThan(shares[12]!);
    expect(sum(shares.slice(120)) / 2).toBeLessThan(sum(shares.slice(0, 120)) / 5);
  });

  it('is found again by the fit from its own shares', () => {
    const { levels, weekday, weekend } = fitWeeklyTraffic(weeklyShares(DEFAULT_WEEKLY_TRAFFIC), 3);
    weekday.forEach((x, i) => {
      expect(x).toBeCloseTo(DEFAULT_WEEKLY_TRAFFIC.weekday[i]!, 9);
    });
    weekend.forEach((x, i) => {
      expect(x).toBeCloseTo(DEFAULT_WEEKLY_TRAFFIC.weekend[i]!, 9);
    });
    levels.forEach((x, d) => {
      expect(x - levels[0]!).toBeCloseTo(DEFAULT_WEEKLY_TRAFFIC.levels[d]! - DEFAULT_WEEKLY_TRAFFIC.levels[0]!, 9);
    });
  });

  it('is cut into ticks of any length: an hour of weight 2 among hours of 1', () => {
    const hourly = new Array(168).fill(1);
    hourly[24] = 2;
    const halves = tickShares(hourly, 1, 1, 48);
    expect(halves[0]).toBeCloseTo((7 * 1) / 169, 12);
    expect(halves[2]).toBeCloseTo((7 * 0.5) / 169, 12);
    expect(sum(halves)).toBeCloseTo((7 * 25) / 169, 12);
    expect(sum(tickShares(hourly, 6, 14, 5))).toBeCloseTo(14, 9);
    expect(tickShares(hourly, 0, 2, 16)[16]).toBeCloseTo((7 * 2.5) / 169, 12);
  });

  it('refuses shares that are missing or zero', () => {
    expect(() => fitWeeklyTraffic([1, 2], 3)).toThrow('expected 168 positive shares, received 2');
    expect(() => fitWeeklyTraffic(new Float64Array(168), 3)).toThrow('fill the hours that are missing');
  });

  const file = new URL('../../../../shared/data/seasonality/traffic_share.csv', import.meta.url);
  it.skipIf(!existsSync(file))('has as default the fit to the regions of ../shared/data/seasonality', () => {
    const logs = new Float64Array(168);
    const counts = new Float64Array(168);
    for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const [, day, hour, share] = line.split(',').map(Number);
      if (!(share! > 0)) continue;
      logs[(day! - 1) * 24 + hour!]! += Math.log(share!);
      counts[(day! - 1) * 24 + hour!]! += 1;
    }
    const fit = fitWeeklyTraffic(
      logs.map((log, i) => Math.exp(log / counts[i]!)),
      3,
    );
    const defaults = weeklyShares(DEFAULT_WEEKLY_TRAFFIC);
    weeklyShares(fit).forEach((share, i) => {
      expect(defaults[i]! / share).toBeCloseTo(1, 3);
    });
  });
});
