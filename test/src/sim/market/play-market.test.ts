import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BidPolicy, Opportunity } from '../../../../src/core/policy.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { recordCompetition } from '../../../../src/sim/market/competition-tape.ts';
import { Opportunities } from '../../../../src/sim/market/opportunities.ts';
import { playMarket } from '../../../../src/sim/market/play-market.ts';
import { Replay } from '../../../../src/sim/replay.ts';
import { emptyOutcome } from '../../../../src/sim/step-outcome.ts';
import { bidding, smallHouse } from './small-house.ts';

const rivals = [
  { name: 'fixed', count: 2, bidding: { rule: 'fixed', multiplier: 0.8 } },
  { name: 'paced', count: 2, bidding: { rule: 'pid' }, budget: { family: 'fixed', value: 1 } },
];
const you = { name: 'you', budget: { family: 'log-normal', median: 1, sigma: 1 } };

/** Bids a multiple of the worth, one opportunity at a time, and keeps what it is told. */
function oneByOne(multiplier: number, seen: { won: boolean; price: number }[] = []): BidPolicy {
  return {
    kind: 'bid',
    reset() {},
    beginStep() {},
    bid: (_flight: number, opportunity: Opportunity) => multiplier * opportunity.value,
    observe: (_flight, won, price) => seen.push({ won, price }),
  };
}

