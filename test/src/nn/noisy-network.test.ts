import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { NoisyNetwork } from '../../../src/nn/noisy-network.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { makeScratch, forward as plainForward } from '../../../src/policy/runtime.ts';
import { adam, mlp, relativeError } from './oracle.ts';

const engine = await selectEngine('simd');
const spec = mlp({ inputs: 4, hidden: [6], outputs: 3, activation: 'tanh' });
const make = () => new NoisyNetwork(engine, spec, adam, 1, 0.5);
const inputs = Float32Array.of(0.5, -1, 2, 0.3, 1, 1, -0.5, 0.2);

function outputsOf(network: NoisyNetwork): Float32Array {
  const outputs = new Float32Array(6);
  network.forward(inputs, outputs, true);
  return outputs;
}

describe('NoisyNetwork', () => {
  it('is the network of its means when quiet, and as an export', () => {
    const network = make();
    network.resample(new Rng('noise'));
    const noisy = outputsOf(network);
    const plain = network.toPlain('argmax');
    expect(outputsOf(network)).toEqual(noisy);
    network.quieten();
    const quiet = outputsOf(network);
    expect(relativeError(noisy, quiet)).toBeGreaterThan(0.05);
    const scratch = makeScratch(plain);
    expect(relativeError(quiet.subarray(0, 3), plainForward(plain, inputs.subarray(0, 4), scratch))).toBeLessThan(1e-5);
  });

  it('writes its weights once between two forwards, however often they changed', () => {
    let writes = 0;
    const counting = {
      ...engine,
      createNetwork: (...args: Parameters<typeof engine.createNetwork>) => {
        const inner = engine.createNetwork(...args);
        const setWeights = inner.setWeights.bind(inner);
        inner.setWeights = (weights) => {
          writes++;
          setWeights(weights);
        };
        return inner;
      },
    };
    const network = new NoisyNetwork(counting, spec, adam, 1, 0.5);
    const rng = new Rng('writes');
    for (let step = 1; step <= 3; step++) {
      network.resample(rng);
      outputsOf(network);
      outputsOf(network);
      expect(writes).toBe(step);
      network.backward(new Float32Array(6).fill(1));
      network.applyGradients(0.01, 1);
    }
  });

  it('has noise ε of mean 0 and variance √(2/π)', () => {
    const network = make();
    const rng = new Rng('many');
    let first = 0;
    let second = 0;
    for (let draw = 0; draw < 4000; draw++) {
      network.resample(rng);
      outputsOf(network);
      // The gradient of σ over that of μ is the noise itself.
      network.backward(Float32Array.of(1, 0, 0, 0, 0, 0));
      const gradients = network.getGradients();
      const n = gradients.length / 2;
      const last = n - 3;
      first += gradients[n + last]!;
      second += gradients[n + last]! ** 2;
      network.applyGradients(0, Number.POSITIVE_INFINITY);
    }
    expect(first / 4000).toBeCloseTo(0, 1);
    // E f(ε)² = E |ε| = √(2/π).
    expect(second / 4000).toBeCloseTo(Math.sqrt(2 / Math.PI), 1);
  });

  it('has the gradients of finite differences in μ and in σ', () => {
    const network = make();
    const weights = network.getWeights();
    const dOutputs = Float32Array.of(1, -2, 0.5, 0.3, 1, -1);
    const loss = (w: Float32Array) => {
      network.setWeights(w);
      return outputsOf(network).reduce((sum, y, k) => sum + y * dOutputs[k]!, 0);
    };
    network.resample(new Rng('fixed'));
    outputsOf(network);
    network.backward(dOutputs);
    const gradients = network.getGradients();
    const numeric = weights.map((w, i) => {
      const h = 1e-2;
      const at = (x: number) => loss(weights.map((v, j) => (j === i ? x : v)));
      return (at(w + h) - at(w - h)) / (2 * h);
    });
    expect(relativeError(gradients, numeric)).toBeLessThan(2e-3);
  });

  it('learns to be quiet where noise costs: σ falls towards 0', () => {
    const network = make();
    const rng = new Rng('quiet');
    const n = network.numWeights / 2;
    const size = () =>
      network
        .getWeights()
        .subarray(n)
        .reduce((sum, sigma) => sum + Math.abs(sigma), 0);
    const before = size();
    for (let step = 0; step < 600; step++) {
      network.resample(rng);
      const y = outputsOf(network);
      // Half the squared distance from 1.
      network.backward(y.map((value) => value - 1));
      network.applyGradients(0.01, Number.POSITIVE_INFINITY);
    }
    expect(size()).toBeLessThan(0.5 * before);
    network.quieten();
    for (const value of outputsOf(network)) expect(value).toBeCloseTo(1, 1);
  });
});
