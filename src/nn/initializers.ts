import { Rng } from '../core/rng.ts';
import type { LayerLayout } from './layout.ts';
import type { MlpSpec } from './network.ts';

/**
 * Fills `[rows, cols]` with a random matrix whose shorter side is orthonormal, times `gain`.
 *
 * Gaussian vectors of the longer side's length, orthonormalised by modified Gram–Schmidt, twice over for float64
 * accuracy. The distribution is the Haar one, as with QR and a sign fix.
 *
 * Source: Saxe et al. (2014), arXiv:1312.6120, section 3.
 */
function orthogonal(rng: Rng, rows: number, cols: number, gain: number, out: Float32Array): void {
  const count = Math.min(rows, cols);
  const length = Math.max(rows, cols);
  const basis: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const v = Float64Array.from({ length }, () => rng.normal());
    orthonormalise(v, basis);
    orthonormalise(v, basis);
    basis.push(v);
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[r * cols + c] = gain * (rows < cols ? basis[r]![c]! : basis[c]![r]!);
  }
}

/** Takes the parts along `basis` out of `v` and scales it to length 1. */
function orthonormalise(v: Float64Array, basis: readonly Float64Array[]): void {
  for (const b of basis) {
    let dot = 0;
    for (let i = 0; i < v.length; i++) dot += v[i]! * b[i]!;
    for (let i = 0; i < v.length; i++) v[i]! -= dot * b[i]!;
  }
  let square = 0;
  for (const x of v) square += x * x;
  const scale = 1 / Math.sqrt(square);
  for (let i = 0; i < v.length; i++) v[i]! *= scale;
}

/**
 * Initial weights of a network, biases zero; a function of `spec` and `seed` alone, the same for every engine.
 *
 * - `he-uniform`: hidden kernels uniform on ±√(6 / inputs) (He et al. 2015, arXiv:1502.01852, eq. 10); the output layer,
 *   which no ReLU follows, on ±gain · √(3 / inputs), so that outputs have the inputs' mean square times gain².
 * - `orthogonal`: hidden gain √2, output gain `spec.outputGain` (Engstrom et al. 2020, arXiv:2005.12729, section 3).
 *
 * @param layout Layers of the network in order.
 * @param weights `[numWeights]`, overwritten.
 */
export function initialiseWeights(
  spec: MlpSpec,
  layout: readonly LayerLayout[],
  seed: number,
  weights: Float32Array,
): void {
  weights.fill(0);
  const rng = new Rng(`network/${seed}`);
  layout.forEach((layer, l) => {
    const isOutput = l === layout.length - 1;
    const kernel = weights.subarray(layer.kernelAt, layer.biasAt);
    const stream = rng.split(l);
    if (spec.initializer === 'orthogonal') {
      orthogonal(stream, layer.inputs, layer.outputs, isOutput ? spec.outputGain : Math.SQRT2, kernel);
    } else {
      const bound = isOutput ? spec.outputGain * Math.sqrt(3 / layer.inputs) : Math.sqrt(6 / layer.inputs);
      for (let i = 0; i < kernel.length; i++) kernel[i] = stream.uniform(-bound, bound);
    }
  });
}
