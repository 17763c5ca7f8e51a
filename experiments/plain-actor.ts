import type { Actor, PlainNetwork } from '../src/core/agent.ts';
import { type Box, type Choice, type Space, spaceSize } from '../src/core/space.ts';
import { forward, greedyAction, makeScratch } from '../src/policy/runtime.ts';

/**
 * A trained network as a greedy actor, by the same float32 forward pass that exports carry. Holds only scratch memory.
 *
 * Discrete actions are the index of the largest output, several choices that of each one's own outputs, continuous ones the first A outputs clipped to the space.
 */
export class PlainActor implements Actor {
  readonly #network: PlainNetwork;
  readonly #space: Space;
  readonly #scratch: Float32Array[];

  /** @param space The action space that the network was trained for. */
  constructor(network: PlainNetwork, space: Space) {
    this.#network = network;
    this.#space = space;
    this.#scratch = makeScratch(network);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array): void {
    const inputs = this.#network.layers[0]!.inputs;
    const width = spaceSize(this.#space);
    for (let n = 0; n * width < actions.length; n++) {
      const outputs = forward(this.#network, observations.subarray(n * inputs, (n + 1) * inputs), this.#scratch);
      if (this.#space.kind === 'discrete') actions[n] = greedyAction(outputs, 'argmax');
      else if (this.#space.kind === 'multi-discrete') bestOfEach(this.#space.choices, outputs, actions, n * width);
      else this.#clip(this.#space.features, outputs, actions, n * width);
    }
  }

  #clip(features: Box['features'], outputs: Float32Array, actions: Int32Array | Float32Array, offset: number): void {
    for (let a = 0; a < features.length; a++) {
      const { low, high } = features[a]!;
      actions[offset + a] = Math.min(high, Math.max(low, outputs[a]!));
    }
  }
}

/** Outputs are the choices' logits, one choice after the other. */
function bestOfEach(
  choices: readonly Choice[],
  outputs: Float32Array,
  actions: Int32Array | Float32Array,
  offset: number,
): void {
  let at = 0;
  for (let d = 0; d < choices.length; d++) {
    const { n } = choices[d]!;
    actions[offset + d] = greedyAction(outputs.subarray(at, at + n), 'argmax');
    at += n;
  }
}
