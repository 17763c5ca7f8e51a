import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { biddingRuleSchema, rulePolicy } from '../../../../src/sim/auction-net/bidding-rules.ts';
import { Market, type RivalRule } from '../../../../src/sim/auction-net/market.ts';
import { drawPeriod } from '../../../../src/sim/auction-net/period.ts';
import { auctionNetSchema, NUM_TICKS } from '../../../../src/sim/auction-net/period-config.ts';
import {
  costPlansOf,
  multiplierGrid,
  playRecorded,
  recordPeriod,
} from '../../../../src/sim/auction-net/recorded-seat.ts';
import { emptyReport } from '../../../../src/sim/auction-net/seat-record.ts';

const config = auctionNetSchema.parse({ opportunities: 2000 });
const rivals = ['fixed', 'pid-cpa', 'budget-pacer', 'min-pacing'].map(
  (rule): RivalRule => ({
    ...(biddingRuleSchema.parse({ rule }) as Exclude<RivalRule, { rule: 'abid' }>),
    spread: 0.2,
  }),
);
const setup = { config, rivals, costPlans: [] };
const period = drawPeriod(config, new Rng('market'));
const grid = multiplierGrid(20e6, 300e6, 40);

describe('the live market', () => {
  it('keeps every budget and counts what the auctions sold', () => {
    const market = new Market(setup);
    market.begin(period, -1);
    let wins = 0;
    while (market.running) {
      market.tick();
      wins += market.auction.wins.reduce((sum, n) => sum + n, 0);
    }
    expect(market.records.reduce((sum, { counters }) => sum + counters.wins, 0)).toBe(wins);
    for (const { counters } of market.records) {
      expect(counters.stepIndex).toBe(NUM_TICKS);
      expect(counters.auctions).toBe(2000);
      expect(counters.remainingMicros).toBeGreaterThanOrEqual(0);
    }
  });

  it('plays a period the same again, and otherwise with another bidder in a seat', () => {
    const market = new Market(setup);
    const spent = (seat: number, multiplier: number) => {
      market.begin(period, seat);
      while (market.running) market.tick(multiplier);
      return market.records.map(({ counters }) => counters.remainingMicros);
    };
    const first = spent(5, 150e6);
    expect(spent(5, 150e6)).toEqual(first);
    expect(spent(5, 0)[5]).toBe(period.seats[5]!.budgetMicros);
    expect(spent(5, 0)).not.toEqual(first);
  });

  it('lets nobody bid who has too little left', () => {
    const market = new Market(setup);
    market.begin(period, 3, { budgetMicros: 99_999, cpaTargetMicros: 1e8 });
    market.tick(500e6);
    expect(market.records[3]!.counters.wins).toBe(0);
  });

  it('takes bids by opportunity as it takes a multiplier that makes them', () => {
    const market = new Market(setup);
    market.begin(period, 7);
    while (market.running) market.tick(90e6);
    const linear = { ...market.records[7]!.counters };
    market.begin(period, 7);
    const policy = {
      kind: 'bid' as const,
      reset() {},
      beginStep() {},
      bid: (_flight: number, { value }: { value: number }) => 90e6 * value,
    };
    while (market.running) market.tickByBids(policy);
    const { remainingMicros, wins, value } = market.records[7]!.counters;
    expect([remainingMicros, wins, value]).toEqual([linear.remainingMicros, linear.wins, linear.value]);
  });
});

describe('a recorded seat', () => {
  // Plenty of money, so that nobody gives up a win and the rivals bid the same whatever the seat does.
  const fixed: RivalRule[] = [{ rule: 'fixed', start: 1, spread: 0 }];
  const rich = drawPeriod(config, new Rng('rich'));
  const seats = rich.seats.map((seat) => ({ ...seat, budgetMicros: 1e12 }));
  const richPeriod = { ...rich, seats };
  const market = new Market({ config, rivals: fixed, costPlans: [] });
  const [recorded] = recordPeriod(market, richPeriod, [9], grid);

  it('says exactly what the live market gives at every multiplier of the grid, rivals being the same', () => {
    const report = emptyReport();
    for (const g of [0, 7, 19, 26, 39]) {
      market.begin(richPeriod, 9);
      for (let t = 0; t < NUM_TICKS; t++) {
        market.tick(grid.multipliers[g]!);
        playRecorded(recorded!, grid, t, grid.multipliers[g]!, 1e12, 0, report);
        expect(report.spendMicros).toBe(market.auction.costMicros[9]);
        expect(report.wins).toBe(market.auction.wins[9]);
        expect(report.value).toBeCloseTo(market.auction.value[9]!, 10);
      }
    }
  });

  it('never costs or brings less at a higher multiplier', () => {
    const size = grid.multipliers.length;
    for (let i = 1; i < recorded!.value.length; i++) {
      if (i % size === 0) continue;
      expect(recorded!.value[i]!).toBeGreaterThanOrEqual(recorded!.value[i - 1]! - 1e-12);
      expect(recorded!.costMicros[i]!).toBeGreaterThanOrEqual(recorded!.costMicros[i - 1]!);
    }
  });

  it('takes multipliers between two of the grid down, buys nothing below it, and draws conversions from the luck', () => {
    const [low, high] = [emptyReport(), emptyReport()];
    playRecorded(recorded!, grid, 20, grid.multipliers[38]!, 1e12, 0, low);
    playRecorded(recorded!, grid, 20, grid.multipliers[38]! * 1.01, 1e12, 0.9999999, high);
    expect(high.spendMicros).toBe(low.spendMicros);
    expect(low.conversions).toBe(0);
    expect(high.conversions).toBeGreaterThan(0);
    playRecorded(recorded!, grid, 20, 1e6, 1e12, 0.5, low);
    expect([low.spendMicros, low.value, low.conversions]).toEqual([0, 0, 0]);
  });

  it('keeps the same share of everything where the money does not last', () => {
    const [whole, part] = [emptyReport(), emptyReport()];
    playRecorded(recorded!, grid, 20, 200e6, 1e12, 0.5, whole);
    playRecorded(recorded!, grid, 20, 200e6, whole.spendMicros / 4, 0.5, part);
    expect(part.spendMicros).toBe(whole.spendMicros / 4);
    expect(part.value).toBeCloseTo(whole.value / 4, 12);
  });

  it('makes the plan that OnlineLP bids by: the first multiplier that would spend more than is left', () => {
    const [plan] = costPlansOf([recorded!], grid, 1);
    const size = grid.multipliers.length;
    const left = (plan!.costFromMicros[10 * size + 20]! + plan!.costFromMicros[10 * size + 19]!) / 2;
    const policy = rulePolicy(biddingRuleSchema.parse({ rule: 'online-lp', cap: 50 }), {
      cpaTargetMicros: Float64Array.of(1e8),
      startFactor: Float64Array.of(1),
      meanValue: Float64Array.of(5e-4),
      costPlan: () => plan!,
    });
    if (policy.kind === 'bid') throw new Error('expected a multiplier');
    const counters = { ...market.records[0]!.counters, stepIndex: 10, remainingMicros: left };
    const out = new Float64Array(1);
    policy.decide([counters], Uint8Array.of(1), out);
    expect(out[0]).toBeCloseTo(grid.multipliers[20]!, 3);
  });
});

describe('the grid', () => {
  it('refuses ends in the wrong order', () => {
    expect(() => multiplierGrid(5, 5, 10)).toThrow('CONFIG_INVALID');
  });
});
