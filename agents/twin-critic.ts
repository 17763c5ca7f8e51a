import type { Rng } from '../src/core/rng.ts';
import type { AdamSpec, Engine, MlpSpec, Network } from '../src/nn/network.ts';
import { addSampledConservativeGradient } from '../src/rl/losses/conservative-q.ts';
import { mseValueLoss } from '../src/rl/losses/mse-value.ts';
import { mean } from '../src/rl/mean.ts';
import { readArray } from './context.ts';

/** Sizes of a pair of critics. */
export interface TwinCriticSpec {
  /** O. */
  readonly obsDim: number;
  /** A. */
  readonly actionDim: number;
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'tanh';
  /** B. */
  readonly batchSize: number;
  /** K: actions drawn for each state to keep values of unseen ones low; absent for none. */
  readonly numDrawn?: number;
}

/** Actions drawn for the states of a batch, whose values are to stay below those of the logged ones. */
export interface DrawnActions {
  /** `[B, K, A]` */
  readonly actions: Float32Array;
  /** `[B, K]` log densities that they were drawn with. */
  readonly logDensities: Float32Array;
}

/** What one regression of a pair of critics gave. */
export interface CriticFit {
  /** Mean over both critics of half the mean squared error. */
  readonly loss: number;
  /** Mean over both of the gradient's L2 norm before clipping. */
  readonly gradNorm: number;
  /** Mean of Q₁ over the batch, before the step. */
  readonly meanQ: number;
}

const NAMES = ['critic1', 'critic2'] as const;

/**
 * Two critics Q₁, Q₂ of states and continuous actions with slowly following target copies; the smaller of the two is
 * believed, because a maximising policy finds the overestimates of either. B batch, O observation dims, A action dims.
 *
 * Source: Fujimoto et al. (2018), arXiv:1802.09477, section 4.2.
 */
export class TwinCritic {
  readonly #obsDim: number;
  readonly #actionDim: number;
  readonly #online: readonly [Network, Network];
  readonly #target: readonly [Network, Network];
  /** `[B, O + A]` states and actions side by side. */
  readonly #inputs: Float32Array;
  readonly #dInputs: Float32Array;
  readonly #dOther: Float32Array;
  readonly #values: Float32Array;
  readonly #otherValues: Float32Array;
  readonly #dValues: Float32Array;
  /** `[B · K, O + A]`, `[B · K]` of drawn actions. */
  readonly #drawnInputs: Float32Array;
  readonly #drawnValues: Float32Array;
  readonly #dDrawn: Float32Array;

  constructor(engine: Engine, spec: TwinCriticSpec, adam: AdamSpec, rng: Rng) {
    const { obsDim, actionDim, hidden, activation, batchSize } = spec;
    const inputs = obsDim + actionDim;
    const mlp: MlpSpec = { inputs, hidden, outputs: 1, activation, outputGain: 1, initializer: 'he-uniform' };
    const make = (label: string): Network => engine.createNetwork(mlp, adam, rng.split(label).seed());
    this.#obsDim = obsDim;
    this.#actionDim = actionDim;
    this.#online = [make('critic1'), make('critic2')];
    this.#target = [make('critic1'), make('critic2')];
    for (const k of [0, 1] as const) this.#target[k].blendFrom(this.#online[k], 1);
    this.#inputs = new Float32Array(batchSize * inputs);
    this.#dInputs = new Float32Array(batchSize * inputs);
    this.#dOther = new Float32Array(batchSize * inputs);
    this.#values = new Float32Array(batchSize);
    this.#otherValues = new Float32Array(batchSize);
    this.#dValues = new Float32Array(batchSize);
    const numDrawn = batchSize * (spec.numDrawn ?? 0);
    this.#drawnInputs = new Float32Array(numDrawn * inputs);
    this.#drawnValues = new Float32Array(numDrawn);
    this.#dDrawn = new Float32Array(numDrawn);
  }

