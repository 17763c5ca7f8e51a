import { describe, expect, it } from 'vitest';
import type { BidPolicy } from '../../../../src/core/policy.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { recordCompetition } from '../../../../src/sim/market/competition-tape.ts';
import type { House } from '../../../../src/sim/market/house.ts';
import { MarketRun } from '../../../../src/sim/market/market-run.ts';
import { type MarketOutcome, playMarket } from '../../../../src/sim/market/play-market.ts';
import { bidding, smallHouse } from './small-house.ts';

const fixed = (name: string, multiplier: number) => ({ name, bidding: { rule: 'fixed', multiplier } });
const worths = { clickValue: { family: 'fixed', value: 1 } };
/** Every page is worth 20,000 micros to everybody. */
const alike = { pages: { sigma: 0, clickRate: 0.02, conversionRate: 0.5, sites: 2 }, traffic: { noise: 0 } };

function sold(auction: Readonly<Record<string, unknown>>, multipliers: readonly number[]): MarketOutcome {
  const rivals = multipliers.map((m, i) => ({ ...fixed(`r${i}`, m), ...worths, fitSigma: 0 }));
  return playMarket(smallHouse({ ...alike, rivals, auction }), [], [new Rng('sold')], { log: 'all' })[0]!;
}

/** Plays a flight in which both rivals bid half their worth. */
function playFlight(run: MarketRun, house: House, stream: string): void {
  run.begin(new Rng(stream), 1);
  for (let t = 0; t < house.numTicks; t++) run.playTick(Float64Array.of(0.5, 0.5), [null, null], 0);
}

const prices = ({ log }: MarketOutcome) => [...new Set(log.map((row) => row.chargedMicros))].sort((a, b) => a - b);

describe('reserves of a market', () => {
  it('stand for each site where they are given by site', () => {
    const outcome = sold({ reserve: { kind: 'per-segment', micros: [12_000, 15_000] } }, [0.9, 0.5]);
    for (const row of outcome.log) expect(row.chargedMicros).toBe(row.site === 0 ? 12_000 : 15_000);
    expect(outcome.fillRate).toBe(1);
  });

  it('that are learnt rise to the highest bid where one bidder has no competitor, from the second tick on', () => {
    const outcome = sold({ reserve: { kind: 'revenue-maximising' } }, [0.9]);
    const { spendByTick, winRates } = outcome.seats[0]!;
    expect(spendByTick[0]).toBe(0);
    expect(winRates[0]).toBe(1);
    const late = prices(outcome).at(-1)!;
    expect(late / 18_000).toBeGreaterThan(0.97);
    expect(late).toBeLessThanOrEqual(18_000);
  });

  it('are forgotten after each flight: a flight played after another is the flight played alone', () => {
    const rivals = [fixed('a', 0.9), fixed('b', 0.6)];
    const house = smallHouse({ rivals, auction: { reserve: { kind: 'quantile', quantile: 0.4 }, reserveBy: 'site' } });
    const [used, fresh] = [new MarketRun(house), new MarketRun(house)];
    playFlight(used, house, 'flight/0');
    playFlight(used, house, 'flight/1');
    playFlight(fresh, house, 'flight/1');
    expect(used.total).toEqual(fresh.total);
  });

  it('learn from bids that are made one opportunity at a time as from those known before', () => {
    const house = smallHouse({ rivals: [fixed('a', 0.7)], auction: { reserve: { kind: 'quantile', quantile: 0.5 } } }, [
      { name: 'you' },
    ]);
    const oneByOne: BidPolicy = {
      ...{ kind: 'bid', reset() {}, beginStep() {} },
      bid: (_flight, { value }) => 0.8 * value,
    };
    const streams = [new Rng('learn')];
    expect(playMarket(house, [oneByOne], streams)).toEqual(playMarket(house, [bidding(0.8)], streams));
  });
});

