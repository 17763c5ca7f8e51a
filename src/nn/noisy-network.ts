import type { PlainNetwork } from '../core/agent.ts';
import { checkLength } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { type AdamState, adamStep, l2Norm, makeAdamState, packAdamState, unpackAdamState } from './adam.ts';
import { type LayerLayout, layoutOf } from './layout.ts';
import type { AdamSpec, Engine, MlpSpec, Network } from './network.ts';

/**
 * A network whose weights are drawn: w = μ + σ ∘ ε with learnt μ and σ, so that it explores by itself, where it is unsure.
 *
 *     ε_ij = f(ε_i) f(ε_j) for a kernel, f(ε_j) for a bias, f(x) = sign(x) √|x|, ε ~ N(0, 1) (factorised noise)
 *     dL/dμ = dL/dw        dL/dσ = dL/dw ∘ ε
 *
 * Works on any engine: the inner network holds w. {@link resample} draws new noise, {@link quieten} takes it away; until then
 * forwards use the weights of the last call. Weights are μ then σ, `[2 n]`.
 *
 * Source: Fortunato et al. (2018), arXiv:1706.10295, eq. 9–11; σ begins at σ₀ / √inputs.
 */
export class NoisyNetwork implements Network {
  readonly spec: MlpSpec;
  readonly numWeights: number;
  readonly #inner: Network;
  readonly #layout: readonly LayerLayout[];
  readonly #adam: AdamSpec;
  /** `[2 n]` μ, then σ. */
  readonly #weights: Float32Array;
  readonly #gradients: Float32Array;
  readonly #optimizer: AdamState;
  /** `[n]` ε of the last draw; zero when quiet. */
  readonly #noise: Float32Array;
  readonly #drawn: Float32Array;
  /** Whether the inner network lags behind: it is written once before the next forward, whatever changed until then. */
  #stale = true;

  /** @param initialSigma σ₀. */
  constructor(engine: Engine, spec: MlpSpec, adam: AdamSpec, seed: number, initialSigma: number) {
    this.spec = spec;
    this.#adam = adam;
    this.#inner = engine.createNetwork(spec, adam, seed);
    this.#layout = layoutOf(spec);
    const n = this.#inner.numWeights;
    this.numWeights = 2 * n;
    this.#weights = new Float32Array(2 * n);
    this.#weights.set(this.#inner.getWeights());
    for (const { inputs, kernelAt, end } of this.#layout) {
      this.#weights.fill(initialSigma / Math.sqrt(inputs), n + kernelAt, n + end);
    }
    this.#gradients = new Float32Array(2 * n);
    this.#optimizer = makeAdamState(2 * n);
    this.#noise = new Float32Array(n);
    this.#drawn = new Float32Array(n);
  }

  /** Draws the weights anew. */
  resample(rng: Rng): void {
    for (const { inputs, outputs, kernelAt, biasAt } of this.#layout) {
      // The outputs' noise stands where the bias lies; it is the bias's own.
      for (let j = 0; j < outputs; j++) this.#noise[biasAt + j] = signedRoot(rng.normal());
      for (let i = 0; i < inputs; i++) {
        const row = signedRoot(rng.normal());
        for (let j = 0; j < outputs; j++) this.#noise[kernelAt + i * outputs + j] = row * this.#noise[biasAt + j]!;
      }
    }
    this.#stale = true;
  }

  /** Weights without noise: μ. */
  quieten(): void {
    this.#noise.fill(0);
    this.#stale = true;
  }

  forward(inputs: Float32Array, outputs: Float32Array, train: boolean): void {
    if (this.#stale) this.#apply();
    this.#inner.forward(inputs, outputs, train);
  }

  backward(dOutputs: Float32Array, dInputs?: Float32Array): void {
    this.#inner.backward(dOutputs, dInputs);
    const inner = this.#inner.getGradients();
    const n = inner.length;
    for (let i = 0; i < n; i++) {
      this.#gradients[i]! += inner[i]!;
      this.#gradients[n + i]! += inner[i]! * this.#noise[i]!;
    }
    // A step of length 0 forgets the inner gradients, which are taken over, and moves nothing.
    this.#inner.applyGradients(0, Number.POSITIVE_INFINITY);
  }

  inputGradients(dOutputs: Float32Array, dInputs: Float32Array): void {
    this.#inner.inputGradients(dOutputs, dInputs);
  }

  applyGradients(learningRate: number, maxGradNorm: number): number {
    const norm = l2Norm(this.#gradients);
    const scale = norm > maxGradNorm ? maxGradNorm / norm : 1;
    adamStep(this.#weights, this.#gradients, this.#optimizer, this.#adam, learningRate, scale);
    this.#stale = true;
    return norm;
  }

  getWeights(): Float32Array {
    return this.#weights.slice();
  }

  setWeights(weights: Float32Array): void {
    checkLength('weights', weights.length, this.numWeights);
    this.#weights.set(weights);
    this.#stale = true;
  }

  blendFrom(source: Network, tau: number): void {
    const from = source instanceof NoisyNetwork ? source.#weights : source.getWeights();
    checkLength('weights of the source network', from.length, this.numWeights);
    const to = this.#weights;
    for (let i = 0; i < to.length; i++) to[i] = (1 - tau) * to[i]! + tau * from[i]!;
    this.#stale = true;
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

  /** Without noise, as an export acts; the noise of the last draw stays. */
  toPlain(head: PlainNetwork['head']): PlainNetwork {
    this.#inner.setWeights(this.#weights.subarray(0, this.#noise.length));
    const plain = this.#inner.toPlain(head);
    this.#stale = true;
    return plain;
  }

  dispose(): void {
    this.#inner.dispose();
  }

  #apply(): void {
    const n = this.#noise.length;
    for (let i = 0; i < n; i++) this.#drawn[i] = this.#weights[i]! + this.#weights[n + i]! * this.#noise[i]!;
    this.#inner.setWeights(this.#drawn);
    this.#stale = false;
  }
}

/** f(x) = sign(x) √|x|. */
function signedRoot(x: number): number {
  return x < 0 ? -Math.sqrt(-x) : Math.sqrt(x);
}
