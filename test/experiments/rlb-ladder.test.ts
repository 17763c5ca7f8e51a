import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../experiments/package-root.ts';
import type { LadderRow } from '../../experiments/rlb-ladder.ts';
import { tableBid } from '../../src/bidding/bid-table.ts';
import { fractionalKnapsack } from '../../src/bidding/knapsack.ts';
import { solveRlb } from '../../src/bidding/rlb-dp.ts';
import { Rng } from '../../src/core/rng.ts';
import { parseSummary } from '../../src/eval/summary.ts';
import { bidlabJson } from '../cli/real-cli.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';

const DATA = join(PACKAGE_ROOT, '..', 'shared', 'data', 'ipinyou');
const LOG = join(DATA, '2997', 'test.theta.txt');

interface LadderJson {
  readonly rows: readonly LadderRow[];
}

/** Runs the ladder with settings and returns its rows and the folder it wrote. */
async function ladder(data: string, ...set: readonly string[]) {
  const out = temporaryFolder();
  const settings = set.flatMap((each) => ['--set', each]);
  const { rows } = await bidlabJson<LadderJson>('run', 'rlb-ladder', '--data', data, '--out', out, ...settings);
  return { rows, out };
}

/** Impressions, clicks, cost and R/R* as Cai et al.'s replay gives them for campaign 2997. */
const LISTED: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  '0.03125': {
    'ss-mdp': [40395, 80, 306637, 0.916],
    rlb: [39680, 78, 304375, 0.9579],
    mcpc: [14752, 48, 307751, 0.316],
    linear: [32208, 71, 203610, 0.828],
  },
  '0.125': {
    'ss-mdp': [81808, 179, 1226466, 0.975],
    rlb: [77791, 176, 1220832, 0.9781],
    mcpc: [57564, 144, 1228618, 0.706],
    linear: [45924, 93, 363934, 0.625],
  },
};
const CEILING: Readonly<Record<string, number>> = { '0.03125': 170.288, '0.125': 302.248 };

describe.skipIf(!existsSync(LOG))('the ladder of campaign 2997 (needs ../shared/data/ipinyou)', () => {
  it('comes out to the last integer through the command line', async () => {
    const { rows, out } = await ladder(
      DATA,
      'campaign=2997',
      'budgetFractions=[0.03125,0.125]',
      'horizon=1000',
      'policies=["ss-mdp","mcpc","linear","rlb"]',
    );
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      const [impressions, clicks, cost, ratio] = LISTED[String(row.budgetFraction)]![row.policy]!;
      expect([row.impressions, row.clicks, row.cost], row.policy).toEqual([impressions, clicks, cost]);
      expect(Math.abs(row.valueRatio - ratio!), row.policy).toBeLessThan(1e-3);
      expect(row.hindsightValue).toBeCloseTo(CEILING[String(row.budgetFraction)]!, 3);
      expect([row.auctions, row.horizon, row.overspendMicros]).toEqual([156063, 1000, 0]);
      expect(row.spendMicros).toBe(row.cost * 10);
    }
    const summary = parseSummary(readFileSync(join(out, 'summary.json'), 'utf8'), 'summary.json');
    expect(summary.rows).toEqual(rows);
  });

  it('is as exact at another horizon, fraction and base, and says what value-aware planning was fitted on', async () => {
    const { rows } = await ladder(
      DATA,
      'budgetFractions=[0.0625]',
      'horizon=500',
      'linearBase=33',
      'policies=["linear","rlb","value-aware-dp"]',
      'valueLevels=500',
    );
    const byPolicy = Object.fromEntries(rows.map((row) => [row.policy, row]));
    for (const policy of ['linear', 'rlb'] as const) {
      const { impressions, clicks, cost, value, hindsightValue } = byPolicy[policy]!;
      const expected = bruteForce(join(DATA, '2997'), policy, 1 / 16, 500, 33);
      expect([impressions, clicks, cost]).toEqual([expected.impressions, expected.clicks, expected.cost]);
      expect(value).toBeCloseTo(expected.value, 9);
      expect(hindsightValue).toBeCloseTo(expected.ceiling, 9);
    }
    expect(byPolicy['linear']).toMatchObject({ linearBase: 33, horizon: 500 });
    expect(byPolicy['value-aware-dp']!.valueFit).toMatch(/first half of the log/);
    expect(byPolicy['value-aware-dp']!.valueRatio).toBeGreaterThan(0.95);
  });
});

