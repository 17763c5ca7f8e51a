import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReplayableEnv } from '../../src/train/replayable-env.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';
import { runFile, runHere, TINY_DQN, TINY_PPO, type TinyRun, tinyConfig } from './tiny.ts';

const FILES = ['result.json', 'checkpoint/policy.json'];

const configOf = (learner: object) =>
  tinyConfig({ policies: [learner], seeds: 1, envSteps: 480, evaluations: 6, budgetFractions: [0.25] });

/** Everything of a run but what the clock wrote. */
function filesOf(run: TinyRun, policy: string): string[] {
  const [header = '', ...lines] = runFile(run, policy, 0, 'metrics.csv').trimEnd().split('\n');
  const clock = header.split(',').indexOf('time/seconds');
  const metrics = lines.map((line) =>
    line
      .split(',')
      .filter((_, i) => i !== clock)
      .join(','),
  );
  const files = FILES.map((file) => runFile(run, policy, 0, file));
  return [...files, ...metrics];
}

const trainingFolder = (out: string) => {
  const [run] = readdirSync(join(out, 'runs'));
  return join(out, 'runs', run!, 'training');
};

/** Runs until some steps into the next evaluation period, then fails as a machine does. */
async function cutOff(
  config: ReturnType<typeof tinyConfig>,
  out: string,
  vectorSteps: number,
  on: Parameters<typeof runHere>[2],
): Promise<void> {
  const { step } = ReplayableEnv.prototype;
  let left = vectorSteps;
  ReplayableEnv.prototype.step = function (actions) {
    if (left-- === 0) throw new Error('the power went');
    step.call(this, actions);
  };
  try {
    await expect(runHere(config, out, on)).rejects.toThrow('the power went');
  } finally {
    ReplayableEnv.prototype.step = step;
  }
}

const cases = [TINY_DQN, TINY_PPO].flatMap((learner) =>
  (['cpu', 'simd', 'wasm'] as const).map((backend) => ({ id: learner.id, learner, backend })),
);

describe.each(cases)('a training of $id on $backend that was cut off', ({ learner, backend }) => {
  const config = configOf(learner);
  const on = { backend };

  it('goes on from its last checkpoint and ends byte by byte as one that was not', async () => {
    const whole = await runHere(config, temporaryFolder(), on);
    const out = temporaryFolder();
    await cutOff(config, out, 35, on);
    expect(readdirSync(trainingFolder(out))).toEqual(['a', 'b']);
    // Cut off again, and while a checkpoint was being written: the other one is whole.
    await cutOff(config, out, 20, on);
    const [slot] = readdirSync(trainingFolder(out));
    writeFileSync(join(trainingFolder(out), slot!, 'arrays.bin'), 'cut');
    let steps = 0;
    const { step } = ReplayableEnv.prototype;
    ReplayableEnv.prototype.step = function (actions) {
      steps++;
      step.call(this, actions);
    };
    const resumed = await runHere(config, out, on).finally(() => {
      ReplayableEnv.prototype.step = step;
    });
    // 60 vector steps are the whole training.
    expect(steps).toBeLessThan(45);
    expect(filesOf(resumed, learner.id)).toEqual(filesOf(whole, learner.id));
    expect(existsSync(trainingFolder(out))).toBe(false);
  });
});

describe('a training that diverges', () => {
  it('names its last good checkpoint, which stays', async () => {
    const config = configOf(TINY_PPO);
    const out = temporaryFolder();
    const { step } = ReplayableEnv.prototype;
    let taken = 0;
    ReplayableEnv.prototype.step = function (actions) {
      step.call(this, actions);
      if (++taken > 25) this.rewards[0] = Number.NaN;
    };
    try {
      await expect(runHere(config, out)).rejects.toThrow(/^DIVERGED: ppo: .* the last good checkpoint is .*training/);
    } finally {
      ReplayableEnv.prototype.step = step;
    }
    const good = join(trainingFolder(out), 'b');
    expect(JSON.parse(readFileSync(join(good, 'state.json'), 'utf8')).json.counters.envSteps).toBe(160);
  });
});

describe('an early stop', () => {
  it('comes after as many evaluations without a better score as patience says', async () => {
    const curveOf = async (earlyStop: object) => {
      const run = await runHere(configOf({ ...TINY_DQN, earlyStop }), temporaryFolder());
      return JSON.parse(runFile(run, 'dqn', 0, 'result.json')).curve.length;
    };
    expect(await curveOf({ patience: 2, minDelta: 1e9 })).toBe(1 + 2);
    expect(await curveOf({ patience: 7, minDelta: 1e9 })).toBe(1 + 6);
    await expect(curveOf({ patience: 0 })).rejects.toThrow(/^CONFIG_INVALID: .*earlyStop/);
  });
});
