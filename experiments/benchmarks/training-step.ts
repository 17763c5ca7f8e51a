import { makeAutodiffTrainStep } from '../../src/nn/autodiff-reference.ts';
import type { MlpSpec } from '../../src/nn/network.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { makeTrainBatch, makeTrainStep, type TrainStep } from '../../src/nn/train-step.ts';
import { huberTdLoss } from '../../src/rl/losses/huber-td.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const SPEC: MlpSpec = {
  inputs: 16,
  hidden: [64, 64],
  outputs: 11,
  activation: 'relu',
  outputGain: 1,
  initializer: 'he-uniform',
};
const BATCH = 256;
const STEPS = 10;

async function millisecondsOf(step: TrainStep): Promise<number> {
  const seconds = await fastestSeconds(() => {
    for (let i = 0; i < STEPS; i++) step.run();
  });
  step.dispose();
  return (seconds / STEPS) * 1000;
}

/** Milliseconds of one training step with closed-form gradients. */
export const trainStep: Benchmark = {
  title: 'Training step on wasm, closed-form gradients: 16-64-64-11, batch 256, Huber, Adam',
  unit: 'ms',
  measure: async () =>
    millisecondsOf(makeTrainStep(await selectEngine('wasm'), SPEC, makeTrainBatch(SPEC, BATCH, 0), huberTdLoss)),
};

/** Milliseconds of the same step by TensorFlow.js's tape autodiff. */
export const trainStepAutodiff: Benchmark = {
  title: 'The same training step by tape autodiff',
  unit: 'ms',
  measure: async () => millisecondsOf(await makeAutodiffTrainStep('wasm', SPEC, makeTrainBatch(SPEC, BATCH, 0))),
};
