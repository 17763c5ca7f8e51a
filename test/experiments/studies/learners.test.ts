import { describe, expect, it } from 'vitest';
import { agents } from '../../../agents/registry.ts';
import { problems } from '../../../experiments/studies/learners/problems.ts';
import { learnerRow } from '../../../experiments/studies/learners/report.ts';
import { learnersSchema } from '../../../experiments/studies/learners/settings.ts';
import { learnersStudy } from '../../../experiments/studies/learners/study.ts';
import type { LearnersTrial } from '../../../experiments/studies/learners/trial.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';

const context = { baseFolder: '.', dataFolder: undefined };

function configOf(settings: object) {
  return learnersSchema.parse({
    ...{ experiment: 'learners', kind: 'learners', title: 'Learners', description: 'Learners.', seeds: 2 },
    ...{ problems: ['cartpole-v1'], policies: ['dqn', 'ppo'], evaluations: 2 },
    ...settings,
  });
}

const trialsOf = async (settings: object) => learnersStudy.trials(configOf(settings), context);

describe('a study of learners', () => {
  it('seats every learner on each problem that it can act in, with the seeds of that problem', async () => {
    const trials = await trialsOf({ problems: ['cartpole-v1', { id: 'keyword-bidding-v1', seeds: 3, envSteps: 7 }] });
    const names = trials.map(({ id, seed }) => `${id} ${seed}`);
    expect(names.filter((name) => name.includes('cartpole'))).toHaveLength(4);
    expect(names.filter((name) => name.includes('keyword'))).toEqual(
      [0, 1, 2].map((seed) => `ppo-keyword-bidding-v1 ${seed}`),
    );
    expect(trials.at(-1)!.task).toMatchObject({ agent: 'ppo', envSteps: 7 });
  });

  it('refuses unknown problems and learners with what is near', async () => {
    await expect(async () => trialsOf({ problems: ['cartpole'] })).rejects.toThrow(
      /problems\.0: .*'cartpole'.*did you mean 'cartpole-v1'/,
    );
    await expect(async () => trialsOf({ policies: ['linear'] })).rejects.toThrow(/policies\.0: .*learner 'linear'/);
  });

  it('refuses learners none of which can act', async () => {
    const only = { policies: ['dqn'], problems: ['keyword-bidding-v1'] };
    await expect(async () => trialsOf(only)).rejects.toThrow('none of these learners can act');
  });

  it('has a learner for every problem', () => {
    for (const id of problems.ids) {
      expect(agents.ids.some((agent) => problems.get(id).accepts(agents.get(agent)))).toBe(true);
    }
  });

  it('judges on episodes apart, and tells steps and seconds of each evaluation', async () => {
    const [trial] = await trialsOf({ problems: [{ id: 'cartpole-v1', envSteps: 2_000 }] });
    const engine = () => selectEngine('wasm');
    const shares: number[] = [];
    const onShare = (share: number) => void shares.push(share);
    const config = configOf({});
    const result = await learnersStudy.runTrial(config, trial!, { ...context, engine, onShare });
    expect(shares).toEqual([0.5, 1]);
    expect(result.curve.map(({ envSteps }) => envSteps)).toEqual([0, 1_000, 2_000]);
    const seconds = result.curve.map((point) => point.seconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
    expect(seconds[2]).toBeGreaterThan(0);
    expect(result.score).toBeGreaterThanOrEqual(8);
    const again = await learnersStudy.runTrial(config, trial!, { ...context, engine, onShare });
    expect(again.score).toBe(result.score);
  });

  it('plays budget pacing and the problems of other studies', async () => {
    const problemsPlayed = [
      { id: 'budget-pacing-v1', envSteps: 2_000 },
      { id: 'rtbgym-v1', envSteps: 1_000 },
    ];
    const trials = (await trialsOf({ seeds: 1, policies: ['ppo'], problems: problemsPlayed })) as LearnersTrial[];
    const engine = () => selectEngine('wasm');
    const scores: number[] = [];
    for (const trial of trials) {
      const quiet = { ...context, engine, onShare: () => undefined };
      scores.push((await learnersStudy.runTrial(configOf({}), trial, quiet)).score);
    }
    expect(scores[0]).toBeGreaterThan(0.3);
    expect(scores[0]).toBeLessThan(1);
    expect(scores[1]).toBeGreaterThan(5);
    expect(scores[1]).toBeLessThan(19);
  }, 30_000);
});

describe('a row of a learner', () => {
  const trial = { problem: 'cartpole-v1', policy: 'dqn', learner: 'DQN', seed: 1 } as LearnersTrial;
  const curve = [
    { envSteps: 0, seconds: 0, score: 9 },
    { envSteps: 100, seconds: 1.5, score: 480 },
    { envSteps: 200, seconds: 3, score: 470 },
  ];

  it('says when an evaluation first reached the threshold', () => {
    expect(learnerRow(trial, { score: 490, curve })).toMatchObject({
      ...{ stepsToThreshold: 100, secondsToThreshold: 1.5, envSteps: 200, seconds: 3, score: 490 },
    });
  });

  it('leaves it empty where none did', () => {
    const row = learnerRow(trial, { score: 490, curve: [curve[0]!] });
    expect([row.stepsToThreshold, row.secondsToThreshold]).toEqual([null, null]);
  });
});
