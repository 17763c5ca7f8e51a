import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { auctionGymSchema } from '../../../experiments/studies/auction-gym/settings.ts';
import { auctionGymStudy } from '../../../experiments/studies/auction-gym/study.ts';
import { renderSvg } from '../../../src/report/render.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const DATA = resolve(ROOT, '../shared/benchmarks');
const HAS_DATA = existsSync(resolve(DATA, 'auctiongym_seed0_catalogue.json'));

const SMALL = {
  experiment: 'small',
  kind: 'auctiongym',
  title: 'Small',
  description: 'Small.',
  seeds: 2,
  rounds: 300,
  iterations: 3,
  expectationRounds: 2000,
};

async function run(settings: object, dataFolder?: string) {
  const config = auctionGymSchema.parse({ ...SMALL, ...settings });
  const context = { baseFolder: ROOT, dataFolder };
  const trials = await auctionGymStudy.trials(config, context);
  const finished = [];
  for (const trial of trials) {
    const shares: number[] = [];
    const result = await auctionGymStudy.runTrial(config, trial, {
      ...context,
      engine: () => Promise.reject(new Error('no engine is needed')),
      onShare: (share) => shares.push(share),
    });
    expect(shares.at(-1)).toBe(1);
    // What is kept on disk must be enough.
    finished.push({ trial, result: JSON.parse(JSON.stringify(result)) as typeof result });
  }
  return auctionGymStudy.assemble(config, finished, context);
}

const marketRows = (result: Awaited<ReturnType<typeof run>>) => result.rows.filter(({ scope }) => scope === 'market');

describe('the auctiongym study', () => {
  it('has a market row with totals and a row for each agent, per seed', async () => {
    const result = await run({ agents: 3 });
    expect(result.rows).toHaveLength(2 * 4);
    const [market, ...agents] = result.rows.slice(0, 4);
    expect(market).toMatchObject({ policy: 'truthful-oracle', kind: 'baseline', seed: 0, scope: 'market' });
    expect(agents.map(({ scope }) => scope)).toEqual(['agent 0', 'agent 1', 'agent 2']);
    for (const field of ['revenue', 'surplus', 'welfare']) {
      const sum = agents.reduce((total, row) => total + (row[field] as number), 0);
      expect(sum).toBeCloseTo(market![field] as number, 6);
      expect(market![`${field}StandardError`]).toBeGreaterThan(0);
    }
    expect((market!['revenue'] as number) + (market!['surplus'] as number)).toBeCloseTo(
      market!['welfare'] as number,
      6,
    );
    for (const id of Object.keys(result.measures)) expect(market).toHaveProperty(id);
  });

  it('splits welfare by γ where everybody shades alike in first price', async () => {
    const bids = (gamma: number) => run({ auction: 'first-price', bidder: 'constant-shade', gamma, seeds: 1 });
    const [half, most] = [marketRows(await bids(0.5))[0]!, marketRows(await bids(0.8))[0]!];
    expect(half['welfare']).toBe(most['welfare']);
    expect((most['revenue'] as number) / (half['revenue'] as number)).toBeCloseTo(1.6, 4);
    expect(half['expectedRevenue'] as number).toBeCloseTo(0.5 * (half['expectedWelfare'] as number), 8);
    expect(half['title']).toBe('Constant shading, γ = 0.5');
  });

  it('compares several bidders on the same rounds, and finds the equilibrium below truth', async () => {
    const result = await run({ auction: 'first-price', bidder: ['truthful-oracle', 'value-learning'], seeds: 1 });
    const [truthful, learning] = marketRows(result);
    expect(learning).toMatchObject({ policy: 'value-learning', kind: 'learner', expectedRevenue: null });
    expect(learning!['meanBestValue']).toBe(truthful!['meanBestValue']);
    expect(learning!['finalGamma']).toBeLessThan(0.95);
    expect(truthful!['equilibriumGamma']).toBeLessThan(0.8);
    expect(result.verdict.headline).toMatch(/^Value learning left bidders most in first-price auctions: revenue/);
  });

  it('gives single agents another bidder', async () => {
    const result = await run({
      agents: 3,
      seeds: 1,
      policies: [{ id: 'constant-shade', agents: [1], gamma: 0.25 }],
    });
    const [market, , other] = result.rows;
    expect(market).toMatchObject({ policy: 'truthful-oracle+constant-shade' });
    expect(other).toMatchObject({ policy: 'constant-shade', scope: 'agent 1', meanGamma: 0.25 });
    expect(market!['expectedRevenue']).toBeGreaterThan(0);
  });

  it('measures what Thompson sampling does not know yet', async () => {
    const [market] = marketRows(await run({ bidder: 'truthful', allocator: 'thompson', seeds: 1 }));
    for (const field of ['allocationRegret', 'ctrRmse']) expect(market![field]).toBeGreaterThan(0);
    expect(market!['expectedRevenue']).toBeNull();
  });

  it.each(['empirical-shade', 'policy-learning', 'doubly-robust'])('runs with %s', async (bidder) => {
    const [market] = marketRows(await run({ auction: 'first-price', bidder, seeds: 1, iterations: 2, rounds: 200 }));
    expect(market!['finalGamma']).toBeGreaterThan(0);
  });

  it('draws charts that Vega-Lite takes without a warning', async () => {
    const { charts } = await run({ auction: 'first-price', bidder: ['truthful-oracle', 'value-learning'] });
    expect(charts.map(({ id }) => id)).toEqual(['equilibrium-surplus', 'equilibrium-gamma', 'market-totals']);
    for (const { spec } of charts) expect(await renderSvg(spec)).toContain('<svg');
  });

  it('repeats: a trial is a function of its settings and seed', async () => {
    const settings = { bidder: 'policy-learning', loss: 'reinforce', allocator: 'thompson', seeds: 1 };
    expect((await run(settings)).rows).toEqual((await run(settings)).rows);
  });

  it('is small when quickened', () => {
    const config = auctionGymStudy.quickened(auctionGymSchema.parse({ ...SMALL, rounds: 10_000, iterations: 20 }));
    expect(config).toMatchObject({ rounds: 5000, iterations: 8, seeds: 2 });
  });

  it.each([
    [{ participants: 7 }, 'participants: expected at most the 6 agents, received 7'],
    [{ seen: 6 }, 'seen: expected at most the 5 coordinates of a user, received 6'],
    [{ bidder: ['truthful', 'truthful'] }, 'bidder: truthful is listed twice'],
    [{ policies: [{ id: 'truthful', agents: [6] }] }, 'agent 6 does not exist; name agents 0 to 5'],
    [{ policies: [{ id: 'truthful', agents: [1, 1] }] }, 'agent 1 is named twice'],
  ])('refuses %j', async (settings, message) => {
    await expect(run(settings)).rejects.toThrow(message);
  });

  it('refuses unknown bidders and impossible shares in the file', () => {
    expect(auctionGymSchema.safeParse({ ...SMALL, bidder: 'oracle' }).success).toBe(false);
    expect(auctionGymSchema.safeParse({ ...SMALL, gamma: 0 }).success).toBe(false);
  });

  it('says where the catalogue is missing', async () => {
    await expect(run({}, resolve(ROOT, 'test'))).rejects.toThrow(/FILE_NOT_FOUND: .*auctiongym_seed0_catalogue\.json/);
  });

  it.skipIf(!HAS_DATA)('agrees with AuctionGym on its seed-0 catalogue (needs ../shared/benchmarks)', async () => {
    const result = await run({ seeds: 1, rounds: 10_000, iterations: 20, expectationRounds: 80_000 }, DATA);
    const [market] = marketRows(result);
    // By 4 million rounds of the original, with their standard errors.
    const published = { revenue: [4120.5, 1.5], surplus: [3064.9, 1.4], welfare: [7185.4, 2.1] } as const;
    for (const [field, [expected, error]] of Object.entries(published)) {
      const apart = Math.abs((market![field] as number) - expected);
      expect(apart).toBeLessThan(3 * Math.hypot(error, market![`${field}StandardError`] as number));
      const name = `expected${field[0]!.toUpperCase()}${field.slice(1)}`;
      const own = Math.abs((market![name] as number) - expected);
      expect(own).toBeLessThan(3 * Math.hypot(error, market![`${name}StandardError`] as number));
    }
    expect(market!['meanBestValue']).toBeCloseTo(0.5654, 2);
  });

  it.skipIf(!HAS_DATA)(
    'has its first-price equilibrium near γ = 0.49 and the best answer to truth near 0.59 (needs ../shared/benchmarks)',
    async () => {
      const [market] = marketRows(await run({ auction: 'first-price', seeds: 1, expectationRounds: 100_000 }, DATA));
      expect(market!['equilibriumGamma']).toBeGreaterThan(0.47);
      expect(market!['equilibriumGamma']).toBeLessThan(0.51);
      expect(market!['answerToTruthful']).toBeGreaterThan(0.57);
      expect(market!['answerToTruthful']).toBeLessThan(0.62);
    },
  );
});

