import { loadTfjs } from '../../../src/nn/load-tfjs.ts';
import type { Engine, MlpSpec, Network } from '../../../src/nn/network.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { remoteEngine } from '../../../src/nn/tfjs-engine.ts';

export const adam = { learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** Engines that every machine has; the last runs the native engine's code path on the wasm backend. */
export const engines: Record<string, () => Promise<Engine>> = {
  simd: () => selectEngine('simd'),
  wasm: () => selectEngine('wasm'),
  cpu: () => selectEngine('cpu'),
  'device operations': async () => {
    await selectEngine('wasm');
    return remoteEngine(await loadTfjs(), 'wasm', 'tensorflow', 'device operations on wasm');
  },
};

export function mlp(partial: Partial<MlpSpec>): MlpSpec {
  return {
    inputs: 5,
    hidden: [8, 6],
    outputs: 3,
    activation: 'relu',
    outputGain: 1,
    initializer: 'he-uniform',
    ...partial,
  };
}

/** ‖a − b‖ / ‖b‖ (or ‖a‖ where b is 0). */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference) / (Math.sqrt(size) || 1);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** Gradients of Σ dOutputs · outputs by TensorFlow.js's autodiff, in the flat layout of a network. */
export async function autodiffGradients(
  network: Network,
  inputs: Float32Array,
  dOutputs: Float32Array,
): Promise<{ weights: Float32Array; inputs: Float32Array }> {
  const tf = await loadTfjs();
  const { layers } = network.toPlain('argmax');
  const leaves = layers.flatMap((l) => [tf.tensor2d(l.kernel, [l.inputs, l.outputs]), tf.tensor1d(l.bias)]);
  const x = tf.tensor2d(inputs, [inputs.length / network.spec.inputs, network.spec.inputs]);
  const d = tf.tensor2d(dOutputs, [x.shape[0], network.spec.outputs]);
  const gradients = tf.grads((...args) => {
    let y = args[0]!;
    layers.forEach((layer, l) => {
      y = tf.add(tf.matMul(y, args[1 + 2 * l]!), args[2 + 2 * l]!);
      if (layer.activation === 'relu') y = tf.relu(y);
      if (layer.activation === 'tanh') y = tf.tanh(y);
    });
    return tf.sum(tf.mul(y, d));
  })([x, ...leaves]);
  const weights = new Float32Array(network.numWeights);
  let at = 0;
  for (const g of gradients.slice(1)) {
    weights.set(g.dataSync(), at);
    at += g.size;
  }
  const result = { weights, inputs: gradients[0]!.dataSync() as Float32Array };
  tf.dispose([x, d, ...leaves, ...gradients]);
  return result;
}
