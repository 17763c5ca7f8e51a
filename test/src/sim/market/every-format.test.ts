import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mechanisms } from '../../../../src/auction/registry.ts';
import { Rng } from '../../../../src/core/rng.ts';
import type { ImpressionRow } from '../../../../src/sim/market/impression-log.ts';
import { type MarketOutcome, playMarket } from '../../../../src/sim/market/play-market.ts';
import { bidding, smallHouse } from './small-house.ts';

const BILLED = ['impression', 'exposed-impression', 'click', 'conversion'] as const;
const every = mechanisms.ids.flatMap((mechanism) => BILLED.map((bill) => ({ mechanism, bill })));

const tight = { family: 'log-normal', median: 0.05, sigma: 1 };
const rivals = [
  { name: 'fixed', count: 2, bidding: { rule: 'fixed', multiplier: 1.4 }, budget: tight },
  { name: 'paced', bidding: { rule: 'dual' }, budget: { ...tight, median: 0.2 }, budgetPer: 'day' },
  { name: 'shading', bidding: { rule: 'shading' } },
];

const anyReserve = fc.oneof(
  fc.record({ kind: fc.constant('static'), micros: fc.integer({ min: 0, max: 30_000 }) }),
  fc.record({ kind: fc.constant('quantile'), initialMicros: fc.integer({ min: 0, max: 5000 }) }),
  fc.record({ kind: fc.constant('revenue-maximising'), halfLife: fc.constant(50) }),
);

const anyMarket = fc.record({
  seed: fc.nat(1e6),
  multiplier: fc.double({ min: 0, max: 4, noNaN: true }),
  reserve: anyReserve,
  reserveBy: fc.constantFrom('market', 'site'),
  exposure: fc.constantFrom([1], [1, 0.6, 0.4], [0.7, 0.7]),
  model: fc.constantFrom('independent', 'cascade'),
  ties: fc.constantFrom('lowest-index', 'random'),
  days: fc.constantFrom(1, 2),
});

interface AnyMarket {
  readonly seed: number;
  readonly multiplier: number;
  readonly exposure: readonly number[];
  readonly days: number;
  readonly [setting: string]: unknown;
}

/** A flight of about sixty opportunities a day with bots; conversions are not rare. */
function play(mechanism: string, bill: string, market: AnyMarket): MarketOutcome {
  const { seed, multiplier, days, exposure, model, ...auction } = market;
  const slots = { model, exposure: mechanisms.get(mechanism).maxSlots === 1 ? exposure.slice(0, 1) : exposure };
  const softFloorMicros = mechanism === 'soft-floor' ? 8000 : null;
  const house = smallHouse(
    {
      ...{ days, ticksPerDay: 6, rivals, auction: { mechanism, bill, slots, softFloorMicros, ...auction } },
      pages: { clickRate: 0.2, conversionRate: 0.5, sites: 3 },
      traffic: { opportunitiesPerDay: 60, invalid: { share: 0.1 } },
    },
    [{ name: 'you', clickValue: { family: 'fixed', value: 0.1 }, budget: tight }],
  );
  return playMarket(house, [bidding(multiplier)], [new Rng(`any/${seed}`)], { log: 'all' })[0]!;
}

/** Whether the event that is billed happened. */
function happened(bill: (typeof BILLED)[number], row: ImpressionRow): boolean {
  if (bill === 'impression') return true;
  return { 'exposed-impression': row.seen, click: row.clicked, conversion: row.converted && !row.invalid }[bill];
}

const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);

describe.each(every)('a market sold by $mechanism, billed per $bill', ({ mechanism, bill }) => {
  it('never overspends a budget, charges only for what is billed and keeps its books exactly', () => {
    fc.assert(
      fc.property(anyMarket, (market) => {
        const { seats, log, revenueMicros, welfareMicros } = play(mechanism, bill, market);
        for (const [a, seat] of seats.entries()) {
          expect(seat.spendMicros).toBeLessThanOrEqual(seat.budgetMicros ?? Number.POSITIVE_INFINITY);
          const own = log.filter((row) => row.seat === a);
          expect(sum(own, (row) => row.chargedMicros)).toBe(seat.spendMicros);
          expect(sum([...seat.spendByTick], (x) => x)).toBe(seat.spendMicros);
          const counts = [
            own.length,
            sum(own, (r) => +r.seen),
            sum(own, (r) => +r.clicked),
            sum(own, (r) => +r.converted),
          ];
          expect([seat.wins, seat.impressions, seat.clicks, seat.conversions]).toEqual(counts);
        }
        for (const row of log) if (!happened(bill, row)) expect(row.chargedMicros).toBe(0);
        expect(sum(seats, (seat) => seat.spendMicros)).toBe(revenueMicros);
        expect(revenueMicros + sum(seats, (seat) => seat.surplusMicros)).toBe(welfareMicros);
      }),
      { numRuns: 8 },
    );
  });
});
