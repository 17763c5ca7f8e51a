import type { Tensor } from '@tensorflow/tfjs';
import type { Tfjs } from './load-tfjs.ts';
import { addTo, addTransposedTo, appendOnesColumn, transposeInto } from './matrix.ts';
import { TfjsDevice } from './tfjs-device.ts';

/** How a backend's tensors are reached from this process. */
export interface HostMemory {
  /** Live values of a tensor; valid until the backend next allocates. */
  view(tensor: Tensor): Float32Array;
  /** A new tensor `[1, rows, cols]` of any content, to be filled through its view before a kernel reads it. */
  allocate(rows: number, cols: number): Tensor;
  /** A tensor that shares no memory with `values`. */
  copy(values: Float32Array, shape: number[]): Tensor;
}

/**
 * `wasm` and `cpu`: tensors lie in this process's memory.
 *
 * A product packs its right operand once per tensor (and keeps it packed), so a tensor is filled before it is first used
 * and never written afterwards.
 */
export class HostDevice extends TfjsDevice {
  readonly #memory: HostMemory;
  readonly #one: Tensor;

  /** @param backendName TensorFlow.js's name of the backend, which must be the current one. */
  constructor(tf: Tfjs, backendName: string, memory: HostMemory) {
    super(tf, backendName);
    this.#memory = memory;
    this.#one = memory.copy(Float32Array.of(1), [1]);
  }

  override download(tensor: Tensor, out: Float32Array): void {
    out.set(this.#memory.view(tensor));
  }

  override transpose(a: Tensor): Tensor {
    const rows = a.shape[1]!;
    const cols = a.shape[2]!;
    const result = this.#memory.allocate(cols, rows);
    transposeInto(this.#memory.view(a), rows, cols, this.#memory.view(result));
    return result;
  }

  /**
   * One product gives kernel and bias: the inputs get a column of ones. Of the two forms `[x, 1]ᵀ · g` and `(gᵀ · [x, 1])ᵀ`
   * it takes the one whose right operand, which has to be packed, is the narrower.
   */
  override addLayerGradient(x: Tensor, gradient: Tensor, sum: Float32Array): void {
    const memory = this.#memory;
    const rows = x.shape[1]!;
    const inputs = x.shape[2]!;
    const outputs = gradient.shape[2]!;
    if (inputs < outputs) {
      const right = memory.allocate(rows, inputs + 1);
      appendOnesColumn(memory.view(x), rows, inputs, memory.view(right));
      const left = this.transpose(gradient);
      const product = this.matMul(left, right);
      addTransposedTo(sum, memory.view(product), outputs, inputs + 1);
      dispose(left, right, product);
    } else {
      const left = memory.allocate(inputs + 1, rows);
      const values = memory.view(left);
      transposeInto(memory.view(x), rows, inputs, values);
      values.fill(1, inputs * rows);
      const product = this.matMul(left, gradient);
      addTo(sum, memory.view(product));
      dispose(left, product);
    }
  }

  protected override makeTensor(values: Float32Array, shape: number[]): Tensor {
    return this.#memory.copy(values, shape);
  }

  /** tanh x = 2 σ(2x) − 1: these kernels are vectorised on wasm where tanh is not (seven times faster). */
  protected override tanh(x: Tensor): Tensor {
    const doubled = this.run('Add', { a: x, b: x }, {});
    const sigmoid = this.run('Sigmoid', { x: doubled }, {});
    const twice = this.run('Add', { a: sigmoid, b: sigmoid }, {});
    const y = this.run('Sub', { a: twice, b: this.#one }, {});
    dispose(x, doubled, sigmoid, twice);
    return y;
  }
}

function dispose(...tensors: Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
