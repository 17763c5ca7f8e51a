import { describe, expect, it } from 'vitest';
import type { RtbGymConfig } from '../../../../experiments/studies/rtbgym/settings.ts';
import { rtbGym } from '../../../../experiments/studies/rtbgym/study.ts';
import { compileSpec } from '../../../../src/report/render.ts';
import { context, tinyConfig } from './tiny.ts';

async function run(config: RtbGymConfig) {
  const trials = await rtbGym.trials(config, context);
  const finished = [];
  for (const trial of trials) finished.push({ trial, result: await rtbGym.runTrial(config, trial, context) });
  // What is kept on disk is JSON.
  return rtbGym.assemble(config, JSON.parse(JSON.stringify(finished)), context);
}

/** Two levels plan in milliseconds; the ceiling then is that of these two. */
const dp = { id: 'dp', low: 0.9, high: 1.3, count: 2 };

describe('the rtbgym study', () => {
  it('repeats the multiplier on the rows of a constant and gives its standard error and exact expectation', async () => {
    const { rows } = await run(tinyConfig({ episodes: 1000 }));
    const row = rows[0]! as Record<string, number | string>;
    expect(row).toMatchObject({
      policy: 'constant',
      kind: 'baseline',
      seed: 0,
      multiplier: 1.05,
      episodes: 1000,
      gain: 0,
    });
    const { conversions, conversionsStandardError, exactConversions, expectedConversions } = row as Record<
      string,
      number
    >;
    expect(Math.abs(conversions! - exactConversions!)).toBeLessThan(4 * conversionsStandardError!);
    expect(Math.abs(expectedConversions! - exactConversions!)).toBeLessThan(4 * conversionsStandardError!);
    expect(row['budgetUse']).toBeLessThan(1);
  });

  it('plays every policy on the same episodes: the reference multiplier gains nothing over itself', async () => {
    const { rows } = await run(
      tinyConfig({ policies: [{ id: 'constant', multiplier: 0.9 }, dp], referenceMultiplier: 0.9 }),
    );
    expect(rows[0]).toMatchObject({ gain: 0, gainStandardError: 0 });
    expect(rows[1]!['gain']).toBeGreaterThan(0);
  });

  it('is a function of its settings, and a learner without training steps worth the name still plays', async () => {
    const policies = ['dqn', 'ppo', { id: 'random', actions: 'uniform' }, 'random', dp];
    const config = tinyConfig({ policies });
    const first = await run(config);
    const second = await run(config);
    expect(first.rows).toEqual(second.rows);
    expect(first.rows.map((row) => row.policy)).toEqual(['dqn', 'ppo', 'random-uniform', 'random-discrete', 'dp']);
    expect(first.charts.map(({ id }) => id)).toEqual(['conversions', 'learning-curves', 'decisions']);
    for (const { spec } of first.charts) compileSpec(spec);
    expect(first.verdict.headline).toMatch(/^(DQN|PPO) won \d+\.\d\d conversions per episode/);
  });

  it('shows no map of what a learner decides where it also looks at the last step', async () => {
    const original = { id: 'ppo', observations: 'original', actions: { kind: 'grid' } };
    const { charts } = await run(tinyConfig({ policies: [original], envSteps: 300 }));
    expect(charts.map(({ id }) => id)).toEqual(['conversions', 'learning-curves']);
  });

  it('draws other episodes for another seed', async () => {
    const { rows } = await run(tinyConfig({ seeds: 2 }));
    expect(rows[0]!['conversions']).not.toBe(rows[1]!['conversions']);
  });

  it('leaves charts of training out where nobody trained', async () => {
    const { charts, verdict } = await run(tinyConfig());
    expect(charts.map(({ id }) => id)).toEqual(['conversions']);
    expect(verdict.details).toEqual(['No trained agent took part.']);
  });
});

describe('settings of the rtbgym study', () => {
  const seats =
    (...policies: unknown[]) =>
    () =>
      rtbGym.trials(tinyConfig({ policies }), context);

  it('names seats of one id by what tells them apart', () => {
    const trials = seats(
      { id: 'constant', multiplier: 1 },
      { id: 'constant', multiplier: 1.2 },
      { id: 'dp', as: 'best' },
    )();
    expect((trials as readonly { id: string }[]).map(({ id }) => id)).toEqual(['constant-1', 'constant-1.2', 'best']);
  });

  it('refuses what cannot be played, with the place and the remedy', () => {
    expect(seats('constnat')).toThrow("UNKNOWN_ID: policies.0: unknown policy 'constnat'; did you mean 'constant'?");
    expect(seats({ id: 'constant', alpha: 1 })).toThrow('policies.0');
    expect(seats({ id: 'constant', multiplier: -1 })).toThrow('multiplier: expected > 0 [multiplier], received -1');
    expect(seats({ id: 'random', low: 3, high: 1 })).toThrow('policies.0: low expected below high (1), received 3');
    expect(seats('dp', 'dp')).toThrow("policies: 'dp' sits twice; give one of them another name with 'as'");
    expect(seats('dp', { id: 'dp', as: 'b' })).toThrow("give one of them another name with 'title'");
    expect(seats({ id: 'dqn', actions: { kind: 'log' } })).toThrow(
      "policies.0.actions.kind: 'dqn' cannot act in a box space; expected grid, received log",
    );
    expect(seats({ id: 'dqn', bufferSiz: 5 })).toThrow("did you mean 'bufferSize'");
  });

  it('says which file a data folder must have', () => {
    expect(() => rtbGym.trials(tinyConfig(), { ...context, dataFolder: '/nowhere' })).toThrow(
      'FILE_NOT_FOUND: /nowhere/rtbgym_seed12345_params.json does not exist',
    );
  });

  it('are made small for a quick look', () => {
    const quick = rtbGym.quickened(tinyConfig({ seeds: 5, episodes: 50_000, envSteps: 300_000, evaluations: 30 }));
    expect(quick).toMatchObject({ seeds: 2, episodes: 2_000, envSteps: 40_000, evaluations: 5 });
  });
});
