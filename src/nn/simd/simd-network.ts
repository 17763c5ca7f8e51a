import type { PlainNetwork } from '../../core/agent.ts';
import { checkLength, SimError } from '../../core/errors.ts';
import { initialiseWeights } from '../initializers.ts';
import { type LayerLayout, layoutOf } from '../layout.ts';
import type { MlpSpec, Network, OptimizerSpec } from '../network.ts';
import { ADD, instantiateKernels, type Kernels, SET, WITH_BIAS } from './kernels.ts';

/** Rows of a batch that a weight gradient takes at a time: what they touch stays in the first cache. */
const GRADIENT_ROWS = 128;
/** First address that is handed out. */
const FIRST_ADDRESS = 1024;
const PAGE = 65_536;

/** A layer in the padded memory: rows are filled up with zeros to a multiple of four numbers. */
interface PaddedLayer extends LayerLayout {
  /** Numbers in a row of the kernel, of the bias and of the layer's activations. */
  readonly width: number;
  /** First number of the kernel and of the bias in the padded vector. */
  readonly paddedKernelAt: number;
  readonly paddedBiasAt: number;
}

/** Where the buffers of a batch lie, addresses. */
interface BatchMemory {
  /** Rows that fit. */
  readonly capacity: number;
  /** `[B, O]` */
  readonly inputs: number;
  /** Of each layer, `[B, width]`. */
  readonly activations: readonly number[];
  /** Two gradients, `[B, widest]` each; absent where nothing goes backward. */
  readonly gradients: readonly [number, number];
  /** `[B, max(O, K)]` rows without padding. */
  readonly compact: number;
}

const padded = (size: number) => (size + 3) & ~3;

/**
 * A multi-layer perceptron in WebAssembly SIMD, without TensorFlow.
 *
 * Weights, gradients and the optimiser's moments are flat vectors in a memory of its own. Buffers are made for the largest batch
 * so far: with batches of one size nothing is allocated after the first. Sums run in another order than in
 * `src/policy/runtime.ts`, so outputs agree with it to about 1e-6.
 */
export class SimdNetwork implements Network {
  readonly spec: MlpSpec;
  readonly numWeights: number;
  readonly #kernels: Kernels;
  readonly #optimizer: OptimizerSpec;
  readonly #layers: readonly PaddedLayer[];
  /** Numbers in a padded vector of weights. */
  readonly #size: number;
  readonly #weights: number;
  readonly #gradients: number;
  readonly #mean: number;
  readonly #square: number;
  /** A padded vector for what comes from another network, and a transposed kernel. */
  readonly #source: number;
  readonly #transposed: number;
  #steps = 0;
  #end = FIRST_ADDRESS;
  #floats: Float32Array;
  #training: BatchMemory | null = null;
  #inference: BatchMemory | null = null;
  /** Rows of the last training forward whose activations are there. */
  #batch = 0;

