import type { Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { PlainNetwork } from '../core/agent.ts';
import { loadTfjs, type Tfjs } from './load-tfjs.ts';
import type { Engine, MlpSpec } from './network.ts';
import { selectEngine } from './select-backend.ts';
import { BENCHMARK_ADAM, BENCHMARK_DELTA, type TrainBatch, type TrainStep } from './train-step.ts';

type Layer = PlainNetwork['layers'][number];

/** A layer's weights as TensorFlow.js variables. */
interface LayerVariables {
  readonly kernel: Variable;
  readonly bias: Variable;
  readonly activation: Layer['activation'];
}

function makeVariables(tf: Tfjs, layers: readonly Layer[]): LayerVariables[] {
  return layers.map(({ inputs, outputs, activation, kernel, bias }) =>
    tf.tidy(() => ({
      kernel: tf.variable(tf.tensor2d(kernel, [inputs, outputs])),
      bias: tf.variable(tf.tensor1d(bias)),
      activation,
    })),
  );
}

function applyLayers(tf: Tfjs, layers: readonly LayerVariables[], inputs: Tensor2D): Tensor2D {
  let x: Tensor = inputs;
  for (const { kernel, bias, activation } of layers) {
    const z = tf.add(tf.matMul(x, kernel), bias);
    if (activation === 'relu') x = tf.relu(z);
    else x = activation === 'tanh' ? tf.tanh(z) : z;
  }
  return x as Tensor2D;
}

/** Mean Huber loss of the values of the actions taken, in tensor operations. */
function huberLoss(tf: Tfjs, values: Tensor2D, batch: TrainBatch): Scalar {
  const taken = tf.sum(tf.mul(values, tf.oneHot(tf.tensor1d(batch.actions, 'int32'), values.shape[1])), 1);
  const size = tf.abs(tf.sub(taken, tf.tensor1d(batch.targets)));
  const quadratic = tf.minimum(size, BENCHMARK_DELTA);
  const linear = tf.sub(size, quadratic);
  return tf.mean(tf.add(tf.mul(0.5, tf.square(quadratic)), tf.mul(BENCHMARK_DELTA, linear)));
}

/**
 * The same training step as `makeTrainStep` by TensorFlow.js's tape autodiff (`variableGrads`) and its own Adam: what the
 * closed-form backward is measured against (`nn.wasm.train-step-256-autodiff`) and held equal to in tests.
 *
 * It starts from the same weights as `makeTrainStep` with the same `spec`.
 *
 * @throws SimError `BACKEND_UNAVAILABLE`
 */
export async function makeAutodiffTrainStep(
  backend: Engine['backend'],
  spec: MlpSpec,
  batch: TrainBatch,
): Promise<TrainStep> {
  const engine = await selectEngine(backend);
  const tf = await loadTfjs();
  const network = engine.createNetwork(spec, BENCHMARK_ADAM, 0);
  const layers = makeVariables(tf, network.toPlain('argmax').layers);
  const { learningRate, beta1, beta2, epsilon } = BENCHMARK_ADAM;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  return {
    run: () =>
      tf.tidy(() => {
        const value = optimizer.minimize(() => {
          const inputs = tf.tensor2d(batch.inputs, [batch.actions.length, spec.inputs]);
          return huberLoss(tf, applyLayers(tf, layers, inputs), batch);
        }, true);
        return value!.dataSync<'float32'>()[0]!;
      }),
    dispose() {
      optimizer.dispose();
      for (const { kernel, bias } of layers) {
        kernel.dispose();
        bias.dispose();
      }
    },
  };
}
