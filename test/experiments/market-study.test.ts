import { describe, expect, it } from 'vitest';
import { marketStudy } from '../../experiments/studies/market/study.ts';
import type { TrialContext } from '../../experiments/studies/study.ts';
import { parseConfig } from '../../src/core/config.ts';
import { SimError } from '../../src/core/errors.ts';
import { compileSpec } from '../../src/report/render.ts';

const base = {
  experiment: 'tiny-market',
  kind: 'market',
  title: 'A tiny market',
  seeds: 1,
  market: {
    ticksPerDay: 12,
    traffic: { opportunitiesPerDay: 400 },
    rivals: [
      { name: 'paced', count: 2, bidding: { rule: 'pid' }, budget: { family: 'fixed', value: 1 } },
      { name: 'shading', bidding: { rule: 'shading' } },
    ],
  },
  auctions: [
    { name: 'first', title: 'First price', auction: { mechanism: 'first-price' } },
    { name: 'second', title: 'Second price', auction: {} },
  ],
  scenarios: [
    { name: 'calm', title: 'Calm' },
    { name: 'new', title: 'New rival', shocks: [{ kind: 'new-rival', rival: { name: 'late', enterDay: 0.5 } }] },
  ],
  seat: { budget: 2 },
  policies: [{ id: 'fixed', as: 'truthful' }, 'shading', 'linear'],
  flights: { train: 2, validation: 1, test: 3 },
};

const noEngine: TrialContext = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => Promise.reject(new Error('nothing is trained here')),
  onShare() {},
};

async function run(changes: Readonly<Record<string, unknown>> = {}) {
  const config = parseConfig(marketStudy.schema, { ...base, ...changes }, 'market.yaml');
  const trials = await marketStudy.trials(config, noEngine);
  const finished = [];
  for (const trial of trials) finished.push({ trial, result: await marketStudy.runTrial(config, trial, noEngine) });
  return marketStudy.assemble(config, JSON.parse(JSON.stringify(finished)), noEngine);
}

async function refusal(changes: Readonly<Record<string, unknown>>): Promise<string> {
  return run(changes).then(
    () => 'accepted',
    (error: unknown) => (error instanceof SimError ? error.message : String(error)),
  );
}

describe('the market study', () => {
  it('has a row for each policy, way of selling and day, and for each kind of rival once', async () => {
    const { rows, charts, verdict, score } = await run();
    const own = rows.filter(({ kind }) => kind === 'baseline');
    expect(own.length).toBe(3 * 2 * 2);
    expect(rows.filter(({ kind }) => kind === 'reference').length).toBe(2 * (2 + 3));
    expect(score).toBe('surplus');
    const truthful = own.find((row) => row.policy === 'truthful' && row['auction'] === 'First price')!;
    expect(Math.abs(Number(truthful['surplus']))).toBeLessThan(0.001 * Number(truthful['worth']));
    for (const row of rows) expect(row['surplus']).toBeCloseTo(Number(row['worth']) - Number(row['spend']), 3);
    expect(verdict.details.length).toBe(3);
    expect(verdict.details[2]).toMatch(/^Revenue of the seller \(Calm, USD a flight, .* in the seat\): /);
    expect(rows.find(({ policy }) => policy === 'rivals:paced')!.title).toBe('Rival: paced, each of 2');
    for (const { spec } of charts) expect(() => compileSpec(spec)).not.toThrow();
  });

  it('pairs policies: welfare of a market with a silent seat does not depend on who is silent', async () => {
    const silent = [
      { id: 'fixed', as: 'a', multiplier: 1e-9 },
      { id: 'fixed', as: 'b', multiplier: 1e-8 },
    ];
    const { rows } = await run({ policies: silent });
    const revenues = (policy: string) => rows.filter((row) => row.policy === policy).map((row) => row['revenue']);
    expect(revenues('a')).toEqual(revenues('b'));
  });

  it.each([
    [
      'an unknown policy',
      { policies: ['truthfull'] },
      "policies.0: unknown policy 'truthfull'; did you mean 'truthful'?",
    ],
    [
      'two ways of selling of one title',
      { auctions: ['a', 'b'].map((name) => ({ name, title: 'Same', auction: {} })) },
      'auctions: expected each name and each title once',
    ],
    ['a policy twice', { policies: ['shading', 'shading'] }, "'shading' sits twice"],
    [
      'an unknown auction format',
      { auctions: [{ name: 'x', title: 'X', auction: { mechanism: 'gps' } }] },
      "auctions.0.auction.mechanism: unknown auction mechanism 'gps'; did you mean 'gsp'?",
    ],
    [
      'exposure that rises, with its place in the list of ways of selling',
      { auctions: [...base.auctions, { name: 'x', title: 'X', auction: { slots: { exposure: [0.5, 0.9] } } }] },
      'auctions.2.auction.slots: exposure must not rise',
    ],
    [
      'a soft floor that does not fit, with its place in the list of ways of selling',
      { auctions: [...base.auctions, { name: 'x', title: 'X', auction: { softFloorMicros: 9 } }] },
      'auctions.2.auction.softFloorMicros: second-price has no soft floor',
    ],
    [
      'a market without any rival',
      { market: { ...base.market, rivals: [] } },
      'market.rivals: expected at least one rival, received none: nobody would bid against the seat; add a group',
    ],
    ['a learner that cannot act so', { policies: [{ id: 'dqn', actions: 'log' }] }, 'policies.0.actions'],
    [
      'a rival that comes after the flight',
      { scenarios: [{ name: 's', title: 'S', shocks: [{ kind: 'new-rival', rival: { name: 'r', enterDay: 3 } }] }] },
      'scenarios.0.shocks.0.rival.enterDay: expected an entry and exit within the 1 days of the flight',
    ],
    [
      'a shock of a day that begins after the flight',
      { scenarios: [{ name: 's', title: 'S', shocks: [{ kind: 'price', factor: 2, fromDay: 5 }] }] },
      'scenarios.0.shocks.0.fromDay: expected below the 1 days of the flight [days], received 5; change it or raise days',
    ],
  ])('refuses %s before anything runs', async (_words, changes, message) => {
    expect(await refusal(changes)).toContain(message);
  });
});