  constructor(module: WebAssembly.Module, spec: MlpSpec, optimizer: OptimizerSpec, seed: number) {
    const layout = layoutOf(spec);
    this.spec = spec;
    this.#optimizer = optimizer;
    this.#kernels = instantiateKernels(module);
    this.#floats = new Float32Array(this.#kernels.memory.buffer);
    this.numWeights = layout.at(-1)!.end;
    this.#layers = paddedLayers(layout);
    this.#size = this.#layers.at(-1)!.paddedBiasAt + this.#layers.at(-1)!.width;
    const transposed = Math.max(...this.#layers.map(({ inputs, outputs }) => padded(inputs) * outputs));
    this.#weights = this.#allocate(this.#size);
    this.#gradients = this.#allocate(this.#size);
    this.#mean = this.#allocate(this.#size);
    this.#square = this.#allocate(this.#size);
    this.#source = this.#allocate(this.#size);
    this.#transposed = this.#allocate(transposed);
    const initial = new Float32Array(this.numWeights);
    initialiseWeights(spec, layout, seed, initial);
    this.#write(this.#weights, initial);
  }

  forward(inputs: Float32Array, outputs: Float32Array, train: boolean): void {
    const batch = inputs.length / this.spec.inputs;
    if (!Number.isInteger(batch) || batch === 0) {
      throw new SimError(
        'SHAPE_MISMATCH',
        `inputs: expected a positive multiple of ${this.spec.inputs} values, received ${inputs.length}`,
      );
    }
    checkLength('outputs', outputs.length, batch * this.spec.outputs);
    const memory = train ? this.#trainingMemory(batch) : this.#inferenceMemory(batch);
    this.#floats.set(inputs, memory.inputs >> 2);
    let x = memory.inputs;
    let stride = this.spec.inputs * 4;
    for (let l = 0; l < this.#layers.length; l++) {
      const y = memory.activations[l]!;
      this.#dense(this.#layers[l]!, x, stride, batch, y);
      x = y;
      stride = this.#layers[l]!.width * 4;
    }
    this.#read(x, stride, batch, outputs, memory.compact);
    if (train) this.#batch = batch;
  }

  backward(dOutputs: Float32Array, dInputs?: Float32Array): void {
    this.#goBack(dOutputs, dInputs, true);
  }

  inputGradients(dOutputs: Float32Array, dInputs: Float32Array): void {
    this.#goBack(dOutputs, dInputs, false);
  }

  applyGradients(learningRate: number, maxGradNorm: number): number {
    const kernels = this.#kernels;
    const norm = Math.sqrt(kernels.squaredNorm(this.#gradients, this.#size));
    const scale = norm > maxGradNorm ? maxGradNorm / norm : 1;
    const [w, g, m, v, n] = [this.#weights, this.#gradients, this.#mean, this.#square, this.#size];
    this.#steps++;
    if ('momentum' in this.#optimizer) {
      kernels.sgd(w, g, m, n, this.#optimizer.momentum, learningRate, scale);
    } else {
      const { beta1, beta2, epsilon, weightDecay = 0 } = this.#optimizer;
      const stepSize = learningRate / (1 - beta1 ** this.#steps);
      const correction = 1 / (1 - beta2 ** this.#steps);
      const decay = learningRate * weightDecay;
      const [rest1, rest2] = [1 - beta1, 1 - beta2];
      kernels.adam(w, g, m, v, n, beta1, rest1, beta2, rest2, stepSize, correction, epsilon, scale, decay);
    }
    this.#batch = 0;
    return norm;
  }

  getWeights(): Float32Array {
    return this.#vector(this.#weights);
  }

  setWeights(weights: Float32Array): void {
    checkLength('weights', weights.length, this.numWeights);
    this.#write(this.#weights, weights);
    this.#batch = 0;
  }

  blendFrom(source: Network, tau: number): void {
    if (source instanceof SimdNetwork && isSameShape(source.spec, this.spec)) {
      const from = source.#weights >> 2;
      this.#floats.set(source.#floats.subarray(from, from + this.#size), this.#source >> 2);
    } else {
      const from = source.getWeights();
      checkLength('weights of the source network', from.length, this.numWeights);
      this.#write(this.#source, from);
    }
    this.#kernels.blend(this.#weights, this.#source, this.#size, tau);
    this.#batch = 0;
  }

  getOptimizerState(): Float32Array {
    const state = new Float32Array(1 + 2 * this.numWeights);
    state[0] = this.#steps;
    state.set(this.#vector(this.#mean), 1);
    state.set(this.#vector(this.#square), 1 + this.numWeights);
    return state;
  }

  setOptimizerState(state: Float32Array): void {
    checkLength('optimiser state', state.length, 1 + 2 * this.numWeights);
    this.#steps = state[0]!;
    this.#write(this.#mean, state.subarray(1, 1 + this.numWeights));
    this.#write(this.#square, state.subarray(1 + this.numWeights));
  }

  getGradients(): Float32Array {
    return this.#vector(this.#gradients);
  }

  toPlain(head: PlainNetwork['head']): PlainNetwork {
    const weights = this.getWeights();
    const layers = this.#layers.map(({ inputs, outputs, activation, kernelAt, biasAt, end }) => ({
      ...{ inputs, outputs, activation },
      kernel: weights.slice(kernelAt, biasAt),
      bias: weights.slice(biasAt, end),
    }));
    return { layers, head };
  }

  dispose(): void {
    this.#training = null;
    this.#inference = null;
    this.#batch = 0;
  }

  #goBack(dOutputs: Float32Array, dInputs: Float32Array | undefined, toWeights: boolean): void {
    const batch = this.#batch;
    checkLength('dOutputs (batch of the last training forward)', dOutputs.length, batch * this.spec.outputs);
    if (dInputs !== undefined) checkLength('dInputs', dInputs.length, batch * this.spec.inputs);
    if (batch === 0) {
      throw new SimError(
        'SHAPE_MISMATCH',
        'backward: call forward(…, train = true) first; there is no batch to go back',
      );
    }
    const memory = this.#training!;
    let [gradient, next] = memory.gradients;
    this.#writeRows(dOutputs, this.spec.outputs, this.#layers.at(-1)!.width, gradient, memory.compact);
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const below = this.#layers[l - 1];
      const x = below === undefined ? memory.inputs : memory.activations[l - 1]!;
      const stride = (below?.width ?? this.spec.inputs) * 4;
      if (toWeights) this.#addLayerGradient(this.#layers[l]!, x, stride, gradient, batch);
      if (below === undefined && dInputs === undefined) break;
      this.#inputGradient(this.#layers[l]!, gradient, batch, next);
      if (below !== undefined) this.#activationGradient(below, next, x, batch);
      [gradient, next] = [next, gradient];
    }
    if (dInputs === undefined) return;
    this.#read(gradient, padded(this.spec.inputs) * 4, batch, dInputs, memory.compact);
  }

  #dense(
    { inputs, width, activation, paddedKernelAt, paddedBiasAt }: PaddedLayer,
    x: number,
    stride: number,
    batch: number,
    y: number,
  ): void {
    const kernels = this.#kernels;
    const kernel = this.#weights + paddedKernelAt * 4;
    const bias = this.#weights + paddedBiasAt * 4;
    kernels.matMul(x, stride, 4, batch, inputs, kernel, width * 4, width, y, width * 4, WITH_BIAS, bias);
    if (activation === 'relu') kernels.relu(y, batch * width);
    else if (activation === 'tanh') kernels.tanh(y, batch * width);
  }

  /** dKernel += xᵀ · gradient, dBias += column sums of the gradient. */
  #addLayerGradient(
    { inputs, width, paddedKernelAt, paddedBiasAt }: PaddedLayer,
    x: number,
    stride: number,
    gradient: number,
    batch: number,
  ): void {
    const kernels = this.#kernels;
    const kernel = this.#gradients + paddedKernelAt * 4;
    const row = width * 4;
    for (let b = 0; b < batch; b += GRADIENT_ROWS) {
      const rows = Math.min(GRADIENT_ROWS, batch - b);
      const from = gradient + b * row;
      kernels.matMul(x + b * stride, 4, stride, inputs, rows, from, row, width, kernel, row, ADD, 0);
    }
    kernels.addColumnSums(gradient, batch, width, this.#gradients + paddedBiasAt * 4);
  }

  /** out = gradient · kernelᵀ, `[B, padded(inputs)]`. */
  #inputGradient(
    { inputs, outputs, width, paddedKernelAt }: PaddedLayer,
    gradient: number,
    batch: number,
    out: number,
  ): void {
    const kernels = this.#kernels;
    const columns = padded(inputs);
    const [from, to] = [this.#weights + paddedKernelAt * 4, this.#transposed];
    // Columns beyond `inputs` must be zero: another layer's kernel lay there.
    if (columns > inputs) this.#floats.fill(0, to >> 2, (to >> 2) + columns * outputs);
    this.#transposeKernel(from, inputs, outputs, width, to, columns);
    kernels.matMul(gradient, width * 4, 4, batch, outputs, to, columns * 4, columns, out, columns * 4, SET, 0);
  }

  #transposeKernel(from: number, inputs: number, outputs: number, width: number, to: number, columns: number): void {
    const kernels = this.#kernels;
    if (width === outputs) kernels.transpose(from, inputs, outputs, to, columns * 4);
    else for (let i = 0; i < inputs; i++) kernels.transpose(from + i * width * 4, 1, outputs, to + i * 4, columns * 4);
  }

  #activationGradient({ width, activation }: PaddedLayer, gradient: number, activated: number, batch: number): void {
    if (activation === 'relu') this.#kernels.reluGradient(gradient, activated, batch * width);
    else if (activation === 'tanh') this.#kernels.tanhGradient(gradient, activated, batch * width);
  }

  #trainingMemory(batch: number): BatchMemory {
    if (this.#training === null || this.#training.capacity < batch) this.#training = this.#batchMemory(batch, true);
    return this.#training;
  }

  #inferenceMemory(batch: number): BatchMemory {
    if (this.#inference === null || this.#inference.capacity < batch) this.#inference = this.#batchMemory(batch, false);
    return this.#inference;
  }

  #batchMemory(capacity: number, backward: boolean): BatchMemory {
    const { inputs, outputs } = this.spec;
    const widest = Math.max(padded(inputs), ...this.#layers.map(({ width }) => width));
    const rows = (width: number) => this.#allocate(capacity * width);
    return {
      capacity,
      inputs: rows(inputs),
      activations: this.#layers.map(({ width }) => rows(width)),
      gradients: backward ? [rows(widest), rows(widest)] : [0, 0],
      compact: rows(Math.max(inputs, outputs)),
    };
  }

  /** Hands out memory for so many numbers, zero. @returns Its address, a multiple of 16. */
  #allocate(count: number): number {
    const address = this.#end;
    this.#end += padded(count) * 4;
    const { memory } = this.#kernels;
    const missing = this.#end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    if (this.#floats.buffer !== memory.buffer) this.#floats = new Float32Array(memory.buffer);
    return address;
  }

