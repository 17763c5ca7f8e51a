import type { PlainNetwork } from '../src/core/agent.ts';
import { checkLength } from '../src/core/errors.ts';
import type { Rng } from '../src/core/rng.ts';
import type { Box, Space } from '../src/core/space.ts';
import { adamStep, l2Norm, makeAdamState } from '../src/nn/adam.ts';
import type { AdamSpec } from '../src/nn/network.ts';
import { addCategoricalGradient, categoricalLogProbs, sampleCategorical } from '../src/rl/losses/categorical.ts';
import { addCategoricalEntropyGradient, addGaussianEntropyGradient } from '../src/rl/losses/entropy.ts';
import { addGaussianGradient, gaussianLogProbs, sampleGaussian } from '../src/rl/losses/gaussian.ts';
import { argmaxRow } from '../src/rl/q-targets.ts';
import { readArray } from './context.ts';

/**
 * How the outputs of a policy network are a distribution over actions. B batch, K outputs, A numbers per action.
 *
 * Actions are kept as drawn (`raw`): indices, or numbers that may lie outside the box.
 */
export interface PolicyHead {
  /** K. */
  readonly numOutputs: number;
  /** A. */
  readonly actionDim: number;
  /** How the greedy action is read off the outputs. */
  readonly greedy: PlainNetwork['head'];
  /** Draws raw actions. @param outputs `[B, K]` @param raw `[B, A]` overwritten. @param logProbs `[B]` overwritten. */
  sample(outputs: Float32Array, rng: Rng, raw: Float32Array, logProbs: Float32Array): void;
  /** The most likely raw actions. @param raw `[B, A]` overwritten. */
  best(outputs: Float32Array, raw: Float32Array): void;
  /** What the environment gets: raw actions clipped to the space. */
  toEnvironment(raw: Float32Array, actions: Int32Array | Float32Array): void;
  /** Log-probabilities of raw actions. @param logProbs `[B]` overwritten. */
  logProbs(outputs: Float32Array, raw: Float32Array, logProbs: Float32Array): void;
  /**
   * Carries dLoss/dlogProbs back to the outputs, with the entropy bonus; after {@link PolicyHead.logProbs} of the same batch.
   *
   * @param dOutputs `[B, K]` overwritten. @returns Mean entropy, nats.
   */
  backward(
    outputs: Float32Array,
    raw: Float32Array,
    dLogProbs: Float32Array,
    entCoef: number,
    dOutputs: Float32Array,
  ): number;
  /** One step for weights that are the head's own. */
  applyGradients(learningRate: number, maxGradNorm: number): void;
  /** Mean standard deviation; null for a discrete distribution. */
  meanStd(): number | null;
  getArrays(): Readonly<Record<string, Float32Array>>;
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void;
}

/** The head for an action space: categorical for a discrete one, Gaussian for a box. */
export function makePolicyHead(space: Space, initialLogStd: number, adam: AdamSpec): PolicyHead {
  return space.kind === 'discrete' ? new CategoricalHead(space.n) : new GaussianHead(space, initialLogStd, adam);
}

/** Outputs are logits. */
class CategoricalHead implements PolicyHead {
  readonly numOutputs: number;
  readonly actionDim = 1;
  readonly greedy = 'argmax';
  #indices = new Int32Array(0);
  #probabilities = new Float32Array(0);

  constructor(numActions: number) {
    this.numOutputs = numActions;
  }

