import { makeAutodiffTrainStep } from '../../src/nn/autodiff-reference.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import {
  BENCHMARK_ADAM,
  BENCHMARK_SPEC,
  makeTrainBatch,
  makeTrainStep,
  type TrainStep,
} from '../../src/nn/train-step.ts';
import { huberTdLoss } from '../../src/rl/losses/huber-td.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds, TIME_MS } from './measure.ts';
import { torchTrainStep } from './torch-train-step.ts';

const BATCH = 256;
/** Rows of a decision for one environment copy. */
const FORWARDS = 1000;
const STEPS = 10;

async function millisecondsOf(step: TrainStep): Promise<number> {
  const seconds = await fastestSeconds(() => {
    for (let i = 0; i < STEPS; i++) step.run();
  });
  step.dispose();
  return (seconds / STEPS) * 1000;
}

/** Milliseconds of one training step with closed-form gradients. */
function trainStepOn(backend: 'simd' | 'wasm', batchSize: number): Benchmark {
  return {
    title: `Training step on ${backend}, closed-form gradients: 16-64-64-11, batch ${batchSize}, Huber, Adam`,
    unit: 'ms',
    measure: async () =>
      millisecondsOf(
        makeTrainStep(
          await selectEngine(backend),
          BENCHMARK_SPEC,
          makeTrainBatch(BENCHMARK_SPEC, batchSize, 0),
          huberTdLoss,
        ),
      ),
  };
}

/** The step on TensorFlow.js's wasm backend. */
export const trainStep = trainStepOn('wasm', BATCH);
/** The step on the SIMD engine. */
export const trainStepSimd = trainStepOn('simd', BATCH);
/** The same with a batch of 64. */
export const trainStepSimdSmall = trainStepOn('simd', 64);

/** Milliseconds of the same step in PyTorch on one thread. */
function trainStepTorch(batchSize: number): Benchmark {
  return {
    title: `The same training step in PyTorch on one thread, batch ${batchSize}`,
    unit: 'ms',
    beside: `nn.simd.train-step-${batchSize}`,
    measure: () => torchTrainStep(BENCHMARK_SPEC, batchSize, { steps: STEPS, seconds: TIME_MS / 1000 }),
  };
}

/** PyTorch beside {@link trainStepSimd}. */
export const trainStepTorchLarge = trainStepTorch(BATCH);
/** PyTorch beside {@link trainStepSimdSmall}. */
export const trainStepTorchSmall = trainStepTorch(64);

/** Milliseconds of the network for one observation: what acting in one environment costs. */
export const forwardOne: Benchmark = {
  title: 'Forward of one observation on simd: 16-64-64-11',
  unit: 'ms',
  async measure() {
    const network = (await selectEngine('simd')).createNetwork(BENCHMARK_SPEC, BENCHMARK_ADAM, 0);
    const { inputs } = makeTrainBatch(BENCHMARK_SPEC, 1, 0);
    const outputs = new Float32Array(BENCHMARK_SPEC.outputs);
    const seconds = await fastestSeconds(() => {
      for (let i = 0; i < FORWARDS; i++) network.forward(inputs, outputs, false);
    });
    network.dispose();
    return (seconds / FORWARDS) * 1000;
  },
};

/** Milliseconds of the same step by TensorFlow.js's tape autodiff. */
export const trainStepAutodiff: Benchmark = {
  title: 'The same training step by tape autodiff',
  unit: 'ms',
  measure: async () =>
    millisecondsOf(await makeAutodiffTrainStep('wasm', BENCHMARK_SPEC, makeTrainBatch(BENCHMARK_SPEC, BATCH, 0))),
};
