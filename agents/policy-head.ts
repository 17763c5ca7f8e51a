import type { PlainNetwork } from '../src/core/agent.ts';
import { checkLength } from '../src/core/errors.ts';
import type { Rng } from '../src/core/rng.ts';
import type { Box, MultiDiscrete, Space } from '../src/core/space.ts';
import { adamStep, l2Norm, makeAdamState } from '../src/nn/adam.ts';
import type { AdamSpec } from '../src/nn/network.ts';
import { addCategoricalGradient, categoricalLogProbs, sampleCategorical } from '../src/rl/losses/categorical.ts';
import { addCategoricalEntropyGradient, addGaussianEntropyGradient } from '../src/rl/losses/entropy.ts';
import { addGaussianGradient, gaussianLogProbs, sampleGaussian } from '../src/rl/losses/gaussian.ts';
import { addSquashedEntropyGradient, addSquashing } from '../src/rl/losses/squashed-policy.ts';
import { argmaxRow } from '../src/rl/q-targets.ts';
import { ActionScale } from './action-scale.ts';
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
  /** How the greedy action is read off the outputs of {@link PolicyHead.handOut}. */
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
  /** Mean standard deviation, before squashing; null for a discrete distribution. */
  meanStd(): number | null;
  /** The policy's network as one that hands out greedy actions. */
  handOut(network: PlainNetwork): PlainNetwork;
  getArrays(): Readonly<Record<string, Float32Array>>;
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void;
}

/** What a head depends on beside the space. */
export interface PolicyHeadOptions {
  /** First log standard deviation of a Gaussian. */
  readonly initialLogStd: number;
  /** Whether a Gaussian is squashed into its box by tanh. */
  readonly squash: boolean;
}

/**
 * The head for an action space: categorical for a discrete one, one categorical a choice for several choices, Gaussian for a box.
 *
 * @throws SimError `CONFIG_INVALID` on a box to squash into that is not finite.
 */
