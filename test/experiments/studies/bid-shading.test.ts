import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bidShading } from '../../../experiments/studies/bid-shading/study.ts';
import type { StudyContext, TrialContext } from '../../../experiments/studies/study.ts';
import { renderSvg } from '../../../src/report/render.ts';

const file = new URL('../../../experiments/bid-shading.yaml', import.meta.url);
const shipped = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const context: StudyContext = { baseFolder: '.', dataFolder: undefined };
const trialContext: TrialContext = {
  ...context,
  engine: () => Promise.reject(new Error('no learner sits')),
  onShare: () => undefined,
};
const configOf = (change: Readonly<Record<string, unknown>> = {}) => bidShading.schema.parse({ ...shipped, ...change });
const trialsOf = async (change: Readonly<Record<string, unknown>>) => bidShading.trials(configOf(change), context);

const fixed = [
  'win-rate',
  'kaplan-meier',
  'parametric',
  'most-probable-price',
  'unshaded',
  'best-factor',
  'truth-optimal',
];

describe('bid-shading', () => {
  it('has a trial for each policy, mode and seed of the shipped experiment', async () => {
    const trials = await trialsOf({ seeds: 2 });
    expect(trials).toHaveLength(2 * 3 * 9);
    expect(new Set(trials.map(({ id, seed }) => `${id}/${seed}`)).size).toBe(trials.length);
    expect(bidShading.quickened(configOf()).envSteps).toBe(20_000);
  });

  it('orders policies as theory does, and tells it in rows, words and charts', async () => {
    const config = configOf({ seeds: 1, episodes: 3, numSteps: 24, historyEpisodes: 8, policies: fixed });
    const trials = await bidShading.trials(config, context);
    const finished = [];
    for (const trial of trials)
      finished.push({ trial, result: await bidShading.runTrial(config, trial, trialContext) });
    const { rows, verdict, charts, measures, warnings } = await bidShading.assemble(config, finished, context);
    const ratio = (policy: string, feedback: string) =>
      rows.find((row) => row.policy === policy && row['feedback'] === feedback)!['surplusRatio'] as number;
    for (const feedback of ['Everybody learns the price', 'Winners learn the price', 'Win or loss only']) {
      expect(ratio('truth-optimal', feedback)).toBeCloseTo(1, 2);
      expect(ratio('truth-optimal', feedback)).toBeGreaterThan(ratio('best-factor', feedback));
      expect(Math.abs(ratio('unshaded', feedback))).toBeLessThan(1e-9);
      for (const policy of ['win-rate', 'kaplan-meier', 'parametric'])
        expect(ratio(policy, feedback)).toBeGreaterThan(0.8);
      expect(ratio('most-probable-price', feedback)).toBeLessThan(ratio('win-rate', feedback));
    }
    // Wins and losses alone tell the win-rate model all it uses; a step function needs prices.
    expect(ratio('win-rate', 'Win or loss only')).toBe(ratio('win-rate', 'Everybody learns the price'));
    expect(ratio('kaplan-meier', 'Win or loss only')).toBeLessThan(ratio('kaplan-meier', 'Everybody learns the price'));
    for (const row of rows) for (const id of Object.keys(measures)) expect(Number.isFinite(row[id])).toBe(true);
    expect(verdict.details).toHaveLength(3);
    for (const warning of warnings) expect(warning).toContain('above the largest informative bid');
    expect(charts.map(({ id }) => id)).toEqual(['surplus', 'landscape', 'reliability']);
    for (const { spec } of charts) expect(await renderSvg(spec)).toContain('<svg');
  });

  it('says which non-parametric estimate is whose', async () => {
    const config = configOf({ seeds: 1, episodes: 1, historyEpisodes: 4, policies: ['kaplan-meier'] });
    const trials = await bidShading.trials(config, context);
    const finished = [];
    for (const trial of trials)
      finished.push({ trial, result: await bidShading.runTrial(config, trial, trialContext) });
    const { rows, provenance } = await bidShading.assemble(config, finished, context);
    expect(new Set(rows.map(({ title }) => title))).toEqual(new Set(['Non-parametric landscape, line search']));
    expect(provenance['Non-parametric landscape']).toBe(
      'everybody learns the price: empirical distribution; winners learn the price: Kaplan–Meier; win or loss only: isotonic regression',
    );
  });

  it('plays segments that no earlier episode had, whatever is told', async () => {
    const config = configOf({ seeds: 1, episodes: 1, numSteps: 2, historyEpisodes: 1, policies: fixed });
    for (const trial of await bidShading.trials(config, context)) {
      const { total } = await bidShading.runTrial(config, trial, trialContext);
      expect(total.opportunities).toBe(2 * config.batchSize);
    }
  });

  it('refuses policies, options and markets that cannot be', async () => {
    await expect(trialsOf({ policies: ['win-rat'] })).rejects.toThrow("did you mean 'win-rate'?");
    await expect(trialsOf({ policies: ['unshaded', 'unshaded'] })).rejects.toThrow("'unshaded' sits twice");
    await expect(trialsOf({ policies: [{ id: 'dqn', actions: { kind: 'linear' } }] })).rejects.toThrow(
      'cannot act in a box space',
    );
    await expect(trialsOf({ policies: [{ id: 'parametric', gamma: 1 }] })).rejects.toThrow('gamma');
    const delivery = { delay: { family: 'uniform', low: 3, high: 1 } };
    await expect(trialsOf({ delivery })).rejects.toThrow('swap them');
  });
});
