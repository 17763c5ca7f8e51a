import { describe, expect, it } from 'vitest';
import type { FlightCounters, MultiplierPolicy } from '../../../../src/core/policy.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { recordCompetition } from '../../../../src/sim/market/competition-tape.ts';
import { playMarket } from '../../../../src/sim/market/play-market.ts';
import { bidding, smallHouse } from './small-house.ts';

const budget = { family: 'fixed', value: 0.5 };
const rivals = [{ name: 'rival', count: 2 }];
const house = (budgetPer: 'day' | 'flight', days = 3) =>
  smallHouse({ days, rivals }, [{ name: 'you', budget, budgetPer }]);

describe('a daily budget', () => {
  it('is there anew each day, and never overspent on any', () => {
    const [daily, once] = (['day', 'flight'] as const).map(
      (per) => playMarket(house(per), [bidding(3)], [new Rng('daily')])[0]!.seats.at(-1)!,
    );
    const byDay = [0, 12, 24].map((tick) => daily!.spendByTick.slice(tick, tick + 12).reduce((x, y) => x + y, 0));
    for (const spend of byDay) {
      expect(spend).toBeLessThanOrEqual(500_000);
      expect(spend).toBeGreaterThan(480_000);
    }
    expect([daily!.budgetMicros, once!.budgetMicros]).toEqual([1_500_000, 500_000]);
    expect(once!.spendMicros).toBe(byDay[0]);
  });

  it('makes each day a flight of its own to the policy, that forgets at midnight', () => {
    const seen: [number, number, number][] = [];
    let resets = 0;
    const watcher: MultiplierPolicy = {
      kind: 'multiplier',
      reset: () => {
        resets++;
      },
      decide(flights: readonly FlightCounters[], _active, out) {
        const { stepIndex, numSteps, remainingMicros } = flights[0]!;
        seen.push([stepIndex, numSteps, remainingMicros]);
        out[0] = 3;
      },
    };
    playMarket(house('day', 2), [watcher], [new Rng('watch')]);
    expect(seen.map(([stepIndex]) => stepIndex)).toEqual([...Array(12).keys(), ...Array(12).keys()]);
    expect([seen[0], seen[12]]).toEqual([
      [0, 12, 500_000],
      [0, 12, 500_000],
    ]);
    expect(resets).toBe(2);
  });

  it('covers the part of the first and last day that a rival stays', () => {
    const guest = { name: 'guest', budget, budgetPer: 'day', enterDay: 0.5, exitDay: 1.25 };
    const { seats } = smallHouse({ days: 2, rivals: [guest] });
    const spans = seats[0]!.periods.map(({ fromTick, plan }) => [fromTick, plan.expectedAuctions.length]);
    expect(spans).toEqual([
      [6, 6],
      [12, 3],
    ]);
  });

  it('cuts the tape of the competition into days', () => {
    const streams = [new Rng('cut/0'), new Rng('cut/1')];
    const { cut } = recordCompetition(house('day'), 0, streams);
    expect([cut.numSteps, cut.labels.length, cut.labels[4]]).toEqual([12, 6, 'flight 2, day 2']);
    expect(recordCompetition(house('flight'), 0, streams).cut.numSteps).toBe(36);
  });
});
