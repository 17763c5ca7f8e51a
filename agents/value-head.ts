import type { PlainNetwork } from '../src/core/agent.ts';
import type { Network } from '../src/nn/network.ts';
import { duelingGradient, duelingValues, foldDueling } from '../src/rl/dueling.ts';

/** How the outputs of a network are action values. B batch, O inputs, n actions. */
export interface ValueHead {
  /** Outputs of the network, K. */
  readonly numOutputs: number;
  /** @param observations `[B, O]` @param q `[B, n]` overwritten. @param train Keeps what {@link ValueHead.backward} needs. */
  forward(network: Network, observations: Float32Array, q: Float32Array, train: boolean): void;
  /** Adds the gradient of the last training forward to the network's. @param dq `[B, n]` dLoss/dQ. */
  backward(network: Network, dq: Float32Array): void;
  /** The network as plain arrays whose outputs are the action values and whose largest one acts. */
  toPlain(network: Network): PlainNetwork;
}

/** One output per action, or dueling ones: values of states and advantages of actions apart. */
export function makeValueHead(numActions: number, dueling: boolean): ValueHead {
  return dueling ? new DuelingHead(numActions) : new PlainHead(numActions);
}

class PlainHead implements ValueHead {
  readonly numOutputs: number;

  constructor(numActions: number) {
    this.numOutputs = numActions;
  }

  forward(network: Network, observations: Float32Array, q: Float32Array, train: boolean): void {
    network.forward(observations, q, train);
  }

  backward(network: Network, dq: Float32Array): void {
    network.backward(dq);
  }

  toPlain(network: Network): PlainNetwork {
    return network.toPlain('argmax');
  }
}

class DuelingHead implements ValueHead {
  readonly numOutputs: number;
  readonly #numActions: number;
  /** Outputs by batch size: a learner acts and learns on batches of few sizes, each made once. */
  readonly #outputs = new Map<number, Float32Array>();

  constructor(numActions: number) {
    this.numOutputs = numActions + 1;
    this.#numActions = numActions;
  }

  forward(network: Network, observations: Float32Array, q: Float32Array, train: boolean): void {
    const outputs = this.#outputsFor(q.length);
    network.forward(observations, outputs, train);
    duelingValues(outputs, this.#numActions, q);
  }

  backward(network: Network, dq: Float32Array): void {
    const dOutputs = this.#outputsFor(dq.length);
    duelingGradient(dq, this.#numActions, dOutputs);
    network.backward(dOutputs);
  }

  toPlain(network: Network): PlainNetwork {
    return foldDueling(network.toPlain('argmax'));
  }

  #outputsFor(length: number): Float32Array {
    const batch = length / this.#numActions;
    let outputs = this.#outputs.get(batch);
    if (outputs === undefined) {
      outputs = new Float32Array(batch * this.numOutputs);
      this.#outputs.set(batch, outputs);
    }
    return outputs;
  }
}
