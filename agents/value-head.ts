import type { PlainNetwork } from '../src/core/agent.ts';
import type { Network } from '../src/nn/network.ts';
import { duelingGradient, duelingValues, foldDueling, foldQuantiles } from '../src/rl/dueling.ts';

/** How the outputs of a network are values of actions, or N quantiles of their returns. B batch, O inputs, n actions. */
export interface ValueHead {
  /** Outputs of the network, K. */
  readonly numOutputs: number;
  /** N; 1 where values are learnt themselves. */
  readonly numQuantiles: number;
  /** @param observations `[B, O]` @param q `[B, n, N]` overwritten. @param train Keeps what {@link ValueHead.backward} needs. */
  forward(network: Network, observations: Float32Array, q: Float32Array, train: boolean): void;
  /** Adds the gradient of the last training forward to the network's. @param dq `[B, n, N]` dLoss/dQ. */
  backward(network: Network, dq: Float32Array): void;
  /** The network as plain arrays whose outputs are the action values and whose largest one acts. */
  toPlain(network: Network): PlainNetwork;
}

/** One output per action, or dueling ones: values of states and advantages of actions apart. */
export function makeValueHead(numActions: number, dueling: boolean, numQuantiles = 1): ValueHead {
  return dueling ? new DuelingHead(numActions, numQuantiles) : new PlainHead(numActions, numQuantiles);
}

class PlainHead implements ValueHead {
  readonly numOutputs: number;
  readonly numQuantiles: number;

  constructor(numActions: number, numQuantiles: number) {
    this.numOutputs = numActions * numQuantiles;
    this.numQuantiles = numQuantiles;
  }

  forward(network: Network, observations: Float32Array, q: Float32Array, train: boolean): void {
    network.forward(observations, q, train);
  }

  backward(network: Network, dq: Float32Array): void {
    network.backward(dq);
  }

  toPlain(network: Network): PlainNetwork {
    return meansOf(network.toPlain('argmax'), this.numQuantiles);
  }
}

class DuelingHead implements ValueHead {
  readonly numOutputs: number;
  readonly numQuantiles: number;
  readonly #numActions: number;
  /** Outputs by batch size: a learner acts and learns on batches of few sizes, each made once. */
  readonly #outputs = new Map<number, Float32Array>();

  constructor(numActions: number, numQuantiles: number) {
    this.numOutputs = (numActions + 1) * numQuantiles;
    this.numQuantiles = numQuantiles;
    this.#numActions = numActions;
  }

  forward(network: Network, observations: Float32Array, q: Float32Array, train: boolean): void {
    const outputs = this.#outputsFor(q.length);
    network.forward(observations, outputs, train);
    duelingValues(outputs, this.#numActions, q, this.numQuantiles);
  }

  backward(network: Network, dq: Float32Array): void {
    const dOutputs = this.#outputsFor(dq.length);
    duelingGradient(dq, this.#numActions, dOutputs, this.numQuantiles);
    network.backward(dOutputs);
  }

  toPlain(network: Network): PlainNetwork {
    return meansOf(foldDueling(network.toPlain('argmax'), this.numQuantiles), this.numQuantiles);
  }

  #outputsFor(length: number): Float32Array {
    const batch = length / (this.#numActions * this.numQuantiles);
    let outputs = this.#outputs.get(batch);
    if (outputs === undefined) {
      outputs = new Float32Array(batch * this.numOutputs);
      this.#outputs.set(batch, outputs);
    }
    return outputs;
  }
}

function meansOf(plain: PlainNetwork, numQuantiles: number): PlainNetwork {
  return numQuantiles === 1 ? plain : foldQuantiles(plain, numQuantiles);
}