  /** min(Q₁′, Q₂′) of the target critics. @param observations `[B, O]` @param actions `[B, A]` @param values `[B]` overwritten. */
  targetMin(observations: Float32Array, actions: Float32Array, values: Float32Array): void {
    this.#join(observations, actions);
    this.#target[0].forward(this.#inputs, values, false);
    this.#target[1].forward(this.#inputs, this.#otherValues, false);
    for (let i = 0; i < values.length; i++) values[i] = Math.min(values[i]!, this.#otherValues[i]!);
  }

  /** Mean of |Q₁| over the batch of the last {@link TwinCritic.firstGradient}. */
  meanSize(): number {
    let sum = 0;
    for (const value of this.#values) sum += Math.abs(value);
    return sum / this.#values.length;
  }

  /**
   * One step of both critics towards the targets, by half the mean squared error.
   *
   * @param targets `[B]` @param drawn Actions whose values are pushed down, with α.
   */
  fit(
    observations: Float32Array,
    actions: Float32Array,
    targets: Float32Array,
    rate: number,
    maxGradNorm: number,
    drawn?: DrawnActions & { readonly alpha: number },
  ): CriticFit {
    this.#join(observations, actions);
    if (drawn !== undefined) this.#joinDrawn(observations, drawn.actions);
    let loss = 0;
    let gradNorm = 0;
    for (const critic of this.#online) {
      const values = critic === this.#online[0] ? this.#values : this.#otherValues;
      critic.forward(this.#inputs, values, true);
      loss += 0.5 * mseValueLoss(values, targets, 0.5, this.#dValues);
      if (drawn !== undefined) loss += 0.5 * this.#pushDown(critic, values, drawn, drawn.alpha);
      else critic.backward(this.#dValues);
      gradNorm += 0.5 * critic.applyGradients(rate, maxGradNorm);
    }
    return { loss, gradNorm, meanQ: mean(this.#values) };
  }

  /** Adds the gradients of the regression and of the conservative penalty to a critic's. @returns The penalty. */
  #pushDown(critic: Network, values: Float32Array, { logDensities }: DrawnActions, alpha: number): number {
    // Each backward belongs to the forward before it: the drawn actions' values are known before either gradient is.
    critic.forward(this.#drawnInputs, this.#drawnValues, false);
    const [logged, dLogged] = [values, this.#dValues];
    const penalty = addSampledConservativeGradient(
      logged,
      this.#drawnValues,
      logDensities,
      alpha,
      dLogged,
      this.#dDrawn,
    );
    critic.backward(dLogged);
    critic.forward(this.#drawnInputs, this.#drawnValues, true);
    critic.backward(this.#dDrawn);
    return penalty;
  }

  /**
   * Gradient of L = −(1/B) Σ Q₁(s, u) by the actions: what TD3's policy follows.
   *
   * @param dActions `[B, A]` overwritten. @returns L.
   */
  firstGradient(observations: Float32Array, actions: Float32Array, dActions: Float32Array): number {
    this.#join(observations, actions);
    this.#dValues.fill(-1 / this.#values.length);
    this.#online[0].forward(this.#inputs, this.#values, true);
    this.#online[0].inputGradients(this.#dValues, this.#dInputs);
    this.#takeActions(this.#dInputs, dActions);
    return -mean(this.#values);
  }

  /**
   * Gradient of L = −(1/B) Σ min(Q₁, Q₂)(s, u) by the actions: what SAC's policy follows, beside its entropy.
   *
   * @param dActions `[B, A]` overwritten. @returns L.
   */
  minGradient(observations: Float32Array, actions: Float32Array, dActions: Float32Array): number {
    this.#join(observations, actions);
    const batch = this.#values.length;
    this.#online[0].forward(this.#inputs, this.#values, true);
    this.#online[1].forward(this.#inputs, this.#otherValues, true);
    for (let i = 0; i < batch; i++) this.#dValues[i] = this.#values[i]! <= this.#otherValues[i]! ? -1 / batch : 0;
    this.#online[0].inputGradients(this.#dValues, this.#dInputs);
    for (let i = 0; i < batch; i++) this.#dValues[i] = this.#dValues[i] === 0 ? -1 / batch : 0;
    this.#online[1].inputGradients(this.#dValues, this.#dOther);
    for (let k = 0; k < this.#dInputs.length; k++) this.#dInputs[k]! += this.#dOther[k]!;
    this.#takeActions(this.#dInputs, dActions);
    let sum = 0;
    for (let i = 0; i < batch; i++) sum -= Math.min(this.#values[i]!, this.#otherValues[i]!);
    return sum / batch;
  }

  /** The target critics follow: Q′ ← (1 − τ) Q′ + τ Q. */
  follow(tau: number): void {
    for (const k of [0, 1] as const) this.#target[k].blendFrom(this.#online[k], tau);
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    const arrays: Record<string, Float32Array> = {};
    for (const k of [0, 1] as const) {
      arrays[`${NAMES[k]}Weights`] = this.#online[k].getWeights();
      arrays[`${NAMES[k]}Optimizer`] = this.#online[k].getOptimizerState();
      arrays[`${NAMES[k]}TargetWeights`] = this.#target[k].getWeights();
    }
    return arrays;
  }

  /** Restores what {@link TwinCritic.getArrays} gave. @throws SimError `SHAPE_MISMATCH` on other networks. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    for (const k of [0, 1] as const) {
      this.#online[k].setWeights(readArray(arrays, `${NAMES[k]}Weights`));
      this.#online[k].setOptimizerState(readArray(arrays, `${NAMES[k]}Optimizer`));
      this.#target[k].setWeights(readArray(arrays, `${NAMES[k]}TargetWeights`));
    }
  }

  dispose(): void {
    for (const network of [...this.#online, ...this.#target]) network.dispose();
  }

  #join(observations: Float32Array, actions: Float32Array): void {
    this.#joinRows(observations, actions, 1, this.#inputs);
  }

  #joinDrawn(observations: Float32Array, actions: Float32Array): void {
    this.#joinRows(observations, actions, this.#drawnValues.length / this.#values.length, this.#drawnInputs);
  }

  /** States side by side with `perState` actions each. */
  #joinRows(observations: Float32Array, actions: Float32Array, perState: number, inputs: Float32Array): void {
    const obsDim = this.#obsDim;
    const actionDim = this.#actionDim;
    const width = obsDim + actionDim;
    for (let i = 0; i < this.#values.length * perState; i++) {
      const state = Math.floor(i / perState) * obsDim;
      for (let k = 0; k < obsDim; k++) inputs[i * width + k] = observations[state + k]!;
      for (let d = 0; d < actionDim; d++) inputs[i * width + obsDim + d] = actions[i * actionDim + d]!;
    }
  }

  #takeActions(dInputs: Float32Array, dActions: Float32Array): void {
    const actionDim = this.#actionDim;
    const width = this.#obsDim + actionDim;
    for (let i = 0; i < this.#values.length; i++) {
      for (let d = 0; d < actionDim; d++) dActions[i * actionDim + d] = dInputs[i * width + this.#obsDim + d]!;
    }
  }
}
