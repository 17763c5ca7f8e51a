import { Rng } from '../../src/core/rng.ts';
import { bruteForceStep } from '../../src/sim/brute-force.ts';
import { cutByRecords } from '../../src/sim/flight-window.ts';
import { Replay } from '../../src/sim/replay.ts';
import { emptyOutcomes } from '../../src/sim/step-batch.ts';
import { emptyOutcome } from '../../src/sim/step-outcome.ts';
import { benchMultiplier, benchTape } from './bench-market.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const STEPS = 48;
const AUCTIONS_PER_STEP = 10_000;
const DRAWS = 1 << 16;
/** Steps that are played side by side, as a vector environment of 1,024 copies does. */
const BATCH = 1024;

/** 48 steps × 10,000 auctions, and draws of a random step and multiplier. */
function setting() {
  const tape = benchTape(1, STEPS * AUCTIONS_PER_STEP);
  const replay = new Replay(tape, cutByRecords(tape, STEPS * AUCTIONS_PER_STEP, STEPS).stepOffsets);
  const rng = new Rng('bench/replay');
  const base = benchMultiplier(tape);
  return {
    replay,
    steps: Int32Array.from({ length: DRAWS }, () => rng.int(STEPS)),
    multipliers: Float64Array.from({ length: DRAWS }, () => base * Math.exp(rng.uniform(-2, 2))),
  };
}

/** Steps of 10,000 auctions played through the index, a second. */
export const replayIndex: Benchmark = {
  title: 'Replay index: steps of 10,000 auctions, random step and multiplier, in batches of 1,024',
  unit: '/s',
  async measure() {
    const { replay, steps, multipliers } = setting();
    const batches = Array.from({ length: DRAWS / BATCH }, (_, b) => ({
      steps: steps.subarray(b * BATCH, (b + 1) * BATCH),
      multipliers: multipliers.subarray(b * BATCH, (b + 1) * BATCH),
      remainingMicros: new Float64Array(BATCH).fill(Number.MAX_SAFE_INTEGER),
    }));
    const out = emptyOutcomes(BATCH);
    const seconds = await fastestSeconds(() => {
      for (const batch of batches) replay.playMany(batch, out, BATCH);
    });
    return DRAWS / seconds;
  },
};

/** Auctions played one by one, a second. */
export const replayBrute: Benchmark = {
  title: 'Brute-force kernel: auctions, random step and multiplier',
  unit: '/s',
  async measure() {
    const { replay, steps, multipliers } = setting();
    const out = emptyOutcome();
    const rounds = 100;
    const seconds = await fastestSeconds(() => {
      for (let i = 0; i < rounds; i++) {
        const from = replay.stepOffsets[steps[i]!]!;
        bruteForceStep(replay, from, from + AUCTIONS_PER_STEP, multipliers[i]!, Number.MAX_SAFE_INTEGER, out);
      }
    });
    return (rounds * AUCTIONS_PER_STEP) / seconds;
  },
};