describe('a market round', () => {
  it('equals the replay of the rivals’ highest bids for one seat against rivals that do not react', () => {
    const house = smallHouse({ rivals: rivals.slice(0, 1), auction: { reserve: { kind: 'static', micros: 2000 } } }, [
      you,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0, max: 4, noNaN: true }), (seed, multiplier) => {
        const rng = new Rng(`replay/${seed}`);
        const { tape, cut } = recordCompetition(house, 0, [rng]);
        const replay = new Replay(tape, cut.stepOffsets);
        const seat = playMarket(house, [bidding(multiplier)], [rng])[0]!.seats.at(-1)!;
        let left = seat.budgetMicros!;
        const step = emptyOutcome();
        let wins = 0;
        let value = 0;
        for (let t = 0; t < house.numTicks; t++) {
          replay.play(t, multiplier, left, step);
          left -= step.spendMicros;
          wins += step.wins;
          value += step.value;
          expect(seat.spendByTick[t]).toBe(step.spendMicros);
        }
        expect([seat.wins, seat.spendMicros, seat.worthMicros]).toEqual([wins, seat.budgetMicros! - left, value]);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['first-price', 'second-price'])('keeps its books exactly and every budget in %s', (mechanism) => {
    const house = smallHouse({ rivals, auction: { mechanism } }, [you]);
    const outcomes = playMarket(
      house,
      [bidding(1.3)],
      [0, 1, 2].map((seed) => new Rng(`books/${seed}`)),
    );
    for (const { seats, revenueMicros, welfareMicros } of outcomes) {
      const sum = (of: (seat: (typeof seats)[number]) => number) => seats.reduce((total, seat) => total + of(seat), 0);
      expect(sum((seat) => seat.spendMicros)).toBe(revenueMicros);
      expect(revenueMicros + sum((seat) => seat.surplusMicros)).toBe(welfareMicros);
      expect(seats.every(({ budgetMicros, spendMicros }) => budgetMicros === null || spendMicros <= budgetMicros)).toBe(
        true,
      );
      expect(seats.every((seat) => seat.spendByTick.reduce((x, y) => x + y, 0) === seat.spendMicros)).toBe(true);
      expect(sum((seat) => seat.wins)).toBe(outcomes[0]!.auctions === 0 ? 0 : sum((seat) => seat.impressions));
    }
    expect(new Set(outcomes.map(({ revenueMicros }) => revenueMicros)).size).toBe(3);
  });

  it.each(['first-price', 'second-price'])(
    'plays a policy that bids per opportunity in %s as the multiplier that bids the same, and tells it what came of it',
    (mechanism) => {
      const poor = {
        name: 'poor',
        bidding: { rule: 'fixed', multiplier: 1.2 },
        budget: { family: 'fixed', value: 0.1 },
      };
      const house = smallHouse({ rivals: [...rivals, poor], auction: { mechanism } }, [you]);
      const streams = [new Rng('kinds/0'), new Rng('kinds/1')];
      const seen: { won: boolean; price: number }[] = [];
      const byMultiplier = playMarket(house, [bidding(0.9)], streams);
      const byBid = playMarket(house, [oneByOne(0.9, seen)], streams);
      expect(byBid).toEqual(byMultiplier);
      const seats = byBid.map(({ seats: all }) => all.at(-1)!);
      expect(seen.filter(({ won }) => won).length).toBe(seats[0]!.wins + seats[1]!.wins);
      expect(seen.reduce((sum, { price }) => sum + price, 0)).toBe(seats[0]!.spendMicros + seats[1]!.spendMicros);
    },
  );

  it('gives the same opportunities whatever the policies do, and whoever else is there', () => {
    const alone = new Opportunities(smallHouse({ rivals }, [you]));
    const crowded = new Opportunities(smallHouse({ rivals: [...rivals, { name: 'late', enterDay: 0.5 }] }, [you]));
    alone.draw(new Rng('common'));
    crowded.draw(new Rng('common'));
    expect([...crowded.tickOffsets]).toEqual([...alone.tickOffsets]);
    const lastColumn = (o: Opportunities, seats: number) =>
      Array.from({ length: o.length }, (_, k) => o.worthMicros[k * seats + seats - 1]);
    expect(lastColumn(crowded, 6)).toEqual(lastColumn(alone, 5));
    const house = smallHouse({ rivals }, [you]);
    const [shy, bold] = [0.1, 3].map((m) => playMarket(house, [bidding(m)], [new Rng('common')])[0]!);
    expect(shy!.auctions).toBe(bold!.auctions);
    expect(shy!.seats.at(-1)!.wins).toBeLessThan(bold!.seats.at(-1)!.wins);
  });

  it('sells to the next bidder what the highest cannot pay', () => {
    const poor = { name: 'poor', bidding: { rule: 'fixed', multiplier: 5 }, budget: { family: 'fixed', value: 1e-6 } };
    const next = { name: 'next', bidding: { rule: 'fixed', multiplier: 0.5 } };
    const house = smallHouse({ rivals: [poor, next], auction: { mechanism: 'first-price' } });
    const [outcome] = playMarket(house, [], [new Rng('poor')]);
    expect(outcome!.seats.map(({ wins }) => wins)).toEqual([0, outcome!.auctions]);
    expect(outcome!.fillRate).toBe(1);
  });

  it('bills clicks where clicks are billed: only what was clicked costs', () => {
    const house = smallHouse({ rivals, auction: { bill: 'click', reserve: { kind: 'static', micros: 10 } } }, [you]);
    const [outcome] = playMarket(house, [bidding(1)], [new Rng('clicks')], { log: 'all' });
    expect(outcome!.log.filter(({ clicked }) => !clicked).every(({ chargedMicros }) => chargedMicros === 0)).toBe(true);
    expect(outcome!.log.filter(({ clicked }) => clicked).every(({ chargedMicros }) => chargedMicros >= 10)).toBe(true);
    expect(outcome!.log.reduce((sum, row) => sum + row.chargedMicros, 0)).toBe(outcome!.revenueMicros);
  });

  it('seats a rival only from its entry to its exit', () => {
    const guest = { name: 'guest', bidding: { rule: 'fixed', multiplier: 100 }, enterDay: 0.25, exitDay: 0.75 };
    const house = smallHouse({ rivals: [...rivals, guest] });
    const [outcome] = playMarket(house, [], [new Rng('guest')]);
    const rates = [...outcome!.seats.at(-1)!.winRates];
    expect(rates.map((rate) => (Number.isNaN(rate) ? '-' : rate))).toEqual([
      ...['-', '-', '-'],
      ...[1, 1, 1, 1, 1, 1],
      ...['-', '-', '-'],
    ]);
  });

  it('lowers traffic by half, and doubles what rivals pay, while a shock lasts', () => {
    const quiet = { traffic: { opportunitiesPerDay: 6000, noise: 0 }, rivals: rivals.slice(0, 1) };
    const shocks = [
      { kind: 'traffic', factor: 0.5, fromDay: 0.5 },
      { kind: 'price', factor: 2, fromDay: 0, toDay: 0.5 },
    ];
    const [calm] = playMarket(smallHouse(quiet), [], [new Rng('shock')]);
    const [shocked] = playMarket(smallHouse({ ...quiet, shocks }), [], [new Rng('shock')]);
    const spend = (o: typeof calm, from: number, to: number) =>
      o!.seats.reduce((sum, seat) => sum + seat.spendByTick.slice(from, to).reduce((x, y) => x + y, 0), 0);
    expect(spend(shocked, 0, 6) / spend(calm, 0, 6)).toBeCloseTo(2, 3);
    expect(spend(shocked, 6, 12) / spend(calm, 6, 12)).toBeCloseTo(0.5, 1);
  });
});
