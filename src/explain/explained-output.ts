import type { PlainNetwork } from '../core/agent.ts';
import { NetworkGradient } from './network-gradient.ts';

/** A number that depends smoothly (almost everywhere) on an observation. */
export interface DifferentiableFunction {
  /**
   * @param input `[O]`
   * @param gradient `[O]` receives df/dinput.
   * @returns f(input)
   */
  valueAndGradient(input: ArrayLike<number>, gradient: Float64Array): number;
}

/** What the outputs of a policy's network mean, and so what attributions share out. */
export const OUTPUT_KINDS = ['action-value', 'action-probability', 'mean-action'] as const;
/** One of {@link OUTPUT_KINDS}. */
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/**
 * One output of a network as a function of the observation: the value of an action, its probability under the softmax of the
 * outputs, or the output itself for a continuous action.
 *
 * @param output Index of the action, or the coordinate of a continuous one.
 */
export function explainedOutput(network: PlainNetwork, kind: OutputKind, output: number): DifferentiableFunction {
  const net = new NetworkGradient(network);
  const weights = new Float64Array(net.numOutputs);
  return {
    valueAndGradient(input, gradient) {
      const outputs = net.outputs(input);
      const value = kind === 'action-probability' ? probability(outputs, output, weights) : outputs[output]!;
      if (kind !== 'action-probability') weights.fill(0)[output] = 1;
      net.inputGradient(weights, gradient);
      return value;
    },
  };
}

/** p_a of a softmax; writes dp_a/dlogit_k = p_a (1[a = k] − p_k). */
function probability(logits: Float64Array, a: number, weights: Float64Array): number {
  const largest = logits.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    weights[k] = Math.exp(logits[k]! - largest);
    sum += weights[k]!;
  }
  const chosen = weights[a]! / sum;
  for (let k = 0; k < logits.length; k++) weights[k] = chosen * ((k === a ? 1 : 0) - weights[k]! / sum);
  return chosen;
}
