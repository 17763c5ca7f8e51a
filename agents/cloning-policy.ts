import type { ActMode, PlainNetwork } from '../src/core/agent.ts';
import { checkLength } from '../src/core/errors.ts';
import type { Rng } from '../src/core/rng.ts';
import type { AdamSpec, Network } from '../src/nn/network.ts';
import { type AgentContext, readArray } from './context.ts';
import { makePolicyHead, type PolicyHead } from './policy-head.ts';

/** What one step of cloning gave. */
export interface CloningFit {
  /** Weighted mean of −log π(a|s). */
  readonly loss: number;
  readonly gradNorm: number;
  /** Mean entropy, nats. */
  readonly entropy: number;
}

/** Settings of a cloning policy. */
export interface CloningSettings {
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'tanh';
  readonly initialLogStd: number;
  readonly batchSize: number;
}

/**
 * A stochastic policy that learns from the actions of others by weighted likelihood: categorical for discrete actions,
 * Gaussian for a box. B batch, O observation dims, A numbers per action.
 *
 *     L = −(1/B) Σ w_i log π(a_i|s_i)
 *
 * Source: Pomerleau (1991), doi:10.1162/neco.1991.3.1.88, for w = 1; Peng et al. (2019), arXiv:1910.00177, for weights by advantage.
 */
export class CloningPolicy {
  /** A. */
  readonly actionDim: number;
  readonly #obsDim: number;
  readonly #head: PolicyHead;
  readonly #network: Network;
  readonly #outputs: Float32Array;
  readonly #dOutputs: Float32Array;
  readonly #logProbs: Float32Array;
  readonly #dLogProbs: Float32Array;

  constructor(context: AgentContext, settings: CloningSettings, adam: AdamSpec) {
    const { hidden, activation, initialLogStd, batchSize } = settings;
    this.#obsDim = context.observationSpace.features.length;
    this.#head = makePolicyHead('cloning', context.actionSpace, { initialLogStd, squash: false }, adam);
    this.actionDim = this.#head.actionDim;
    const outputs = this.#head.numOutputs;
    this.#network = context.engine.createNetwork(
      { inputs: this.#obsDim, hidden, outputs, activation, outputGain: 0.1, initializer: 'he-uniform' },
      adam,
      context.rng.split('weights').seed(),
    );
    this.#outputs = new Float32Array(batchSize * outputs);
    this.#dOutputs = new Float32Array(batchSize * outputs);
    this.#logProbs = new Float32Array(batchSize);
    this.#dLogProbs = new Float32Array(batchSize);
  }

  /** @param raw `[B, A]` actions as drawn, overwritten. @param actions What the environment gets, overwritten. */
  act(
    observations: Float32Array,
    raw: Float32Array,
    actions: Int32Array | Float32Array,
    mode: ActMode,
    rng: Rng,
  ): void {
    const batch = observations.length / this.#obsDim;
    const outputs = new Float32Array(batch * this.#head.numOutputs);
    this.#network.forward(observations, outputs, false);
    if (mode === 'greedy') this.#head.best(outputs, raw);
    else this.#head.sample(outputs, rng, raw, new Float32Array(batch));
    this.#head.toEnvironment(raw, actions);
  }

  /** One step up the weighted likelihood. @param actions `[B, A]` @param weights `[B]`; null for 1. */
  fit(
    observations: Float32Array,
    actions: Float32Array,
    weights: Float32Array | null,
    rate: number,
    maxGradNorm: number,
  ): CloningFit {
    const batch = this.#logProbs.length;
    if (weights !== null) checkLength('weights', weights.length, batch);
    this.#network.forward(observations, this.#outputs, true);
    this.#head.logProbs(this.#outputs, actions, this.#logProbs);
    let loss = 0;
    for (let i = 0; i < batch; i++) {
      const weight = weights === null ? 1 : weights[i]!;
      loss -= (weight * this.#logProbs[i]!) / batch;
      this.#dLogProbs[i] = -weight / batch;
    }
    const entropy = this.#head.backward(this.#outputs, actions, this.#dLogProbs, 0, this.#dOutputs);
    this.#network.backward(this.#dOutputs);
    const gradNorm = this.#network.applyGradients(rate, maxGradNorm);
    this.#head.applyGradients(rate, maxGradNorm);
    return { loss, gradNorm, entropy };
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return {
      weights: this.#network.getWeights(),
      optimizer: this.#network.getOptimizerState(),
      ...this.#head.getArrays(),
    };
  }

  /** Restores what {@link CloningPolicy.getArrays} gave. @throws SimError `SHAPE_MISMATCH` on another network's. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    this.#network.setWeights(readArray(arrays, 'weights'));
    this.#network.setOptimizerState(readArray(arrays, 'optimizer'));
    this.#head.setArrays(arrays);
  }

  actorNetwork(): PlainNetwork {
    return this.#network.toPlain(this.#head.greedy);
  }

  dispose(): void {
    this.#network.dispose();
  }
}
