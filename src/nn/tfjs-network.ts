import type { Tensor } from '@tensorflow/tfjs';
import type { PlainNetwork } from '../core/agent.ts';
import { checkLength, SimError } from '../core/errors.ts';
import { makeScratch, type RuntimeNetwork, forward as runForward } from '../policy/runtime.ts';
import { type AdamState, adamStep, l2Norm, makeAdamState, packAdamState, sgdStep, unpackAdamState } from './adam.ts';
import type { Device } from './device.ts';
import { initialiseWeights } from './initializers.ts';
import { type LayerLayout, layoutOf } from './layout.ts';
import type { MlpSpec, Network, OptimizerSpec } from './network.ts';

/**
 * Up to this many multiplications, a forward that is not for training runs in plain TypeScript: the calls into
 * TensorFlow would cost more than the arithmetic.
 */
const PLAIN_FORWARD_LIMIT = 20_000;

/** A layer's weights on the device; `transposed` is made when a backward first needs it. */
interface LayerTensors {
  readonly kernel: Tensor;
  readonly bias: Tensor;
  transposed: Tensor | null;
}

/**
 * A multi-layer perceptron whose matrix products run in TensorFlow.js.
 *
 * The weights, their gradients and Adam's moments are flat float32 vectors in this process; tensors hold copies of the
 * weights, made anew after each change (wasm's matMul packs its right operand once per tensor, so they are never written
 * in place). Small forwards run `src/policy/runtime.ts` and agree with it bit for bit; large ones agree to about 1e-6.
 */
export class TfjsNetwork implements Network {
  readonly spec: MlpSpec;
  readonly numWeights: number;
  readonly #device: Device;
  readonly #layout: readonly LayerLayout[];
  readonly #spec: OptimizerSpec;
  readonly #weights: Float32Array;
  readonly #gradients: Float32Array;
  readonly #optimizer: AdamState;
  /** Views of `#weights`, for the plain forward. */
  readonly #plain: RuntimeNetwork;
  readonly #scratch: Float32Array[];
  #layers: LayerTensors[] = [];
  /** Inputs of each layer in the last training forward. */
  #activations: Tensor[] = [];
  #batch = 0;

