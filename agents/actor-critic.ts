import type { PlainNetwork } from '../src/core/agent.ts';
import type { Rng } from '../src/core/rng.ts';
import type { AdamSpec, Engine, MlpSpec, Network } from '../src/nn/network.ts';
import { readArray } from './context.ts';

/** Sizes of an actor and its critic. */
export interface ActorCriticSpec {
  /** O. */
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'tanh';
  /** K, outputs of the policy. */
  readonly policyOutputs: number;
  /** One network with K + 1 outputs instead of two: half the work, and features that serve both. */
  readonly shared: boolean;
}

/** Orthogonal gain of the policy's last layer: nearly uniform at first (Andrychowicz et al. 2021, C57). */
const POLICY_GAIN = 0.01;

/**
 * A policy network and a value network, apart or in one, that are trained by the same steps. B batch, O inputs, K policy
 * outputs. Calls come in the order forward → backward → applyGradients.
 */
export interface ActorCritic {
  /** Without keeping anything for backward. @param outputs `[B, K]` overwritten. */
  policy(observations: Float32Array, outputs: Float32Array): void;
  /** Without keeping anything for backward. @param values `[B]` overwritten. */
  values(observations: Float32Array, values: Float32Array): void;
  /** Both of a state, without keeping anything for backward. @param outputs `[B, K]` @param values `[B]` */
  evaluate(observations: Float32Array, outputs: Float32Array, values: Float32Array): void;
  /** For training. @param outputs `[B, K]` @param values `[B]` */
  forward(observations: Float32Array, outputs: Float32Array, values: Float32Array): void;
  backward(dOutputs: Float32Array, dValues: Float32Array): void;
  /** One Adam step; the limit is on the joint norm when shared, else on each. @returns L2 norm before clipping. */
  applyGradients(learningRate: number, maxGradNorm: number): number;
  /** The policy alone. */
  actor(head: PlainNetwork['head']): PlainNetwork;
  getArrays(): Readonly<Record<string, Float32Array>>;
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void;
  dispose(): void;
}

/** Makes an actor and a critic with orthogonal initial weights. */
export function makeActorCritic(engine: Engine, spec: ActorCriticSpec, adam: AdamSpec, rng: Rng): ActorCritic {
  const { inputs, hidden, activation } = spec;
  const make = (outputs: number, outputGain: number, label: string): Network => {
    const mlp: MlpSpec = { inputs, hidden, outputs, activation, outputGain, initializer: 'orthogonal' };
    return engine.createNetwork(mlp, adam, rng.split(label).seed());
  };
  if (spec.shared) return new SharedActorCritic(make(spec.policyOutputs + 1, 1, 'weights'));
  return new SeparateActorCritic(make(spec.policyOutputs, POLICY_GAIN, 'actor'), make(1, 1, 'critic'));
}

class SeparateActorCritic implements ActorCritic {
  readonly #actor: Network;
  readonly #critic: Network;

  constructor(actor: Network, critic: Network) {
    this.#actor = actor;
    this.#critic = critic;
  }

  policy(observations: Float32Array, outputs: Float32Array): void {
    this.#actor.forward(observations, outputs, false);
  }

  values(observations: Float32Array, values: Float32Array): void {
    this.#critic.forward(observations, values, false);
  }

  evaluate(observations: Float32Array, outputs: Float32Array, values: Float32Array): void {
    this.#actor.forward(observations, outputs, false);
    this.#critic.forward(observations, values, false);
  }

  forward(observations: Float32Array, outputs: Float32Array, values: Float32Array): void {
    this.#actor.forward(observations, outputs, true);
    this.#critic.forward(observations, values, true);
  }

  backward(dOutputs: Float32Array, dValues: Float32Array): void {
    this.#actor.backward(dOutputs);
    this.#critic.backward(dValues);
  }

  applyGradients(learningRate: number, maxGradNorm: number): number {
    return Math.hypot(
      this.#actor.applyGradients(learningRate, maxGradNorm),
      this.#critic.applyGradients(learningRate, maxGradNorm),
    );
  }