describe('the ladder of a made-up campaign', () => {
  it('equals the replay by hand, the shorter last episode included', async () => {
    const data = temporaryFolder();
    const folder = join(data, 'made-up');
    const rng = new Rng('made-up campaign');
    const price = () => Math.min(300, Math.round(40 * Math.exp(rng.normal())));
    const counts = new Array<number>(301).fill(0);
    for (let i = 0; i < 5000; i++) counts[price()]! += 1;
    const cost = counts.reduce((sum, count, level) => sum + count * level, 0);
    const train = { imp_train: 5000, clk_train: 40, cost_train: cost, price_counter_train: counts };
    mkdirSync(folder);
    writeFileSync(join(folder, 'info.json'), JSON.stringify({ ...train, imp_test: 1, clk_test: 1, cost_test: 1 }));
    const records = Array.from({ length: 1330 }, () => `${rng.int(2)} ${price()} ${(0.016 * rng.next()).toFixed(6)}`);
    writeFileSync(join(folder, 'test.theta.txt'), `${records.join('\n')}\n`);
    const { rows } = await ladder(
      data,
      'campaign=made-up',
      'horizon=200',
      'budgetFractions=[0.125,0.5]',
      'linearBase=25',
      'policies=["linear","rlb"]',
    );
    expect(rows).toHaveLength(4);
    for (const { policy, budgetFraction, impressions, clicks, cost: paid, value, hindsightValue } of rows) {
      const expected = bruteForce(folder, policy as 'linear' | 'rlb', budgetFraction, 200, 25);
      expect([impressions, clicks, paid]).toEqual([expected.impressions, expected.clicks, expected.cost]);
      expect(value).toBeCloseTo(expected.value, 9);
      expect(hindsightValue).toBeCloseTo(expected.ceiling, 9);
    }
  });
});

/** The paper's replay, record by record, in fen CPM; nothing of bidlab but the solved table and the knapsack. */
function bruteForce(folder: string, policy: 'linear' | 'rlb', fraction: number, horizon: number, base: number) {
  const info = JSON.parse(readFileSync(join(folder, 'info.json'), 'utf8'));
  const counts: number[] = info.price_counter_train;
  const meanValue = info.clk_train / info.imp_train;
  const budget = Math.floor((info.cost_train / info.imp_train) * fraction * horizon);
  const total = info.imp_train + counts.length;
  const priceProbabilities = Float64Array.from(counts, (count) => (count + 1) / total);
  const table = solveRlb({ priceProbabilities, meanValue, numAuctions: horizon, maxBudget: budget });
  const log = readFileSync(join(folder, 'test.theta.txt'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number, number]);
  const sums = { impressions: 0, clicks: 0, cost: 0, value: 0, ceiling: 0 };
  let left = budget;
  for (const [i, [click, price, value]] of log.entries()) {
    if (i % horizon === 0) left = budget;
    const wanted =
      policy === 'linear'
        ? Math.floor((base * value) / meanValue)
        : tableBid(table, horizon - (i % horizon), left, value);
    if (Math.min(wanted, 300) < price || price > left) continue;
    left -= price;
    sums.impressions += 1;
    sums.clicks += click;
    sums.cost += price;
    sums.value += value;
  }
  const values = Float64Array.from(log, ([, , value]) => value);
  const prices = Float64Array.from(log, ([, price]) => price);
  for (let from = 0; from < log.length; from += horizon) {
    sums.ceiling += fractionalKnapsack(values, prices, budget, from, Math.min(from + horizon, log.length));
  }
  return sums;
}