describe('soft floors of a market', () => {
  it('make a bid up to them pay itself, and a higher one at least the soft floor', () => {
    const auction = { mechanism: 'soft-floor', softFloorMicros: 14_000 };
    expect(prices(sold(auction, [0.6, 0.3]))).toEqual([12_000]);
    expect(prices(sold(auction, [0.9, 0.3]))).toEqual([14_000]);
    expect(prices(sold(auction, [0.9, 0.8]))).toEqual([16_000]);
  });

  it('are lifted to a reserve that is higher', () => {
    const reserve = { kind: 'static', micros: 17_000 };
    expect(prices(sold({ mechanism: 'soft-floor', softFloorMicros: 14_000, reserve }, [0.9, 0.3]))).toEqual([17_000]);
  });
});

describe('what is billed in a market', () => {
  it('is an ad that nobody sees only where served impressions are', () => {
    const auction = { mechanism: 'gsp', slots: { exposure: [0.5] } };
    const served = sold({ ...auction, bill: 'impression' }, [0.9, 0.5]);
    const seen = sold({ ...auction, bill: 'exposed-impression' }, [0.9, 0.5]);
    expect(served.revenueMicros).toBe(served.auctions * 10_000);
    expect(seen.revenueMicros).toBe(seen.log.filter((row) => row.seen).length * 10_000);
    expect(seen.welfareMicros).toBe(served.welfareMicros);
  });

  it.each([
    ['click', 500_000],
    ['conversion', 1_000_000],
  ])('per %s is bid and paid for as a multiple of what that is worth', (bill, runnerUp) => {
    expect(prices(sold({ bill }, [0.9, 0.5])).slice(-1)).toEqual([runnerUp]);
  });

  it('ranks by bid times expected clicks where the format does: the better fit wins against the higher bid', () => {
    const rivals = [
      { ...fixed('dear', 1), clickValue: { family: 'fixed', value: 2 }, fitSigma: 1.5 },
      { ...fixed('cheap', 1), clickValue: { family: 'fixed', value: 1 }, fitSigma: 1.5 },
    ];
    const byBid = smallHouse({ rivals, auction: { mechanism: 'gsp', bill: 'click' } });
    const byScore = smallHouse({ rivals, auction: { mechanism: 'gsp-quality', bill: 'click' } });
    const [bid, score] = [byBid, byScore].map((house) => playMarket(house, [], [new Rng('fit')])[0]!);
    expect(bid!.seats.map(({ wins }) => wins)).toEqual([bid!.auctions, 0]);
    expect(score!.seats[1]!.wins).toBeGreaterThan(0.2 * score!.auctions);
    expect(score!.welfareMicros).toBeGreaterThan(bid!.welfareMicros);
  });

  it('tells policies that bid per opportunity floors and prices as money for an impression', () => {
    const told: { floor: number; price: number }[] = [];
    const asks: BidPolicy = {
      ...{ kind: 'bid', reset() {}, beginStep() {} },
      bid: (_flight, { value, floorMicros }) => {
        told.push({ floor: floorMicros, price: -1 });
        return value;
      },
      observe: (_flight, _won, price) => {
        told.at(-1)!.price = price;
      },
    };
    const auction = { bill: 'click', reserve: { kind: 'static', micros: 100_000 } };
    const house = smallHouse({ ...alike, auction }, [{ name: 'you', ...worths, fitSigma: 0 }]);
    playMarket(house, [asks], [new Rng('told')]);
    expect(new Set(told.map(({ floor }) => floor))).toEqual(new Set([2000]));
    expect(new Set(told.map(({ price }) => price))).toEqual(new Set([2000]));
  });

  it.each([
    ['gsp', 'exposed-impression'],
    ['gsp', 'click'],
    ['gsp-quality', 'click'],
    ['vcg', 'conversion'],
  ])('is in the recorded competition as money for an impression (%s, per %s)', (mechanism, bill) => {
    const rivals = [{ ...fixed('rival', 0.5), ...worths, fitSigma: 0 }];
    const house = smallHouse({ ...alike, rivals, auction: { mechanism, bill } }, [
      { name: 'you', ...worths, fitSigma: 0 },
    ]);
    const { tape } = recordCompetition(house, 0, [new Rng('recorded')]);
    expect(new Set(tape.marketPriceMicros)).toEqual(new Set([10_000]));
    expect(new Set(tape.value)).toEqual(new Set([20_000]));
  });
});
