import type { PlainNetwork } from '../core/agent.ts';
import { checkLength } from '../core/errors.ts';

/**
 * Outputs of a plain network and the exact gradients of its outputs by its inputs, in float64.
 *
 * Follows a stored network where no engine is loaded; `Network.inputGradients` gives the same in float32 while one trains.
 * O inputs, K outputs.
 */
export class NetworkGradient {
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly #layers: PlainNetwork['layers'];
  /** Activations of each layer, the last one's are the outputs. */
  readonly #values: readonly Float64Array[];
  readonly #gradients: readonly Float64Array[];

  constructor({ layers }: PlainNetwork) {
    this.#layers = layers;
    this.numInputs = layers[0]!.inputs;
    this.numOutputs = layers.at(-1)!.outputs;
    this.#values = layers.map(({ outputs }) => new Float64Array(outputs));
    this.#gradients = layers.map(({ outputs }) => new Float64Array(outputs));
  }

  /**
   * @param input `[O]`
   * @returns `[K]`, overwritten by the next call.
   * @throws SimError `SHAPE_MISMATCH` on an input of another length.
   */
  outputs(input: ArrayLike<number>): Float64Array {
    checkLength('input of the network', input.length, this.numInputs);
    let x = input;
    for (const [l, { inputs, outputs, kernel, bias, activation }] of this.#layers.entries()) {
      const y = this.#values[l]!;
      for (let j = 0; j < outputs; j++) y[j] = bias[j]!;
      for (let i = 0; i < inputs; i++) {
        const xi = x[i]!;
        for (let j = 0, k = i * outputs; j < outputs; j++, k++) y[j] = y[j]! + xi * kernel[k]!;
      }
      for (let j = 0; j < outputs; j++) y[j] = activated(y[j]!, activation);
      x = y;
    }
    return this.#values.at(-1)!;
  }

  /**
   * d(Σ_k w_k · output_k)/d(input) at the input of the last {@link NetworkGradient.outputs}. A ReLU at its kink counts as flat.
   *
   * @param weights `[K]` w.
   * @param out `[O]` overwritten.
   */
  inputGradient(weights: ArrayLike<number>, out: Float64Array): void {
    const last = this.#layers.length - 1;
    this.#gradients[last]!.set(weights);
    for (let l = last; l >= 0; l--) {
      const { inputs, outputs, kernel, activation } = this.#layers[l]!;
      const dy = this.#gradients[l]!;
      const y = this.#values[l]!;
      for (let j = 0; j < outputs; j++) dy[j] = dy[j]! * slope(y[j]!, activation);
      const dx = l === 0 ? out : this.#gradients[l - 1]!;
      for (let i = 0; i < inputs; i++) {
        let sum = 0;
        for (let j = 0, k = i * outputs; j < outputs; j++, k++) sum += dy[j]! * kernel[k]!;
        dx[i] = sum;
      }
    }
  }
}

type Activation = PlainNetwork['layers'][number]['activation'];

function activated(x: number, activation: Activation): number {
  if (activation === 'relu') return x < 0 ? 0 : x;
  return activation === 'tanh' ? Math.tanh(x) : x;
}

/** dy/dx of an activation by its value y. */
function slope(y: number, activation: Activation): number {
  if (activation === 'relu') return y > 0 ? 1 : 0;
  return activation === 'tanh' ? 1 - y * y : 1;
}