  actor(head: PlainNetwork['head']): PlainNetwork {
    return this.#actor.toPlain(head);
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return {
      weights: this.#actor.getWeights(),
      optimizer: this.#actor.getOptimizerState(),
      criticWeights: this.#critic.getWeights(),
      criticOptimizer: this.#critic.getOptimizerState(),
    };
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    this.#actor.setWeights(readArray(arrays, 'weights'));
    this.#actor.setOptimizerState(readArray(arrays, 'optimizer'));
    this.#critic.setWeights(readArray(arrays, 'criticWeights'));
    this.#critic.setOptimizerState(readArray(arrays, 'criticOptimizer'));
  }

  dispose(): void {
    this.#actor.dispose();
    this.#critic.dispose();
  }
}

/** One network whose last output is the value. */
class SharedActorCritic implements ActorCritic {
  readonly #network: Network;
  /** `[B, K + 1]` room that grows to the largest batch. */
  #room = new Float32Array(0);

  constructor(network: Network) {
    this.#network = network;
    scalePolicyColumns(network);
  }

  policy(observations: Float32Array, outputs: Float32Array): void {
    this.#run(observations, outputs, null, false);
  }

  values(observations: Float32Array, values: Float32Array): void {
    this.#run(observations, null, values, false);
  }

  evaluate(observations: Float32Array, outputs: Float32Array, values: Float32Array): void {
    this.#run(observations, outputs, values, false);
  }

  forward(observations: Float32Array, outputs: Float32Array, values: Float32Array): void {
    this.#run(observations, outputs, values, true);
  }

  #run(observations: Float32Array, outputs: Float32Array | null, values: Float32Array | null, train: boolean): void {
    const batch = observations.length / this.#network.spec.inputs;
    const width = this.#network.spec.outputs;
    const joint = this.#joint(batch * width);
    this.#network.forward(observations, joint, train);
    for (let b = 0; b < batch; b++) {
      if (outputs !== null) copyRow(joint, b * width, outputs, b * (width - 1), width - 1);
      if (values !== null) values[b] = joint[b * width + width - 1]!;
    }
  }

  backward(dOutputs: Float32Array, dValues: Float32Array): void {
    const width = this.#network.spec.outputs;
    const joint = this.#joint(dValues.length * width);
    for (let b = 0; b < dValues.length; b++) {
      copyRow(dOutputs, b * (width - 1), joint, b * width, width - 1);
      joint[b * width + width - 1] = dValues[b]!;
    }
    this.#network.backward(joint);
  }

  applyGradients(learningRate: number, maxGradNorm: number): number {
    return this.#network.applyGradients(learningRate, maxGradNorm);
  }

  actor(head: PlainNetwork['head']): PlainNetwork {
    const { layers } = this.#network.toPlain(head);
    const last = layers.at(-1)!;
    const outputs = last.outputs - 1;
    const kernel = new Float32Array(last.inputs * outputs);
    for (let i = 0; i < last.inputs; i++) copyRow(last.kernel, i * last.outputs, kernel, i * outputs, outputs);
    return { head, layers: [...layers.slice(0, -1), { ...last, outputs, kernel, bias: last.bias.slice(0, outputs) }] };
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return { weights: this.#network.getWeights(), optimizer: this.#network.getOptimizerState() };
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    this.#network.setWeights(readArray(arrays, 'weights'));
    this.#network.setOptimizerState(readArray(arrays, 'optimizer'));
  }

  dispose(): void {
    this.#network.dispose();
  }

  #joint(length: number): Float32Array {
    if (this.#room.length < length) this.#room = new Float32Array(length);
    return this.#room.length === length ? this.#room : this.#room.subarray(0, length);
  }
}

function copyRow(from: Float32Array, at: number, to: Float32Array, toAt: number, length: number): void {
  for (let k = 0; k < length; k++) to[toAt + k] = from[at + k]!;
}

/** Scales the last layer's columns of the policy, made with gain 1 like the value's, down to {@link POLICY_GAIN}. */
function scalePolicyColumns(network: Network): void {
  const { outputs, hidden, inputs } = network.spec;
  const weights = network.getWeights();
  const lastInputs = hidden.at(-1) ?? inputs;
  const kernelAt = weights.length - outputs * (lastInputs + 1);
  for (let i = 0; i < lastInputs * outputs; i++) if (i % outputs !== outputs - 1) weights[kernelAt + i]! *= POLICY_GAIN;
  network.setWeights(weights);
}
