import type { Tensor } from '@tensorflow/tfjs';
import type { LayerLayout } from './layout.ts';

/**
 * The few operations that a network asks of TensorFlow.js, on matrices kept as rank-3 tensors `[1, rows, cols]` (what the
 * matMul kernels want, so that nothing is reshaped on the way).
 *
 * There are two: one for backends whose tensors lie in this process's memory (`wasm`, `cpu`), which does some of the work
 * in place from TypeScript, where it costs less than kernel calls; and one for native TensorFlow, which keeps it on the
 * device.
 */
export interface Device {
  /** Makes the backend the current one, where a process uses several. */
  activate(): void;
  numTensors(): number;
  /** Copies `[rows, cols]` values into a new tensor. */
  upload(values: Float32Array, rows: number, cols: number): Tensor;
  /** Copies a vector into a new rank-1 tensor. */
  uploadVector(values: Float32Array): Tensor;
  /** Copies a tensor's values out. */
  download(tensor: Tensor, out: Float32Array): void;
  /** `activation(x · kernel + bias)` as a new tensor. */
  dense(x: Tensor, kernel: Tensor, bias: Tensor, activation: LayerLayout['activation']): Tensor;
  /** `a · b` as a new tensor. */
  matMul(a: Tensor, b: Tensor): Tensor;
  /** The transposed matrix as a new tensor. */
  transpose(a: Tensor): Tensor;
  /**
   * dLoss/d(pre-activation) from dLoss/d(activation) and the activation itself. Takes over `gradient`: the caller goes on
   * with the result only.
   */
  activationGradient(gradient: Tensor, activated: Tensor, activation: LayerLayout['activation']): Tensor;
  /**
   * Adds a layer's gradient: `xᵀ · gradient` for the kernel, then the column sums of `gradient` for the bias.
   *
   * @param x `[B, I]` the layer's inputs.
   * @param gradient `[B, K]` dLoss/d(pre-activation).
   * @param sum `[I + 1, K]` added to.
   */
  addLayerGradient(x: Tensor, gradient: Tensor, sum: Float32Array): void;
}