  sample(outputs: Float32Array, rng: Rng, raw: Float32Array, logProbs: Float32Array): void {
    this.#fit(raw.length);
    sampleCategorical(outputs, this.numOutputs, rng, this.#indices, logProbs);
    raw.set(this.#indices);
  }

  best(outputs: Float32Array, raw: Float32Array): void {
    for (let i = 0; i < raw.length; i++) raw[i] = argmaxRow(outputs, i * this.numOutputs, this.numOutputs);
  }

  toEnvironment(raw: Float32Array, actions: Int32Array | Float32Array): void {
    actions.set(raw);
  }

  logProbs(outputs: Float32Array, raw: Float32Array, logProbs: Float32Array): void {
    this.#fit(raw.length);
    this.#indices.set(raw);
    categoricalLogProbs(outputs, this.#indices, this.numOutputs, logProbs, this.#probabilities);
  }

  backward(
    outputs: Float32Array,
    _raw: Float32Array,
    dLogProbs: Float32Array,
    entCoef: number,
    dOutputs: Float32Array,
  ): number {
    dOutputs.fill(0);
    addCategoricalGradient(this.#probabilities, this.#indices, this.numOutputs, dLogProbs, dOutputs);
    return addCategoricalEntropyGradient(outputs, this.#probabilities, this.numOutputs, entCoef, dOutputs);
  }

  applyGradients(): void {}

  meanStd(): null {
    return null;
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return {};
  }

  setArrays(): void {}

  #fit(batch: number): void {
    if (this.#indices.length === batch) return;
    this.#indices = new Int32Array(batch);
    this.#probabilities = new Float32Array(batch * this.numOutputs);
  }
}

/** Outputs are means; the logarithms of the standard deviations are the head's own weights, the same in every state. */
class GaussianHead implements PolicyHead {
  readonly numOutputs: number;
  readonly actionDim: number;
  readonly greedy = 'mean';
  readonly #space: Box;
  readonly #adam: AdamSpec;
  readonly #logStd: Float32Array;
  readonly #dLogStd: Float32Array;
  readonly #optimizer;

  constructor(space: Box, initialLogStd: number, adam: AdamSpec) {
    const actionDim = space.features.length;
    this.numOutputs = actionDim;
    this.actionDim = actionDim;
    this.#space = space;
    this.#adam = adam;
    this.#logStd = new Float32Array(actionDim).fill(initialLogStd);
    this.#dLogStd = new Float32Array(actionDim);
    this.#optimizer = makeAdamState(actionDim);
  }

  sample(outputs: Float32Array, rng: Rng, raw: Float32Array, logProbs: Float32Array): void {
    sampleGaussian(outputs, this.#logStd, this.actionDim, rng, raw, logProbs);
  }

  best(outputs: Float32Array, raw: Float32Array): void {
    raw.set(outputs);
  }

  toEnvironment(raw: Float32Array, actions: Int32Array | Float32Array): void {
    for (let i = 0; i < raw.length; i++) {
      const { low, high } = this.#space.features[i % this.actionDim]!;
      actions[i] = Math.min(high, Math.max(low, raw[i]!));
    }
  }

  logProbs(outputs: Float32Array, raw: Float32Array, logProbs: Float32Array): void {
    gaussianLogProbs(outputs, this.#logStd, raw, this.actionDim, logProbs);
  }

  backward(
    outputs: Float32Array,
    raw: Float32Array,
    dLogProbs: Float32Array,
    entCoef: number,
    dOutputs: Float32Array,
  ): number {
    dOutputs.fill(0);
    addGaussianGradient(outputs, this.#logStd, raw, this.actionDim, dLogProbs, dOutputs, this.#dLogStd);
    return addGaussianEntropyGradient(this.#logStd, this.actionDim, entCoef, this.#dLogStd);
  }

  applyGradients(learningRate: number, maxGradNorm: number): void {
    const norm = l2Norm(this.#dLogStd);
    const scale = norm > maxGradNorm ? maxGradNorm / norm : 1;
    adamStep(this.#logStd, this.#dLogStd, this.#optimizer, this.#adam, learningRate, scale);
  }

  meanStd(): number {
    return this.#logStd.reduce((sum, logStd) => sum + Math.exp(logStd), 0) / this.actionDim;
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    const { step, mean, square } = this.#optimizer;
    return {
      logStd: this.#logStd.slice(),
      logStdOptimizer: Float32Array.of(step, ...mean, ...square),
    };
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    const logStd = readArray(arrays, 'logStd');
    const optimizer = readArray(arrays, 'logStdOptimizer');
    checkLength('logStd', logStd.length, this.actionDim);
    checkLength('logStdOptimizer', optimizer.length, 1 + 2 * this.actionDim);
    this.#logStd.set(logStd);
    this.#optimizer.step = optimizer[0]!;
    this.#optimizer.mean.set(optimizer.subarray(1, 1 + this.actionDim));
    this.#optimizer.square.set(optimizer.subarray(1 + this.actionDim));
  }
}
