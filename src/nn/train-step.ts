import { Rng } from '../core/rng.ts';
import type { AdamSpec, Engine, MlpSpec, Network } from './network.ts';

/** The network of the training-step figures. */
export const BENCHMARK_SPEC: MlpSpec = {
  inputs: 16,
  hidden: [64, 64],
  outputs: 11,
  activation: 'relu',
  outputGain: 1,
  initializer: 'he-uniform',
};

/** Adam as the training-step benchmark uses it. */
export const BENCHMARK_ADAM: AdamSpec = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** Width δ of the Huber loss in the training-step benchmark. */
export const BENCHMARK_DELTA = 1;

/** One training step to be timed over and over. */
export interface TrainStep {
  /** Forward, gradient of the mean Huber loss, backward, Adam. @returns The loss before the step. */
  run(): number;
  dispose(): void;
}

/** A training step on a network that can be looked at. */
export interface NetworkTrainStep extends TrainStep {
  readonly network: Network;
}

/** A minibatch of a value learner. */
export interface TrainBatch {
  /** `[B, O]` */
  readonly inputs: Float32Array;
  /** `[B]` in 0 … K − 1. */
  readonly actions: Int32Array;
  /** `[B]` */
  readonly targets: Float32Array;
}

/** Loss of the action values `[B, A]` that writes its gradient to `dOutputs`; `huberTdLoss` of `src/rl/losses` is one. */
export type ValueLoss = (
  outputs: Float32Array,
  actions: Int32Array,
  targets: Float32Array,
  numActions: number,
  delta: number,
  dOutputs: Float32Array,
) => number;

/** A minibatch of standard normal inputs and targets and uniform actions, the same for the same arguments. */
export function makeTrainBatch(spec: MlpSpec, batchSize: number, seed: number): TrainBatch {
  const rng = new Rng(`train-batch/${seed}`);
  return {
    inputs: Float32Array.from({ length: batchSize * spec.inputs }, () => rng.normal()),
    actions: Int32Array.from({ length: batchSize }, () => rng.int(spec.outputs)),
    targets: Float32Array.from({ length: batchSize }, () => rng.normal()),
  };
}

/**
 * The training step that agents take, on a network of its own with seed 0: the bench figure `nn.wasm.train-step-256`.
 *
 * @param loss The loss to train on, in practice `huberTdLoss`.
 */
export function makeTrainStep(engine: Engine, spec: MlpSpec, batch: TrainBatch, loss: ValueLoss): NetworkTrainStep {
  const network = engine.createNetwork(spec, BENCHMARK_ADAM, 0);
  const outputs = new Float32Array(batch.actions.length * spec.outputs);
  const dOutputs = new Float32Array(outputs.length);
  return {
    network,
    run() {
      network.forward(batch.inputs, outputs, true);
      const value = loss(outputs, batch.actions, batch.targets, spec.outputs, BENCHMARK_DELTA, dOutputs);
      network.backward(dOutputs);
      network.applyGradients(BENCHMARK_ADAM.learningRate, Number.POSITIVE_INFINITY);
      return value;
    },
    dispose: () => network.dispose(),
  };
}
