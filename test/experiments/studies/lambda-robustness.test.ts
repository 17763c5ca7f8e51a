import { describe, expect, it } from 'vitest';
import { constantMultiplier } from '../../../agents/baselines/constant-policy.ts';
import { clairvoyant } from '../../../experiments/studies/lambda-robustness/clairvoyant.ts';
import { daysOf, optimalMultiplier, startsOf } from '../../../experiments/studies/lambda-robustness/days.ts';
import { playGroups } from '../../../experiments/studies/lambda-robustness/play-groups.ts';
import { withRegretRewards } from '../../../experiments/studies/lambda-robustness/regret-rewards.ts';
import { groupLabel, lambdaRobustnessSchema } from '../../../experiments/studies/lambda-robustness/settings.ts';
import { lambdaRobustness } from '../../../experiments/studies/lambda-robustness/study.ts';
import type { StudyRow, TrialContext } from '../../../experiments/studies/study.ts';
import { checkVectorEnv } from '../../../src/core/check-vector-env.ts';
import { Rng } from '../../../src/core/rng.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { renderSvg } from '../../../src/report/render.ts';
import { playFlights } from '../../../src/sim/play-flights.ts';

const settings = {
  experiment: 'lambda-robustness',
  kind: 'lambda-robustness',
  title: 'Wrong starts',
  numSteps: 24,
  auctionsPerStep: 100,
  seeds: 1,
  days: { train: 3, validation: 1, test: 2 },
  envSteps: 1500,
  evaluations: 2,
  policies: [
    { id: 'dqn', numEnvs: 16, batchSize: 32 },
    'flb',
    'bslb',
    { id: 'dual-pacing', stepSize: 0.1 },
    'clairvoyant',
    'hindsight-optimum',
  ],
};
const config = lambdaRobustnessSchema.parse(settings);
const context: TrialContext = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => selectEngine('wasm'),
  onShare: () => undefined,
};
const days = daysOf(config, null, 0);
const starts = startsOf(config, days, days.test, new Rng('starts'));

describe('days with a wrong start', () => {
  it('begin at the optimum of the day over 1 + deviation, one deviation a group', () => {
    expect(starts).toHaveLength(2 * 9);
    for (const { flight, deviation, group } of starts) {
      const { low, high } = config.groups[group]!;
      expect(deviation).toBeGreaterThanOrEqual(low);
      expect(deviation).toBeLessThan(high);
      const lambda = 1 / flight.startingMultiplier;
      expect(lambda * optimalMultiplier(days, flight.window)).toBeCloseTo(1 + deviation, 12);
    }
  });

  it('are all recovered by a bidder who knows the day, and a jump straight to the optimum loses nearly nothing', () => {
    const windows = starts.map(({ flight }) => flight.window);
    const near = playGroups(days, starts, 9, clairvoyant(windows, days.tableOf, config.moves));
    for (const { valueRatio } of near) expect(valueRatio).toBeGreaterThan(0.75);
    expect(near[3]!.valueRatio).toBeGreaterThan(0.98);
    const anywhere = Array.from({ length: 2000 }, (_, i) => 1.01 ** (i - 1000) - 1);
    for (const { valueRatio } of playGroups(days, starts, 9, clairvoyant(windows, days.tableOf, anywhere))) {
      expect(valueRatio).toBeGreaterThan(0.98);
    }
  });

  it('are tabled so that money buys at most the hindsight optimum and nearly all of it', () => {
    for (const window of days.test) {
      const optimum = days.hindsight.value(window, days.budgetMicros);
      expect(days.tableOf(window).valueOf(0, days.budgetMicros) / optimum).toBeCloseTo(1, 2);
      expect(days.tableOf(window).valueOf(config.numSteps, days.budgetMicros)).toBe(0);
    }
  });
});

