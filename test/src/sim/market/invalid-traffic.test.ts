import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { findClickFraud } from '../../../../src/sim/market/impression-log.ts';
import { playMarket } from '../../../../src/sim/market/play-market.ts';
import { smallHouse } from './small-house.ts';

const rivals = [{ name: 'rival', count: 3 }];

function logOf(invalid: Readonly<Record<string, unknown>>, seed: number) {
  const house = smallHouse({ rivals, traffic: { opportunitiesPerDay: 20_000, invalid } });
  return playMarket(house, [], [new Rng(`fraud/${seed}`)], { log: 'all' })[0]!;
}

describe('invalid traffic', () => {
  it('has its share of impressions, clicks at its own rate, never converts and is worth nothing', () => {
    const { seats, log } = logOf({ share: 0.1, sites: 3, clickRate: 0.4 }, 0);
    const invalid = log.filter((row) => row.invalid);
    expect(invalid.length / log.length).toBeCloseTo(0.1, 1);
    expect(invalid.filter(({ clicked }) => clicked).length / invalid.length).toBeCloseTo(0.4, 1);
    expect(invalid.some(({ converted }) => converted)).toBe(false);
    expect(new Set(invalid.map(({ site }) => site))).toEqual(new Set([0, 1, 2]));
    const sum = (of: (seat: (typeof seats)[number]) => number) => seats.reduce((total, seat) => total + of(seat), 0);
    expect(sum((seat) => seat.invalidImpressions)).toBe(invalid.length);
    expect(sum((seat) => seat.invalidClicks)).toBe(invalid.filter(({ clicked }) => clicked).length);
    expect(sum((seat) => seat.invalidSpendMicros)).toBe(invalid.reduce((total, row) => total + row.chargedMicros, 0));
  });

  it('is given away by the click rates of its sites, and honest sites are not accused', () => {
    for (let seed = 0; seed < 3; seed++) {
      const { log } = logOf({ share: 0.05, sites: 2 }, seed);
      expect(findClickFraud(log, 20)).toEqual({ flaggedSites: [0, 1], foundShare: 1 });
    }
    expect(findClickFraud(logOf({}, 9).log, 20)).toEqual({ flaggedSites: [], foundShare: null });
  });
});
