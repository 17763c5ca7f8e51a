import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { pacingEnv } from '../../experiments/learner.ts';
import { type TrainingState, trainAgent } from '../../experiments/train-agent.ts';
import { worldOf, worldSource } from '../../experiments/world.ts';
import { Rng } from '../../src/core/rng.ts';
import { writeDataset } from '../../src/data/dataset-file.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { collectEpisodes } from '../../src/train/collect-episodes.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';
import { runHere, tinyConfig } from './tiny.ts';

const behaviour = { act: (_: Float32Array, actions: Int32Array | Float32Array) => void actions.fill(0) };
const BC = { id: 'bc', actions: 'moves', hidden: [8], batchSize: 16, envSteps: 12 };
const origin = { environment: 'budget-pacing-v1', behaviour: {} };

/** Random episodes of the tiny experiment. */
async function collectTiny(folder: string, seed: number): Promise<void> {
  const config = tinyConfig({ policies: ['linear'] });
  const world = worldOf(config, await worldSource(config, '.', undefined), 0);
  const env = pacingEnv(config, world, { actions: 'moves', numEnvs: 4 });
  const rng = new Rng(`tiny/${seed}`);
  await writeDataset(folder, collectEpisodes({ env, behaviour, episodes: 8, epsilon: 1, noise: 0, seed, rng }), origin);
}

describe('a seat that learns from a log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bidlab-log-'));
  const config = (seat: object) => tinyConfig({ policies: [seat], seeds: 1, evaluations: 3, budgetFractions: [0.25] });
  beforeAll(() => collectTiny(folder, 1));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('learns, plays, is kept, and runs again when the log has changed', async () => {
    const out = temporaryFolder();
    const seat = config({ ...BC, dataset: folder });
    const first = await runHere(seat, out);
    expect(first.rows.length).toBeGreaterThan(0);
    const again = await runHere(seat, out);
    expect(again.finished.trials[0]!.runId).toBe(first.finished.trials[0]!.runId);
    expect(again.started).toEqual([]);
    await collectTiny(folder, 2);
    const changed = await runHere(seat, out);
    expect(changed.finished.trials[0]!.runId).not.toBe(first.finished.trials[0]!.runId);
  });

  it.each([
    [
      'other actions',
      { ...BC, actions: 'grid', dataset: folder },
      /DATA_INVALID: .*its actions are not those of the env/,
    ],
    ['a learner that has to act', { ...BC, id: 'ppo', dataset: folder }, /CONFIG_INVALID: .*ppo learns by acting/],
    ['no log', BC, /CONFIG_INVALID: .*bc learns from logs alone: expected the folder of a dataset/],
    ['no such folder', { ...BC, dataset: join(folder, 'nowhere') }, /FILE_NOT_FOUND: .*bidlab collect/],
  ])('is refused with %s', async (_, seat, message) => {
    await expect((async () => runHere(config(seat), temporaryFolder()))()).rejects.toThrow(message);
  });

  it('is refused with a log of another environment', async () => {
    const other = temporaryFolder();
    const env = new CartPole(1);
    const log = collectEpisodes({ env, behaviour, episodes: 1, epsilon: 1, noise: 0, seed: 1, rng: new Rng('other') });
    await writeDataset(other, log, origin);
    await expect(runHere(config({ ...BC, dataset: other }), temporaryFolder())).rejects.toThrow(
      /its observations are not those of the environment: expected timeLeft/,
    );
  });

  it('names the row that is wrong', async () => {
    const broken = temporaryFolder();
    await collectTiny(broken, 1);
    writeFileSync(join(broken, 'steps.csv'), 'episode,step\n');
    await expect(runHere(config({ ...BC, dataset: broken }), temporaryFolder())).rejects.toThrow(
      /steps\.csv line 1: expected a column 'obs\.timeLeft'/,
    );
  });
});

describe('learning from a log, cut off', () => {
  it('goes on from its last checkpoint to the same network', async () => {
    const env = new CartPole(4);
    const log = collectEpisodes({ env, behaviour, episodes: 12, epsilon: 1, noise: 0, seed: 1, rng: new Rng('cut') });
    const states: TrainingState[] = [];
    const engine = await selectEngine('simd');
    const training = (from: TrainingState | null) =>
      trainAgent({
        ...{ agent: 'cql-dqn', options: { hidden: [8], batchSize: 16 }, env, log, engine, rng: new Rng('cut') },
        ...{ envSteps: 30, evaluations: 3, scoreId: 'eval/return', onRecord: () => undefined },
        score: (network) => network.layers[0]!.bias[0]!,
        checkpoints: { from, save: (state) => states.push(structuredClone(state)), lastGood: () => null },
      });
    const whole = training(null);
    expect(states.map(({ counters }) => counters.updates)).toEqual([10, 20, 30]);
    expect(training(states[0]!)).toEqual(whole);
  });
});