export function makePolicyHead(agentId: string, space: Space, options: PolicyHeadOptions, adam: AdamSpec): PolicyHead {
  if (space.kind === 'discrete') return new CategoricalHead(space.n);
  if (space.kind === 'multi-discrete') return new MultiCategoricalHead(space);
  const { initialLogStd, squash } = options;
  if (squash) return new SquashedGaussianHead(new ActionScale(agentId, space), initialLogStd, adam);
  return new GaussianHead(space, initialLogStd, adam);
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

  handOut(network: PlainNetwork): PlainNetwork {
    return network;
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

/**
 * Outputs are the logits of the choices, one choice after the other, which are independent given the state:
 *
 *     log p(a) = Σ_d log p_d(a_d)        H = Σ_d H_d
 *
 * So each choice's gradient is that of its own categorical distribution, with the dLoss/dlog p of the whole action.
 *
 * Source: Tavakoli et al. (2018), arXiv:1711.08946, in the form of Stable-Baselines3's `MultiCategoricalDistribution`.
 */
class MultiCategoricalHead implements PolicyHead {
  readonly numOutputs: number;
  readonly actionDim: number;
  readonly greedy = 'argmax';
  readonly #parts: readonly CategoricalPart[];
  #logProbs = new Float32Array(0);

  constructor({ choices }: MultiDiscrete) {
    let at = 0;
    this.#parts = choices.map(({ n }) => {
      const part = { head: new CategoricalHead(n), at, outputs: EMPTY, dOutputs: EMPTY, raw: EMPTY };
      at += n;
      return part;
    });
    this.numOutputs = at;
    this.actionDim = choices.length;
  }

  sample(outputs: Float32Array, rng: Rng, raw: Float32Array, logProbs: Float32Array): void {
    this.#split(outputs, raw);
    logProbs.fill(0);
    for (const part of this.#parts) {
      part.head.sample(part.outputs, rng, part.raw, this.#logProbs);
      for (let b = 0; b < logProbs.length; b++) logProbs[b]! += this.#logProbs[b]!;
    }
    this.#join(raw);
  }

  best(outputs: Float32Array, raw: Float32Array): void {
    this.#split(outputs, raw);
    for (const part of this.#parts) part.head.best(part.outputs, part.raw);
    this.#join(raw);
  }

  toEnvironment(raw: Float32Array, actions: Int32Array | Float32Array): void {
    actions.set(raw);
  }

  logProbs(outputs: Float32Array, raw: Float32Array, logProbs: Float32Array): void {
    this.#split(outputs, raw);
    logProbs.fill(0);
    for (const part of this.#parts) {
      part.head.logProbs(part.outputs, part.raw, this.#logProbs);
      for (let b = 0; b < logProbs.length; b++) logProbs[b]! += this.#logProbs[b]!;
    }
  }

  backward(
    _outputs: Float32Array,
    _raw: Float32Array,
    dLogProbs: Float32Array,
    entCoef: number,
    dOutputs: Float32Array,
  ): number {
    let entropy = 0;
    for (const { head, at, outputs, dOutputs: own, raw } of this.#parts) {
      entropy += head.backward(outputs, raw, dLogProbs, entCoef, own);
      copyColumns(own, head.numOutputs, 0, dOutputs, this.numOutputs, at, head.numOutputs);
    }
    return entropy;
  }

  applyGradients(): void {}

  meanStd(): null {
    return null;
  }

  handOut(network: PlainNetwork): PlainNetwork {
    return network;
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return {};
  }

  setArrays(): void {}

  /** Gives every choice its own logits and indices. */
  #split(outputs: Float32Array, raw: Float32Array): void {
    const batch = raw.length / this.actionDim;
    if (this.#logProbs.length !== batch) this.#logProbs = new Float32Array(batch);
    for (const [d, part] of this.#parts.entries()) {
      const n = part.head.numOutputs;
      if (part.raw.length !== batch) {
        part.raw = new Float32Array(batch);
        part.outputs = new Float32Array(batch * n);
        part.dOutputs = new Float32Array(batch * n);
      }
      copyColumns(outputs, this.numOutputs, part.at, part.outputs, n, 0, n);
      copyColumns(raw, this.actionDim, d, part.raw, 1, 0, 1);
    }
  }

  #join(raw: Float32Array): void {
    for (const [d, part] of this.#parts.entries()) copyColumns(part.raw, 1, 0, raw, this.actionDim, d, 1);
  }
}

/** One choice and room for its share of a batch. */
interface CategoricalPart {
  readonly head: CategoricalHead;
  /** First of its outputs among those of all choices. */
  readonly at: number;
  outputs: Float32Array;
  dOutputs: Float32Array;
  raw: Float32Array;
}

const EMPTY = new Float32Array(0);

/** Copies `count` columns of rows of `width` numbers, from column `column` on, to column `toColumn` of rows of `toWidth`. */
function copyColumns(
  from: Float32Array,
  width: number,
  column: number,
  to: Float32Array,
  toWidth: number,
  toColumn: number,
  count: number,
): void {
  for (let row = 0; row * width < from.length; row++) {
    for (let k = 0; k < count; k++) to[row * toWidth + toColumn + k] = from[row * width + column + k]!;
  }
}

/** Outputs are means; the logarithms of the standard deviations are the head's own weights, the same in every state. */
class GaussianHead implements PolicyHead {
  readonly numOutputs: number;
  readonly actionDim: number;
  readonly greedy = 'mean';
  readonly #space: Box;
  readonly #spread: LogStd;

  constructor(space: Box, initialLogStd: number, adam: AdamSpec) {
    this.numOutputs = space.features.length;
    this.actionDim = this.numOutputs;
    this.#space = space;
    this.#spread = new LogStd(this.actionDim, initialLogStd, adam);
  }

  sample(outputs: Float32Array, rng: Rng, raw: Float32Array, logProbs: Float32Array): void {
    sampleGaussian(outputs, this.#spread.values, this.actionDim, rng, raw, logProbs);
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
    gaussianLogProbs(outputs, this.#spread.values, raw, this.actionDim, logProbs);
  }

  backward(
    outputs: Float32Array,
    raw: Float32Array,
    dLogProbs: Float32Array,
    entCoef: number,
    dOutputs: Float32Array,
  ): number {
    dOutputs.fill(0);
    const { values, gradient } = this.#spread;
    addGaussianGradient(outputs, values, raw, this.actionDim, dLogProbs, dOutputs, gradient);
    return addGaussianEntropyGradient(values, this.actionDim, entCoef, gradient);
  }

  applyGradients(learningRate: number, maxGradNorm: number): void {
    this.#spread.applyGradients(learningRate, maxGradNorm);
  }

  meanStd(): number {
    return this.#spread.meanStd();
  }

  handOut(network: PlainNetwork): PlainNetwork {
    return network;
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return this.#spread.getArrays();
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    this.#spread.setArrays(arrays);
  }
}

/**
 * A Gaussian squashed into the box: raw actions are z ~ N(μ, σ²), the environment gets `centre + halfWidth · tanh z`.
 *
 *     log p(u) = log N(z; μ, σ²) − Σ_d log(1 − tanh² z_d)        u = tanh z
 *
 * Keeping z makes the last term exact however far out z is, and constant in the weights: the gradient by log p is that of the Gaussian.
 * The greedy action is u at the mean of z.
 *
 * Source: Haarnoja et al. (2018), arXiv:1812.05905, appendix C.
 */
class SquashedGaussianHead implements PolicyHead {
  readonly numOutputs: number;
  readonly actionDim: number;
  readonly greedy = 'mean';
  readonly #scale: ActionScale;
  readonly #spread: LogStd;
  #squashed = new Float32Array(0);

  constructor(scale: ActionScale, initialLogStd: number, adam: AdamSpec) {
    this.numOutputs = scale.dim;
    this.actionDim = scale.dim;
    this.#scale = scale;
    this.#spread = new LogStd(scale.dim, initialLogStd, adam);
  }

  sample(outputs: Float32Array, rng: Rng, raw: Float32Array, logProbs: Float32Array): void {
    sampleGaussian(outputs, this.#spread.values, this.actionDim, rng, raw, logProbs);
    addSquashing(raw, this.actionDim, logProbs);
  }

  best(outputs: Float32Array, raw: Float32Array): void {
    raw.set(outputs);
  }

  toEnvironment(raw: Float32Array, actions: Int32Array | Float32Array): void {
    if (this.#squashed.length !== raw.length) this.#squashed = new Float32Array(raw.length);
    for (let i = 0; i < raw.length; i++) this.#squashed[i] = Math.tanh(raw[i]!);
    this.#scale.toEnvironment(this.#squashed, actions);
  }

  logProbs(outputs: Float32Array, raw: Float32Array, logProbs: Float32Array): void {
    gaussianLogProbs(outputs, this.#spread.values, raw, this.actionDim, logProbs);
    addSquashing(raw, this.actionDim, logProbs);
  }

  backward(
    outputs: Float32Array,
    raw: Float32Array,
    dLogProbs: Float32Array,
    entCoef: number,
    dOutputs: Float32Array,
  ): number {
    dOutputs.fill(0);
    const { values, gradient } = this.#spread;
    addGaussianGradient(outputs, values, raw, this.actionDim, dLogProbs, dOutputs, gradient);
    return addSquashedEntropyGradient(outputs, values, entCoef, dOutputs, gradient);
  }

  applyGradients(learningRate: number, maxGradNorm: number): void {
    this.#spread.applyGradients(learningRate, maxGradNorm);
  }

  meanStd(): number {
    return this.#spread.meanStd();
  }

  handOut(network: PlainNetwork): PlainNetwork {
    return this.#scale.squash(network);
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return this.#spread.getArrays();
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    this.#spread.setArrays(arrays);
  }
}

/** Logarithms of the standard deviations of A numbers, the same in every state, with their optimiser. */
class LogStd {
  /** `[A]` */
  readonly values: Float32Array;
  /** `[A]`, added to by losses. */
  readonly gradient: Float32Array;
  readonly #adam: AdamSpec;
  readonly #optimizer;

  constructor(size: number, initial: number, adam: AdamSpec) {
    this.values = new Float32Array(size).fill(initial);
    this.gradient = new Float32Array(size);
    this.#adam = adam;
    this.#optimizer = makeAdamState(size);
  }

  applyGradients(learningRate: number, maxGradNorm: number): void {
    const norm = l2Norm(this.gradient);
    const scale = norm > maxGradNorm ? maxGradNorm / norm : 1;
    adamStep(this.values, this.gradient, this.#optimizer, this.#adam, learningRate, scale);
  }

  meanStd(): number {
    return this.values.reduce((sum, logStd) => sum + Math.exp(logStd), 0) / this.values.length;
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    const { step, mean, square } = this.#optimizer;
    return {
      logStd: this.values.slice(),
      logStdOptimizer: Float32Array.of(step, ...mean, ...square),
    };
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    const logStd = readArray(arrays, 'logStd');
    const optimizer = readArray(arrays, 'logStdOptimizer');
    checkLength('logStd', logStd.length, this.values.length);
    checkLength('logStdOptimizer', optimizer.length, 1 + 2 * this.values.length);
    this.values.set(logStd);
    this.#optimizer.step = optimizer[0]!;
    this.#optimizer.mean.set(optimizer.subarray(1, 1 + this.values.length));
    this.#optimizer.square.set(optimizer.subarray(1 + this.values.length));
  }
}
