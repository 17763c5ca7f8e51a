import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { tableBid } from '../../../src/bidding/bid-table.ts';
import { fractionalKnapsack } from '../../../src/bidding/knapsack.ts';
import { linearBid } from '../../../src/bidding/linear.ts';
import { listedLinearBase } from '../../../src/bidding/listed-linear-base.ts';
import { mcpcBid } from '../../../src/bidding/mcpc.ts';
import { solveRlb } from '../../../src/bidding/rlb-dp.ts';
import { type RlbStatistics, rlbBudget, rlbStatistics } from '../../../src/bidding/rlb-statistics.ts';
import { ssMdpBid } from '../../../src/bidding/ss-mdp.ts';

const campaign = fileURLToPath(new URL('../../../../shared/data/ipinyou/2997/', import.meta.url));
const HORIZON = 1000;

interface Log {
  readonly click: Uint8Array;
  readonly price: Float64Array;
  readonly value: Float64Array;
}

function readLog(): Log {
  const lines = readFileSync(`${campaign}test.theta.txt`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  return {
    click: Uint8Array.from(lines, (l) => l[0]!),
    price: Float64Array.from(lines, (l) => l[1]!),
    value: Float64Array.from(lines, (l) => l[2]!),
  };
}

/** Impressions, clicks, cost and value of a bidder; budget and counter start anew every 1,000 records. */
function replay(log: Log, budget: number, bidOf: (auctionsLeft: number, left: number, value: number) => number) {
  const total = { impressions: 0, clicks: 0, cost: 0, value: 0 };
  let left = budget;
  for (let i = 0; i < log.price.length; i++) {
    if (i % HORIZON === 0) left = budget;
    const price = log.price[i]!;
    const bid = Math.min(bidOf(HORIZON - (i % HORIZON), left, log.value[i]!), 300, left);
    if (bid < price) continue;
    left -= price;
    total.impressions += 1;
    total.clicks += log.click[i]!;
    total.cost += price;
    total.value += log.value[i]!;
  }
  return total;
}

function ceiling(log: Log, budget: number): number {
  let sum = 0;
  for (let start = 0; start < log.price.length; start += HORIZON) {
    sum += fractionalKnapsack(log.value, log.price, budget, start, Math.min(start + HORIZON, log.price.length));
  }
  return sum;
}

const listed = [
  {
    fraction: 1 / 32,
    budget: 1969,
    value: 1.0282,
    ceiling: 170.288,
    ssMdp: [40395, 80, 306637, 0.916],
    rlb: [39680, 78, 304375, 0.9579],
    mcpc: [14752, 48, 307751, 0.316],
    linear: [32208, 71, 203610, 0.828],
  },
  {
    fraction: 1 / 8,
    budget: 7877,
    value: 2.0062,
    ceiling: 302.248,
    ssMdp: [81808, 179, 1226466, 0.975],
    rlb: [77791, 176, 1220832, 0.9781],
    mcpc: [57564, 144, 1228618, 0.706],
    linear: [45924, 93, 363934, 0.625],
  },
] as const;

describe.skipIf(!existsSync(campaign))('the RLB table of iPinYou campaign 2997 (needs ../shared/data/ipinyou)', () => {
  let log: Log;
  let statistics: RlbStatistics;
  beforeAll(() => {
    log = readLog();
    statistics = rlbStatistics(JSON.parse(readFileSync(`${campaign}info.json`, 'utf8')));
  });

  for (const row of listed) {
    it(`comes out to the last integer at a budget of 1/${1 / row.fraction}`, () => {
      const budget = rlbBudget(statistics.meanPrice, row.fraction, HORIZON);
      expect(budget).toBe(row.budget);
      const { meanValue, costPerClick, priceProbabilities } = statistics;
      const table = solveRlb({ priceProbabilities, meanValue, numAuctions: HORIZON, maxBudget: budget });
      expect(table.values[table.values.length - 1]).toBeCloseTo(row.value, 4);
      const best = ceiling(log, budget);
      expect(best).toBeCloseTo(row.ceiling, 3);
      const base = listedLinearBase('2997', row.fraction)!;
      const bidders = {
        ssMdp: replay(log, budget, (t, b) => ssMdpBid(table, t, b, meanValue)),
        rlb: replay(log, budget, (t, b, value) => tableBid(table, t, b, value)),
        mcpc: replay(log, budget, (_t, _b, value) => mcpcBid(value, costPerClick)),
        linear: replay(log, budget, (_t, _b, value) => linearBid(base, value, meanValue)),
      };
      for (const id of ['ssMdp', 'rlb', 'mcpc', 'linear'] as const) {
        const { impressions, clicks, cost, value } = bidders[id];
        const [expectedImpressions, expectedClicks, expectedCost, ratio] = row[id];
        expect([impressions, clicks, cost], id).toEqual([expectedImpressions, expectedClicks, expectedCost]);
        expect(Math.abs(value / best - ratio), id).toBeLessThan(1e-3);
      }
    });
  }
});

describe('rlbStatistics', () => {
  it('adds one to every count of the price histogram', () => {
    const s = rlbStatistics({ imp_train: 2, clk_train: 1, cost_train: 10, price_counter_train: [0, 2, 0] });
    expect([...s.priceProbabilities]).toEqual([1 / 5, 3 / 5, 1 / 5]);
    expect([s.meanValue, s.meanPrice, s.costPerClick]).toEqual([0.5, 5, 10]);
  });

  it('refuses a log without clicks', () => {
    const info = { imp_train: 2, clk_train: 0, cost_train: 10, price_counter_train: [2] };
    expect(() => rlbStatistics(info)).toThrow('DATA_INVALID');
  });
});

describe('listedLinearBase', () => {
  it('knows the nine campaigns at five fractions and nothing else', () => {
    expect(listedLinearBase('1458', 0.5)).toBe(240);
    expect(listedLinearBase('2997', 0.3)).toBeNull();
    expect(listedLinearBase('constructor', 0.5)).toBeNull();
  });
});
