import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import type { BiddingRule } from '../../../../src/market/rival-population.ts';
import { playMarket, type SeatOutcome } from '../../../../src/sim/market/play-market.ts';
import { believedLogPrice, bestShade } from '../../../../src/sim/market/shading-rule.ts';
import { smallHouse } from './small-house.ts';

const others = [{ name: 'other', count: 4 }];

function paced(bidding: Partial<BiddingRule>, mechanism = 'second-price') {
  const rival = { name: 'paced', bidding, budget: { family: 'fixed', value: 1.5 } };
  const settings = { ticksPerDay: 48, traffic: { opportunitiesPerDay: 4000 }, auction: { mechanism } };
  const house = smallHouse({ ...settings, rivals: [...others, rival] });
  return playMarket(house, [], [new Rng('paced')])[0]!.seats.at(-1)!;
}

/** First tick by whose end the share of the budget is spent. */
function tickOfShare({ spendByTick, budgetMicros }: SeatOutcome, share: number): number {
  let spent = 0;
  return spendByTick.findIndex((spend) => {
    spent += spend;
    return spent >= share * budgetMicros!;
  });
}

describe('scripted rivals', () => {
  it('that bid a fixed multiple run out of money early', () => {
    const { spendByTick, spendMicros, budgetMicros } = paced({ rule: 'fixed' });
    expect(spendByTick.slice(0, 24).reduce((x, y) => x + y, 0)).toBeGreaterThan(0.9 * budgetMicros!);
    expect(spendMicros).toBeLessThanOrEqual(budgetMicros!);
  });

  it.each(['multiplicative', 'pid', 'dual'] as const)('paced by %s spend their money, but later', (rule) => {
    const seat = paced({ rule });
    expect(seat.spendMicros / seat.budgetMicros!).toBeGreaterThan(0.85);
    expect(tickOfShare(seat, 0.8)).toBeGreaterThan(tickOfShare(paced({ rule: 'fixed' }), 0.8) + 3);
  });

  it('that shade earn in first price where truthful bidding earns nothing', () => {
    const { surplusMicros } = paced({ rule: 'shading' }, 'first-price');
    expect(surplusMicros).toBeGreaterThan(0);
    expect(paced({ rule: 'fixed' }, 'first-price').surplusMicros).toBeLessThan(0.01 * surplusMicros);
  });
});

describe('the shading rule', () => {
  it('reads the price to beat from its win rate: half the auctions at a half means a price of a half', () => {
    const seen = { lastAuctions: 1000, lastWins: 500, lastMultiplier: 0.5 };
    expect(believedLogPrice(seen, { sigma: 1, memory: 0.8 }, Number.NaN)).toBeCloseTo(Math.log(0.5), 2);
    expect(believedLogPrice(seen, { sigma: 1, memory: 0.75 }, 0)).toBeCloseTo(Math.log(0.5) / 4, 2);
    expect(believedLogPrice({ ...seen, lastAuctions: 0 }, { sigma: 1, memory: 0.8 }, 0.3)).toBe(0.3);
  });

  it('bids just above a price that is sure, and less where prices are low', () => {
    expect(bestShade(Math.log(0.5), 0.01)).toBeCloseTo(0.52, 9);
    expect(bestShade(Math.log(0.2), 0.5)).toBeLessThan(bestShade(Math.log(0.6), 0.5));
  });
});
