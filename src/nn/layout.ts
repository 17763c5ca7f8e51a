import { SimError } from '../core/errors.ts';
import type { MlpSpec } from './network.ts';

/** Where one fully connected layer lies in the flat weight vector: kernel `[inputs, outputs]` row-major, then bias. */
export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: 'linear' | 'relu' | 'tanh';
  /** First weight of the kernel. */
  readonly kernelAt: number;
  /** First weight of the bias; the kernel ends here. */
  readonly biasAt: number;
  /** One past the last weight of the layer. */
  readonly end: number;
}

/**
 * Layers of a multi-layer perceptron in the order of the flat weight vector.
 *
 * @throws SimError `VALUE_OUT_OF_RANGE` when a size is not a positive integer.
 */
export function layoutOf(spec: MlpSpec): readonly LayerLayout[] {
  const sizes = [spec.inputs, ...spec.hidden, spec.outputs];
  for (const size of sizes) {
    if (!Number.isInteger(size) || size < 1) {
      throw new SimError('VALUE_OUT_OF_RANGE', `layer sizes of a network: expected integers >= 1, received [${sizes}]`);
    }
  }
  const layout: LayerLayout[] = [];
  let kernelAt = 0;
  for (let l = 0; l + 1 < sizes.length; l++) {
    const inputs = sizes[l]!;
    const outputs = sizes[l + 1]!;
    const biasAt = kernelAt + inputs * outputs;
    const activation = l + 2 === sizes.length ? 'linear' : spec.activation;
    layout.push({ inputs, outputs, activation, kernelAt, biasAt, end: biasAt + outputs });
    kernelAt = biasAt + outputs;
  }
  return layout;
}
