import { Rng } from '../../src/core/rng.ts';
import { PrioritizedReplay } from '../../src/rl/prioritized-replay.ts';
import { makeTransitionBatch, ReplayBuffer } from '../../src/rl/replay.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const CAPACITY = 1_000_000;
const OBS_DIM = 16;
const BATCH = 256;
const DRAWS = 20;

const observation = new Float32Array(OBS_DIM);
const action = new Int32Array(1);

async function millisecondsOf(draw: () => void): Promise<number> {
  const seconds = await fastestSeconds(() => {
    for (let i = 0; i < DRAWS; i++) draw();
  });
  return (seconds / DRAWS) * 1000;
}

/** Milliseconds of a minibatch drawn uniformly from a million transitions. */
export const replayUniform: Benchmark = {
  title: 'Replay: 256 of 1 M transitions of 16 numbers, uniformly',
  unit: 'ms',
  measure() {
    const replay = new ReplayBuffer(CAPACITY, OBS_DIM);
    for (let i = 0; i < CAPACITY; i++) replay.add(observation, 0, action, 0, 0, observation, 0, 1);
    const batch = makeTransitionBatch(BATCH, OBS_DIM);
    const rng = new Rng('bench/replay');
    return millisecondsOf(() => replay.sample(batch, rng));
  },
};

/** Milliseconds of one drawn by priority, its priorities renewed. */
export const replayPrioritized: Benchmark = {
  title: 'Prioritised replay: 256 of 1 M transitions of 16 numbers, and their new priorities',
  unit: 'ms',
  measure() {
    const replay = new PrioritizedReplay(new ReplayBuffer(CAPACITY, OBS_DIM), BATCH, { alpha: 0.6 });
    for (let i = 0; i < CAPACITY; i++) replay.add(observation, 0, action, 0, 0, observation, 0, 1);
    const batch = makeTransitionBatch(BATCH, OBS_DIM);
    const rng = new Rng('bench/replay');
    const errors = Float32Array.from({ length: BATCH }, () => rng.normal());
    return millisecondsOf(() => {
      replay.sample(batch, rng, 0.4);
      replay.update(errors);
    });
  },
};