describe('the textbook case: values uniform on [0, 1]', () => {
  const uniform = { values: 'uniform', seeds: 1, agents: 5, expectationRounds: 60_000 };

  it.each([2, 3, 5])(
    'has its numeric first-price equilibrium among %i at (n − 1)/n, drawn beside the closed form',
    async (n) => {
      const result = await run({ ...uniform, auction: 'first-price', participants: n });
      const [market] = marketRows(result);
      expect(market!['closedFormGamma']).toBeCloseTo((n - 1) / n, 12);
      expect(market!['equilibriumGamma']).toBeGreaterThan((n - 1) / n - 0.03);
      expect(market!['equilibriumGamma']).toBeLessThan((n - 1) / n + 0.03);
      const chart = result.charts.find(({ id }) => id === 'equilibrium-gamma')!;
      expect(JSON.stringify(chart.spec)).toContain(`Closed form (n − 1)/n, n = ${n}`);
    },
  );

  it('brings the second highest of two uniform values, a third a round, in second price', async () => {
    const [market] = marketRows(await run({ ...uniform, rounds: 20_000, participants: 2 }));
    for (const [field, expected] of [
      ['revenue', 1 / 3],
      ['surplus', 1 / 3],
      ['welfare', 2 / 3],
    ] as const) {
      const error = market![`${field}StandardError`] as number;
      expect(Math.abs((market![field] as number) - 10_000 * expected)).toBeLessThan(4 * error);
    }
  });

  it('has no closed form elsewhere', async () => {
    const [market] = marketRows(await run({ seeds: 1 }));
    expect(market!['closedFormGamma']).toBeNull();
  });
});
