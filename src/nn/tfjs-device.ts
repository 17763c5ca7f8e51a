import type { NamedAttrMap, Rank, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { Device } from './device.ts';
import type { LayerLayout } from './layout.ts';
import type { Tfjs } from './load-tfjs.ts';

/** What every TensorFlow.js backend does the same way. */
abstract class TfjsDevice implements Device {
  protected readonly tf: Tfjs;
  readonly #backendName: string;

  constructor(tf: Tfjs, backendName: string) {
    this.tf = tf;
    this.#backendName = backendName;
  }

  activate(): void {
    // Initialised backends are switched before setBackend's first await.
    if (this.tf.getBackend() !== this.#backendName) void this.tf.setBackend(this.#backendName);
  }

  numTensors(): number {
    return this.tf.memory().numTensors;
  }

  upload(values: Float32Array, rows: number, cols: number): Tensor {
    return this.tf.engine().makeTensor(this.own(values), [1, rows, cols], 'float32');
  }

  uploadVector(values: Float32Array): Tensor {
    return this.tf.engine().makeTensor(this.own(values), [values.length], 'float32');
  }

  dense(x: Tensor, kernel: Tensor, bias: Tensor, activation: LayerLayout['activation']): Tensor {
    const fused = activation === 'relu' ? 'relu' : 'linear';
    const attributes = { transposeA: false, transposeB: false, activation: fused };
    const y = this.run('_FusedMatMul', { a: x, b: kernel, bias }, attributes);
    if (activation !== 'tanh') return y;
    const z = this.tanh(y);
    return z;
  }

  matMul(a: Tensor, b: Tensor): Tensor {
    return this.run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
  }

  transpose(a: Tensor): Tensor {
    return this.run('Transpose', { x: a }, { perm: [0, 2, 1] });
  }

  /** Kernels are called by name: the checked wrappers of `tf.*` cost more than these small matrices' arithmetic. */
  protected run(kernel: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap): Tensor {
    return this.tf.engine().runKernel<Tensor<Rank>>(kernel, inputs, attributes);
  }

  /** Values that the new tensor may keep. */
  protected abstract own(values: Float32Array): Float32Array;
  /** tanh of a tensor, which is taken over. */
  protected abstract tanh(x: Tensor): Tensor;
  abstract download(tensor: Tensor, out: Float32Array): void;
  abstract activationGradient(gradient: Tensor, activated: Tensor, activation: LayerLayout['activation']): Tensor;
  abstract addLayerGradient(x: Tensor, gradient: Tensor, kernelSum: Float32Array, biasSum: Float32Array): void;
}

/** Live values of a tensor in this process's memory; valid until the next allocation of the backend. */
export type TensorView = (tensor: Tensor) => Float32Array;

/** `wasm` and `cpu`: tensors lie in this process's memory. */
export class HostDevice extends TfjsDevice {
  readonly #view: TensorView;
  readonly #copiesUploads: boolean;

  /** @param copiesUploads Whether the backend copies what a tensor is made of (`wasm`) or keeps the array (`cpu`). */
  constructor(tf: Tfjs, backendName: string, view: TensorView, copiesUploads: boolean) {
    super(tf, backendName);
    this.#view = view;
    this.#copiesUploads = copiesUploads;
  }

  protected override own(values: Float32Array): Float32Array {
    return this.#copiesUploads ? values : values.slice();
  }

  override download(tensor: Tensor, out: Float32Array): void {
    out.set(this.#view(tensor));
  }

  protected override tanh(x: Tensor): Tensor {
    const y = this.run('Tanh', { x }, {});
    x.dispose();
    return y;
  }

  override activationGradient(gradient: Tensor, activated: Tensor, activation: LayerLayout['activation']): Tensor {
    if (activation === 'linear') return gradient;
    const g = this.#view(gradient);
    const y = this.#view(activated);
    if (activation === 'relu') {
      for (let i = 0; i < g.length; i++) if (!(y[i]! > 0)) g[i] = 0;
    } else {
      for (let i = 0; i < g.length; i++) g[i] = g[i]! * (1 - y[i]! * y[i]!);
    }
    return gradient;
  }

  override addLayerGradient(x: Tensor, gradient: Tensor, kernelSum: Float32Array, biasSum: Float32Array): void {
    const transposed = this.transpose(x);
    const product = this.matMul(transposed, gradient);
    addTo(kernelSum, this.#view(product));
    addColumnSums(biasSum, this.#view(gradient));
    transposed.dispose();
    product.dispose();
  }
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
}

/** Adds the column sums of `[rows, sum.length]` values. */
function addColumnSums(sum: Float32Array, values: Float32Array): void {
  const cols = sum.length;
  for (let at = 0; at < values.length; at += cols) {
    for (let j = 0; j < cols; j++) sum[j] = sum[j]! + values[at + j]!;
  }
}

/** Native TensorFlow, on CPU or GPU: tensors are far away, so element-wise work stays there. */
export class RemoteDevice extends TfjsDevice {
  protected override own(values: Float32Array): Float32Array {
    // Native backends upload when a kernel first needs the values.
    return values.slice();
  }

  override download(tensor: Tensor, out: Float32Array): void {
    out.set(tensor.dataSync<'float32'>());
  }

  protected override tanh(x: Tensor): Tensor {
    const y = this.run('Tanh', { x }, {});
    x.dispose();
    return y;
  }

  override activationGradient(gradient: Tensor, activated: Tensor, activation: LayerLayout['activation']): Tensor {
    if (activation === 'linear') return gradient;
    const { tf } = this;
    const result = tf.tidy(() =>
      activation === 'relu' ? tf.mul(gradient, tf.step(activated)) : tf.mul(gradient, tf.sub(1, tf.square(activated))),
    );
    gradient.dispose();
    return result;
  }

  override addLayerGradient(x: Tensor, gradient: Tensor, kernelSum: Float32Array, biasSum: Float32Array): void {
    const { tf } = this;
    const sums = tf.tidy(() => {
      const rows = gradient.shape[1]!;
      const kernel = this.matMul(this.transpose(x), gradient);
      // A product with ones is faster than a sum over rows.
      const bias = this.matMul(tf.ones([1, 1, rows]), gradient);
      return tf.concat([tf.reshape(kernel, [-1]), tf.reshape(bias, [-1])]);
    });
    const values = sums.dataSync<'float32'>();
    sums.dispose();
    addTo(kernelSum, values.subarray(0, kernelSum.length));
    addTo(biasSum, values.subarray(kernelSum.length));
  }
}

/** What a backend needs to hand out views of its tensors; `wasm`'s method of that name. */
export interface HeapViews {
  typedArrayFromHeap(info: TensorInfo): ArrayLike<number>;
}
