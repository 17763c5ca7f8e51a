import { describe, expect, it } from 'vitest';
import { initialiseWeights } from '../../../src/nn/initializers.ts';
import { layoutOf } from '../../../src/nn/layout.ts';
import type { MlpSpec } from '../../../src/nn/network.ts';
import { mlp } from './oracle.ts';

function initial(spec: MlpSpec, seed = 1) {
  const layout = layoutOf(spec);
  const weights = new Float32Array(layout.at(-1)!.end).fill(7);
  initialiseWeights(spec, layout, seed, weights);
  return layout.map((l) => ({
    ...l,
    kernel: weights.subarray(l.kernelAt, l.biasAt),
    bias: weights.subarray(l.biasAt, l.end),
  }));
}

/** Largest deviation of the Gram matrix of the kernel's shorter side from gain² times the identity. */
function orthogonalityError(kernel: Float32Array, rows: number, cols: number, gain: number): number {
  let worst = 0;
  const [count, length] = rows < cols ? [rows, cols] : [cols, rows];
  const at = (k: number, i: number) => (rows < cols ? kernel[k * cols + i]! : kernel[i * cols + k]!);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      let dot = 0;
      for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
      worst = Math.max(worst, Math.abs(dot - (a === b ? gain * gain : 0)));
    }
  }
  return worst;
}

describe('initial weights', () => {
  it('lie layer by layer, kernel before bias, with zero biases', () => {
    const layers = initial(mlp({ inputs: 2, hidden: [3], outputs: 1 }));
    expect(layers.map((l) => [l.kernelAt, l.biasAt, l.end])).toEqual([
      [0, 6, 9],
      [9, 12, 13],
    ]);
    for (const layer of layers) expect([...layer.bias]).toEqual(layer.bias.length === 3 ? [0, 0, 0] : [0]);
  });

  it('he-uniform fills ±√(6/inputs), and ±gain·√(3/inputs) at the output', () => {
    const layers = initial(mlp({ inputs: 24, hidden: [96], outputs: 50, outputGain: 0.1 }));
    const bounds = [Math.sqrt(6 / 24), 0.1 * Math.sqrt(3 / 96)];
    layers.forEach((layer, l) => {
      const largest = Math.max(...layer.kernel.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(bounds[l]! + 1e-7);
      expect(largest).toBeGreaterThan(0.98 * bounds[l]!);
    });
  });

  it('orthogonal has orthonormal rows or columns times √2, and times the output gain at the end', () => {
    const layers = initial(
      mlp({ inputs: 7, hidden: [20, 11], outputs: 3, outputGain: 0.01, initializer: 'orthogonal' }),
    );
    layers.forEach((layer, l) => {
      const gain = l === layers.length - 1 ? 0.01 : Math.SQRT2;
      expect(orthogonalityError(layer.kernel, layer.inputs, layer.outputs, gain)).toBeLessThan(1e-6);
    });
  });

  it('depend on the seed and on nothing else', () => {
    const spec = mlp({ initializer: 'orthogonal' });
    expect(initial(spec, 5)).toEqual(initial(spec, 5));
    expect(initial(spec, 5)).not.toEqual(initial(spec, 6));
  });
});