  constructor(device: Device, spec: MlpSpec, optimizer: OptimizerSpec, seed: number) {
    this.spec = spec;
    this.#device = device;
    this.#spec = optimizer;
    this.#layout = layoutOf(spec);
    this.numWeights = this.#layout.at(-1)!.end;
    this.#weights = new Float32Array(this.numWeights);
    this.#gradients = new Float32Array(this.numWeights);
    this.#optimizer = makeAdamState(this.numWeights);
    this.#plain = this.#plainViews();
    this.#scratch = makeScratch(this.#plain);
    initialiseWeights(spec, this.#layout, seed, this.#weights);
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
    if (!train && batch * this.numWeights <= PLAIN_FORWARD_LIMIT) this.#forwardPlain(inputs, outputs, batch);
    else this.#forwardTensors(inputs, outputs, batch, train);
  }

  backward(dOutputs: Float32Array, dInputs?: Float32Array): void {
    this.#goBack(dOutputs, dInputs, true);
  }

  inputGradients(dOutputs: Float32Array, dInputs: Float32Array): void {
    this.#goBack(dOutputs, dInputs, false);
  }

  #goBack(dOutputs: Float32Array, dInputs: Float32Array | undefined, accumulate: boolean): void {
    checkLength('dOutputs (batch of the last training forward)', dOutputs.length, this.#batch * this.spec.outputs);
    if (dInputs !== undefined) checkLength('dInputs', dInputs.length, this.#batch * this.spec.inputs);
    if (this.#batch === 0) {
      throw new SimError(
        'SHAPE_MISMATCH',
        'backward: call forward(…, train = true) first; there is no batch to go back',
      );
    }
    const device = this.#device;
    device.activate();
    let gradient = device.upload(dOutputs, this.#batch, this.spec.outputs);
    for (let l = this.#layout.length - 1; l >= 0; l--) {
      const { kernelAt, end } = this.#layout[l]!;
      const x = this.#activations[l]!;
      if (accumulate) device.addLayerGradient(x, gradient, this.#gradients.subarray(kernelAt, end));
      if (l === 0 && dInputs === undefined) break;
      const dx = device.matMul(gradient, this.#transposed(l));
      gradient.dispose();
      gradient = l > 0 ? device.activationGradient(dx, x, this.#layout[l - 1]!.activation) : dx;
    }
    if (dInputs !== undefined) device.download(gradient, dInputs);
    gradient.dispose();
  }

  applyGradients(learningRate: number, maxGradNorm: number): number {
    const norm = l2Norm(this.#gradients);
    const scale = norm > maxGradNorm ? maxGradNorm / norm : 1;
    const [w, g, state, spec] = [this.#weights, this.#gradients, this.#optimizer, this.#spec];
    if ('momentum' in spec) sgdStep(w, g, state, spec.momentum, learningRate, scale);
    else adamStep(w, g, state, spec, learningRate, scale);
    this.#weightsChanged();
    return norm;
  }

  getWeights(): Float32Array {
    return this.#weights.slice();
  }

  setWeights(weights: Float32Array): void {
    checkLength('weights', weights.length, this.numWeights);
    this.#weights.set(weights);
    this.#weightsChanged();
  }

  blendFrom(source: Network, tau: number): void {
    const from = source instanceof TfjsNetwork ? source.#weights : source.getWeights();
    checkLength('weights of the source network', from.length, this.numWeights);
    const to = this.#weights;
    if (tau === 1) to.set(from);
    else for (let i = 0; i < to.length; i++) to[i] = (1 - tau) * to[i]! + tau * from[i]!;
    this.#weightsChanged();
  }

  getOptimizerState(): Float32Array {
    return packAdamState(this.#optimizer);
  }

  setOptimizerState(state: Float32Array): void {
    unpackAdamState(state, this.#optimizer);
  }

  getGradients(): Float32Array {
    return this.#gradients.slice();
  }

  toPlain(head: PlainNetwork['head']): PlainNetwork {
    const layers = this.#plain.layers.map((l) => ({ ...l, kernel: l.kernel.slice(), bias: l.bias.slice() }));
    return { layers, head };
  }

  dispose(): void {
    this.#weightsChanged();
  }

  #plainViews(): RuntimeNetwork {
    const layers = this.#layout.map(({ inputs, outputs, activation, kernelAt, biasAt, end }) => ({
      inputs,
      outputs,
      activation,
      kernel: this.#weights.subarray(kernelAt, biasAt),
      bias: this.#weights.subarray(biasAt, end),
    }));
    return { layers, head: 'mean' };
  }

  #forwardPlain(inputs: Float32Array, outputs: Float32Array, batch: number): void {
    const { inputs: width, outputs: heads } = this.spec;
    for (let b = 0; b < batch; b++) {
      const row = inputs.subarray(b * width, (b + 1) * width);
      outputs.set(runForward(this.#plain, row, this.#scratch), b * heads);
    }
  }

  #forwardTensors(inputs: Float32Array, outputs: Float32Array, batch: number, train: boolean): void {
    const device = this.#device;
    device.activate();
    this.#uploadWeights();
    if (train) this.#dropActivations();
    let x = device.upload(inputs, batch, this.spec.inputs);
    for (let l = 0; l < this.#layout.length; l++) {
      const { kernel, bias } = this.#layers[l]!;
      const y = device.dense(x, kernel, bias, this.#layout[l]!.activation);
      if (train) this.#activations.push(x);
      else x.dispose();
      x = y;
    }
    device.download(x, outputs);
    x.dispose();
    if (train) this.#batch = batch;
  }

  #uploadWeights(): void {
    if (this.#layers.length > 0) return;
    this.#layers = this.#layout.map(({ inputs, outputs, kernelAt, biasAt, end }) => ({
      kernel: this.#device.upload(this.#weights.subarray(kernelAt, biasAt), inputs, outputs),
      bias: this.#device.uploadVector(this.#weights.subarray(biasAt, end)),
      transposed: null,
    }));
  }

  #transposed(l: number): Tensor {
    const layer = this.#layers[l]!;
    layer.transposed ??= this.#device.transpose(layer.kernel);
    return layer.transposed;
  }

  /** Frees the tensors made from the old weights; activations of a past forward no longer fit the new ones. */
  #weightsChanged(): void {
    if (this.#layers.length > 0) this.#device.activate();
    for (const { kernel, bias, transposed } of this.#layers) {
      kernel.dispose();
      bias.dispose();
      transposed?.dispose();
    }
    this.#layers = [];
    this.#dropActivations();
  }

  #dropActivations(): void {
    for (const tensor of this.#activations) tensor.dispose();
    this.#activations = [];
    this.#batch = 0;
  }
}
