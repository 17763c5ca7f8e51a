import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { Device } from './device.ts';
import type { LayerLayout } from './layout.ts';
import type { Tfjs } from './load-tfjs.ts';

const PLAIN_PRODUCT = { transposeA: false, transposeB: false };

/**
 * What every TensorFlow.js backend does the same way.
 *
 * Kernels are called by name: the checked wrappers of `tf.*` would cost as much as these small matrices' arithmetic. No
 * product uses a transpose flag, which on wasm leaves the fast matrix kernels.
 */
export abstract class TfjsDevice implements Device {
  protected readonly tf: Tfjs;
  readonly #backendName: string;

  /** @param backendName TensorFlow.js's own name of the backend, which is initialised. */
  constructor(tf: Tfjs, backendName: string) {
    this.tf = tf;
    this.#backendName = backendName;
  }

  activate(): void {
    // An initialised backend is current when this call returns; its promise carries no news.
    if (this.tf.getBackend() !== this.#backendName) void this.tf.setBackend(this.#backendName);
  }

  numTensors(): number {
    return this.tf.memory().numTensors;
  }

  upload(values: Float32Array, rows: number, cols: number): Tensor {
    return this.makeTensor(values, [1, rows, cols]);
  }

  uploadVector(values: Float32Array): Tensor {
    return this.makeTensor(values, [values.length]);
  }

  dense(x: Tensor, kernel: Tensor, bias: Tensor, activation: LayerLayout['activation']): Tensor {
    const fused = activation === 'relu' ? 'relu' : 'linear';
    const y = this.run('_FusedMatMul', { a: x, b: kernel, bias }, { ...PLAIN_PRODUCT, activation: fused });
    return activation === 'tanh' ? this.tanh(y) : y;
  }

  matMul(a: Tensor, b: Tensor): Tensor {
    return this.run('BatchMatMul', { a, b }, PLAIN_PRODUCT);
  }

  transpose(a: Tensor): Tensor {
    return this.run('Transpose', { x: a }, { perm: [0, 2, 1] });
  }

  activationGradient(gradient: Tensor, activated: Tensor, activation: LayerLayout['activation']): Tensor {
    if (activation === 'linear') return gradient;
    return activation === 'relu' ? this.#reluGradient(gradient, activated) : this.#tanhGradient(gradient, activated);
  }

  #reluGradient(gradient: Tensor, activated: Tensor): Tensor {
    const mask = this.run('Step', { x: activated }, { alpha: 0 });
    const result = this.run('Multiply', { a: gradient, b: mask }, {});
    mask.dispose();
    gradient.dispose();
    return result;
  }

  /** g (1 − y²) as g − g y². */
  #tanhGradient(gradient: Tensor, activated: Tensor): Tensor {
    const square = this.run('Multiply', { a: activated, b: activated }, {});
    const lost = this.run('Multiply', { a: gradient, b: square }, {});
    const result = this.run('Sub', { a: gradient, b: lost }, {});
    square.dispose();
    lost.dispose();
    gradient.dispose();
    return result;
  }

  protected run(kernel: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap): Tensor {
    return this.tf.engine().runKernel<Tensor>(kernel, inputs, attributes);
  }

  /** A tensor that shares no memory with `values`. */
  protected abstract makeTensor(values: Float32Array, shape: number[]): Tensor;
  /** tanh of a tensor, which is taken over. */
  protected abstract tanh(x: Tensor): Tensor;
  abstract download(tensor: Tensor, out: Float32Array): void;
  abstract addLayerGradient(x: Tensor, gradient: Tensor, sum: Float32Array): void;
}