  /** Copies padded rows out. */
  #read(from: number, stride: number, rows: number, out: Float32Array, compact: number): void {
    const columns = out.length / rows;
    let at = from;
    if (stride !== columns * 4) {
      this.#kernels.copyRows(from, stride, compact, columns * 4, rows, columns);
      at = compact;
    }
    out.set(this.#floats.subarray(at >> 2, (at >> 2) + out.length));
  }

  /** Copies rows in, filled up with zeros. */
  #writeRows(values: Float32Array, columns: number, width: number, to: number, compact: number): void {
    if (columns === width) {
      this.#floats.set(values, to >> 2);
      return;
    }
    const rows = values.length / columns;
    this.#floats.set(values, compact >> 2);
    this.#floats.fill(0, to >> 2, (to >> 2) + rows * width);
    this.#kernels.copyRows(compact, columns * 4, to, width * 4, rows, columns);
  }

  /** Writes a vector of weights into its padded form. */
  #write(address: number, flat: Float32Array): void {
    const floats = this.#floats;
    for (const { inputs, outputs, width, kernelAt, biasAt, end, paddedKernelAt, paddedBiasAt } of this.#layers) {
      const kernel = (address >> 2) + paddedKernelAt;
      for (let i = 0; i < inputs; i++) {
        floats.set(flat.subarray(kernelAt + i * outputs, kernelAt + (i + 1) * outputs), kernel + i * width);
      }
      floats.set(flat.subarray(biasAt, end), (address >> 2) + paddedBiasAt);
    }
  }

  /** A vector of weights from its padded form. */
  #vector(address: number): Float32Array {
    const flat = new Float32Array(this.numWeights);
    for (const { inputs, outputs, width, kernelAt, biasAt, paddedKernelAt, paddedBiasAt } of this.#layers) {
      const kernel = (address >> 2) + paddedKernelAt;
      for (let i = 0; i < inputs; i++) {
        flat.set(this.#floats.subarray(kernel + i * width, kernel + i * width + outputs), kernelAt + i * outputs);
      }
      const bias = (address >> 2) + paddedBiasAt;
      flat.set(this.#floats.subarray(bias, bias + outputs), biasAt);
    }
    return flat;
  }
}

/** Padded vectors of other shapes may be of one length. */
function isSameShape(a: MlpSpec, b: MlpSpec): boolean {
  const sizes = ({ inputs, hidden, outputs }: MlpSpec) => [inputs, ...hidden, outputs].join();
  return a === b || sizes(a) === sizes(b);
}

function paddedLayers(layout: readonly LayerLayout[]): PaddedLayer[] {
  let at = 0;
  return layout.map((layer) => {
    const width = padded(layer.outputs);
    const paddedKernelAt = at;
    const paddedBiasAt = at + layer.inputs * width;
    at = paddedBiasAt + width;
    return { ...layer, width, paddedKernelAt, paddedBiasAt };
  });
}
