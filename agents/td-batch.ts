import type { Network } from '../src/nn/network.ts';
import { quantileMeans } from '../src/rl/dueling.ts';
import { addConservativeGradient } from '../src/rl/losses/conservative-q.ts';
import { huberTdLoss } from '../src/rl/losses/huber-td.ts';
import { quantileHuberLoss } from '../src/rl/losses/quantile-huber.ts';
import { mean } from '../src/rl/mean.ts';
import { qTargets, quantileTargets } from '../src/rl/q-targets.ts';
import { makeTransitionBatch, type TransitionBatch } from '../src/rl/replay.ts';
import type { ValueHead } from './value-head.ts';

/** What the loss of a minibatch depends on beside the networks. */
export interface TdOptions {
  readonly doubleQ: boolean;
  /** δ of the Huber loss, κ of the quantile Huber loss. */
  readonly huberDelta: number;
  /** Weight of the penalty on values of actions that the log lacks; 0 for none. */
  readonly cqlAlpha?: number;
}

/** One minibatch of temporal-difference learning: transitions, values, targets and the gradient; allocates nothing when used. */
export class TdBatch {
  readonly transitions: TransitionBatch;
  /** `[B]` target less value of the action taken. */
  readonly errors: Float32Array;
  readonly #head: ValueHead;
  readonly #numActions: number;
  // `[B, A, N]` of the states, and of their successors by either network.
  readonly #returns: Float32Array;
  readonly #nextReturns: Float32Array;
  readonly #choiceReturns: Float32Array;
  readonly #dReturns: Float32Array;
  // `[B, A]` means over quantiles: the same arrays where there is one quantile.
  readonly #nextValues: Float32Array;
  readonly #choiceValues: Float32Array;
  /** `[B, N]` */
  readonly #targets: Float32Array;

  constructor(batchSize: number, obsDim: number, numActions: number, head: ValueHead) {
    const { numQuantiles } = head;
    const size = batchSize * numActions;
    const returns = () => new Float32Array(size * numQuantiles);
    this.transitions = makeTransitionBatch(batchSize, obsDim);
    this.errors = new Float32Array(batchSize);
    this.#head = head;
    this.#numActions = numActions;
    this.#returns = returns();
    this.#nextReturns = returns();
    this.#choiceReturns = returns();
    this.#dReturns = returns();
    this.#nextValues = numQuantiles === 1 ? this.#nextReturns : new Float32Array(size);
    this.#choiceValues = numQuantiles === 1 ? this.#choiceReturns : new Float32Array(size);
    this.#targets = new Float32Array(batchSize * numQuantiles);
  }

  /**
   * Loss of the transitions; its gradient is left in the online network.
   *
   * @param weights `[B]` importance weights; null for 1.
   */
  backPropagate(online: Network, target: Network, options: TdOptions, weights: Float32Array | null): number {
    const head = this.#head;
    const { observations, nextObservations } = this.transitions;
    // y = R + discount · Q_target(s', argmax_a Q_online(s', a))
    head.forward(target, nextObservations, this.#nextReturns, false);
    if (options.doubleQ) head.forward(online, nextObservations, this.#choiceReturns, false);
    this.#fillTargets(options.doubleQ);
    head.forward(online, observations, this.#returns, true);
    const { actions } = this.transitions;
    let loss = this.#loss(options.huberDelta, weights);
    const alpha = options.cqlAlpha ?? 0;
    if (alpha > 0) {
      const n = this.#numActions;
      loss += addConservativeGradient(this.#returns, actions, n, head.numQuantiles, alpha, this.#dReturns);
    }
    head.backward(online, this.#dReturns);
    return loss;
  }

  /** Mean value of the actions taken. */
  meanValue(): number {
    return this.meanTarget() - mean(this.errors);
  }

  meanTarget(): number {
    return mean(this.#targets);
  }

  #fillTargets(doubleQ: boolean): void {
    const { rewards, discounts } = this.transitions;
    const { numQuantiles } = this.#head;
    if (numQuantiles > 1) {
      quantileMeans(this.#nextReturns, numQuantiles, this.#nextValues);
      if (doubleQ) quantileMeans(this.#choiceReturns, numQuantiles, this.#choiceValues);
    }
    const choice = doubleQ ? this.#choiceValues : this.#nextValues;
    if (numQuantiles === 1) qTargets(rewards, discounts, choice, this.#nextReturns, this.#numActions, this.#targets);
    else quantileTargets(rewards, discounts, choice, this.#nextReturns, this.#numActions, this.#targets);
  }

  #loss(delta: number, weights: Float32Array | null): number {
    const { actions } = this.transitions;
    const [z, y, dz, n] = [this.#returns, this.#targets, this.#dReturns, this.#numActions];
    if (this.#head.numQuantiles > 1) return quantileHuberLoss(z, actions, y, n, delta, dz, this.errors, weights);
    for (let b = 0; b < actions.length; b++) this.errors[b] = y[b]! - z[b * n + actions[b]!]!;
    return huberTdLoss(z, actions, y, n, delta, dz, weights ?? undefined);
  }
}