describe('regret rewards', () => {
  const KEEP = config.moves.indexOf(0);
  const make = (numEnvs: number, windows = days.train, start?: number) =>
    withRegretRewards(
      {
        replay: days.replay,
        windows,
        plan: days.plan,
        budgetFractions: { list: [config.budgetFraction] },
        startingMultiplier: { low: start ?? 1e3, high: start ?? 1e6 },
        decoding: { kind: 'moves', lambdaMoves: config.moves, minMultiplier: 10, maxMultiplier: 1e8 },
        scales: days.scales,
        numEnvs,
      },
      days.tableOf,
    );

  it('break no rule of vectorised environments', () => {
    expect(checkVectorEnv((numEnvs) => make(numEnvs), { maxEpisodeSteps: 1000 })).toEqual([]);
  });

  it('square to regrets that sum to the optimum less the value won', () => {
    const window = days.train[0]!;
    const startingMultiplier = 0.6 * optimalMultiplier(days, window);
    const env = make(1, [window], startingMultiplier);
    env.reset(0);
    let regret = 0;
    do {
      env.step(Int32Array.of(KEEP));
      regret += env.rewards[0]! ** 2;
    } while (env.terminated[0] === 0);
    const optimum = days.hindsight.value(window, days.budgetMicros);
    const keep = constantMultiplier(startingMultiplier);
    const flight = { window, budgetMicros: days.budgetMicros, startingMultiplier };
    const [played] = playFlights(days.replay, days.plan, [flight], keep);
    expect(regret / 100).toBeCloseTo(1 - played!.value / optimum, 2);
  });
});

describe('the study', () => {
  it('gives every policy one row a group, and the ceiling exactly 1', async () => {
    const trials = await lambdaRobustness.trials(config, context);
    expect(trials.map(({ id }) => id)).toEqual([
      'dqn',
      'flb',
      'bslb',
      'dual-pacing',
      'clairvoyant',
      'hindsight-optimum',
    ]);
    const finished = [];
    for (const trial of trials) {
      const result = await lambdaRobustness.runTrial(config, trial, context);
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      finished.push({ trial, result });
    }
    const { rows, charts, verdict } = await lambdaRobustness.assemble(config, finished, context);
    expect(rows).toHaveLength(6 * 9);
    const ratios = (policy: string) =>
      config.groups.map(
        (group) =>
          rows.find((row: StudyRow) => row.policy === policy && row['group'] === groupLabel(group))!['valueRatio'],
      );
    expect(new Set(ratios('hindsight-optimum'))).toEqual(new Set([1]));
    for (const [g, flb] of ratios('flb').entries()) {
      expect(Number(flb)).toBeLessThanOrEqual(1);
      // Scaling bids by the money left can only help where the start is far off.
      if (Math.abs(config.groups[g]!.low) >= 0.4) expect(Number(ratios('bslb')[g])).toBeGreaterThan(Number(flb));
    }
    expect(verdict.headline).toMatch(/DQN keeps 0\.\d+ of the hindsight optimum/);
    expect(await renderSvg(charts[0]!.spec)).toContain('Value by how wrong the day began');
  });

  it('refuses unknown policies, learners that cannot choose moves, two of one name and a group upside down', () => {
    const trialsOf = (policies: unknown) =>
      lambdaRobustness.trials(lambdaRobustnessSchema.parse({ ...settings, policies }), context);
    return Promise.all([
      expect(async () => trialsOf(['bslp'])).rejects.toThrow(/UNKNOWN_ID: policies.0: .*did you mean 'bslb'/),
      expect(async () => trialsOf([{ id: 'dqn', envSteps: 0 }])).rejects.toThrow(
        /policies.0.envSteps: expected a positive/,
      ),
      expect(async () => trialsOf(['flb', 'flb'])).rejects.toThrow(/'flb' sits twice/),
      expect(
        lambdaRobustnessSchema.safeParse({ ...settings, groups: [{ low: 0.2, high: 0.1 }] }).error?.issues[0]?.message,
      ).toBe('expected low below high'),
    ]);
  });
});
