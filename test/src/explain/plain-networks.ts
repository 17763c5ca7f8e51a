import type { PlainNetwork } from '../../../src/core/agent.ts';
import type { Rng } from '../../../src/core/rng.ts';

type Activation = PlainNetwork['layers'][number]['activation'];

/** A network of one linear layer. @param kernel `[inputs, outputs]` row-major. */
export function linearNetwork(kernel: readonly number[], bias: readonly number[]): PlainNetwork {
  const outputs = bias.length;
  const inputs = kernel.length / outputs;
  const layer = { inputs, outputs, activation: 'linear' as const };
  return { layers: [{ ...layer, kernel: Float32Array.from(kernel), bias: Float32Array.from(bias) }], head: 'argmax' };
}

/** A network with normal weights; its last layer is linear. */
export function randomNetwork(sizes: readonly number[], activation: Activation, rng: Rng): PlainNetwork {
  const normals = (n: number, scale: number) => Float32Array.from({ length: n }, () => scale * rng.normal());
  const layers = sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l]!;
    const isLast = l === sizes.length - 2;
    return {
      inputs,
      outputs,
      activation: isLast ? ('linear' as const) : activation,
      kernel: normals(inputs * outputs, 1 / Math.sqrt(inputs)),
      bias: normals(outputs, 0.3),
    };
  });
  return { layers, head: 'argmax' };
}
