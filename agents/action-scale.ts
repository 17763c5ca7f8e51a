import type { PlainNetwork } from '../src/core/agent.ts';
import { SimError } from '../src/core/errors.ts';
import type { Box, Space } from '../src/core/space.ts';

/** A box of finite sides, whose points are `centre + halfWidth · u` with u in [−1, 1]. A numbers per action. */
export class ActionScale {
  /** A. */
  readonly dim: number;
  readonly #space: Box;
  readonly #centres: Float64Array;
  readonly #halfWidths: Float64Array;

  /** @throws SimError `CONFIG_INVALID` on a space that is not a box or a side that is not finite. */
  constructor(agentId: string, space: Space) {
    if (space.kind !== 'box') {
      throw new SimError(
        'CONFIG_INVALID',
        `${agentId}: expected a box action space, received ${space.kind} actions; choose continuous actions, or an agent for discrete ones such as dqn`,
      );
    }
    for (const { name, low, high } of space.features) {
      if (Number.isFinite(high - low)) continue;
      throw new SimError(
        'CONFIG_INVALID',
        `${agentId}: action '${name}': expected finite bounds to squash actions into, received [${low}, ${high}]; bound it, or choose a Gaussian policy such as ppo's`,
      );
    }
    this.dim = space.features.length;
    this.#space = space;
    this.#centres = Float64Array.from(space.features, ({ low, high }) => (low + high) / 2);
    this.#halfWidths = Float64Array.from(space.features, ({ low, high }) => (high - low) / 2);
  }

  /** What the environment gets. @param squashed `[B, A]` u. @param actions `[B, A]` overwritten. */
  toEnvironment(squashed: Float32Array, actions: Int32Array | Float32Array): void {
    for (let i = 0; i < squashed.length; i++) {
      const d = i % this.dim;
      const { low, high } = this.#space.features[d]!;
      const action = this.#centres[d]! + this.#halfWidths[d]! * squashed[i]!;
      actions[i] = Math.min(high, Math.max(low, action));
    }
  }

  /** u of actions of the environment. @param actions `[B, A]` @param squashed `[B, A]` overwritten. */
  fromEnvironment(actions: Float32Array, squashed: Float32Array): void {
    for (let i = 0; i < actions.length; i++) {
      const d = i % this.dim;
      squashed[i] = (actions[i]! - this.#centres[d]!) / this.#halfWidths[d]!;
    }
  }

  /**
   * A network whose first A outputs are u before tanh, as one that hands out actions: its last layer ends in tanh, and one
   * more scales.
   */
  squash(network: PlainNetwork): PlainNetwork {
    const last = network.layers.at(-1)!;
    const { inputs, outputs } = last;
    const { dim } = this;
    const kernel = new Float32Array(inputs * dim);
    for (let i = 0; i < inputs; i++) {
      for (let d = 0; d < dim; d++) kernel[i * dim + d] = last.kernel[i * outputs + d]!;
    }
    const scale = new Float32Array(dim * dim);
    for (let d = 0; d < dim; d++) scale[d * dim + d] = this.#halfWidths[d]!;
    const bias = Float32Array.from(this.#centres);
    const layers = [
      ...network.layers.slice(0, -1),
      { inputs, outputs: dim, activation: 'tanh', kernel, bias: last.bias.slice(0, dim) } as const,
      { inputs: dim, outputs: dim, activation: 'linear', kernel: scale, bias } as const,
    ];
    return { layers, head: 'mean' };
  }
}
