import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { attributeStates, meanState } from '../../../src/explain/attributions.ts';
import { explainedOutput, OUTPUT_KINDS } from '../../../src/explain/explained-output.ts';
import { integratedGradients } from '../../../src/explain/integrated-gradients.ts';
import { NetworkGradient } from '../../../src/explain/network-gradient.ts';
import { simdEngine } from '../../../src/nn/simd/simd-engine.ts';
import { linearNetwork, randomNetwork } from './plain-networks.ts';

const uniforms = (n: number, rng: Rng) => Float32Array.from({ length: n }, () => rng.uniform(-2, 2));

describe('the gradient of a stored network', () => {
  it('is that of the engine that trained it', () => {
    const spec = {
      inputs: 5,
      hidden: [7, 6],
      outputs: 4,
      activation: 'tanh',
      outputGain: 1,
      initializer: 'orthogonal',
    } as const;
    const network = simdEngine().createNetwork(spec, { learningRate: 0.1, momentum: 0 }, 3);
    const rng = new Rng('engine');
    const [input, dOutputs] = [uniforms(5, rng), uniforms(4, rng)];
    const outputs = new Float32Array(4);
    network.forward(input, outputs, true);
    const expected = new Float32Array(5);
    network.inputGradients(dOutputs, expected);
    const stored = new NetworkGradient(network.toPlain('argmax'));
    const found = new Float64Array(5);
    for (const [k, output] of stored.outputs(input).entries()) expect(output).toBeCloseTo(outputs[k]!, 5);
    stored.inputGradient(dOutputs, found);
    for (let i = 0; i < 5; i++) expect(found[i]).toBeCloseTo(expected[i]!, 5);
    network.dispose();
  });

  it.each(OUTPUT_KINDS)('of %s equals central differences', (kind) => {
    const rng = new Rng(`differences/${kind}`);
    const f = explainedOutput(randomNetwork([4, 9, 3], 'tanh', rng), kind, 1);
    const x = Float64Array.from(uniforms(4, rng));
    const gradient = new Float64Array(4);
    f.valueAndGradient(x, gradient);
    const scratch = new Float64Array(4);
    for (let i = 0; i < 4; i++) {
      const at = (step: number) => f.valueAndGradient(x.with(i, x[i]! + step), scratch);
      expect(gradient[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
    }
  });
});

describe('integrated gradients', () => {
  it('of a linear output are weight times distance from the baseline', () => {
    const f = explainedOutput(linearNetwork([2, 0, -3, 1, 0.5, 4], [7, 0]), 'action-value', 0);
    const { attributions, value, baselineValue } = integratedGradients(f, [1, 2, 3], [0, 1, -1], { tolerance: 1e-9 });
    expect([value, baselineValue]).toEqual([4.5, 3.5]);
    for (const [i, expected] of [2, -3, 2].entries()) expect(attributions[i]).toBeCloseTo(expected, 12);
  });

  it('give an unused feature nothing, and a feature at its baseline nothing', () => {
    const f = explainedOutput(linearNetwork([2, 0, -3], [0]), 'mean-action', 0);
    expect([...integratedGradients(f, [1, 5, 2], [0, 0, 2], { tolerance: 1e-9 }).attributions]).toEqual([2, 0, -0]);
  });

  it('take the middle of each step, which is exact where the gradient is linear', () => {
    const square = {
      valueAndGradient(x: ArrayLike<number>, gradient: Float64Array) {
        gradient[0] = 2 * x[0]!;
        return x[0]! ** 2;
      },
    };
    const found = integratedGradients(square, [3], [1], { tolerance: 0, firstSteps: 1, maxSteps: 1 });
    expect([found.attributions[0], found.completenessGap]).toEqual([8, 0]);
  });

  it('add up to what they share out, over random shapes, activations and outputs', () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
    );
    const activation = fc.constantFrom('relu' as const, 'tanh' as const);
    fc.assert(
      fc.property(shape, activation, fc.constantFrom(...OUTPUT_KINDS), fc.nat(), ([o, h, k], act, kind, seed) => {
        const rng = new Rng(`completeness/${seed}`);
        const f = explainedOutput(randomNetwork([o, h, h, k], act, rng), kind, rng.int(k));
        const found = integratedGradients(f, uniforms(o, rng), uniforms(o, rng), { tolerance: 1e-3 });
        expect(Math.abs(found.completenessGap)).toBeLessThanOrEqual(1e-3);
        const sum = found.attributions.reduce((a, b) => a + b, 0);
        expect(sum - (found.value - found.baselineValue)).toBeCloseTo(found.completenessGap, 10);
      }),
      { numRuns: 40 },
    );
  });

  it('tell where the integral is too coarse to add up', () => {
    const kink = randomNetwork([2, 8, 1], 'relu', new Rng('kink'));
    const f = explainedOutput(kink, 'mean-action', 0);
    const settings = { tolerance: 0, firstSteps: 1, maxSteps: 1 };
    const coarse = integratedGradients(f, [2, -2], [-1.5, 1], settings);
    expect(coarse.numSteps).toBe(1);
    expect(Math.abs(coarse.completenessGap)).toBeGreaterThan(1e-2);
    const fine = integratedGradients(f, [2, -2], [-1.5, 1], { tolerance: 1e-3 });
    expect(Math.abs(fine.completenessGap)).toBeLessThanOrEqual(1e-3);
  });
});

describe('attributions of states', () => {
  it('are averaged in size and sign, and their completeness is told', () => {
    const states = Float32Array.from([1, 0, -1, 0, 3, 2, -3, 2]);
    const baseline = meanState(states, 2);
    expect([...baseline]).toEqual([0, 1]);
    const network = linearNetwork([2, 0, 0, 1], [0, 0]);
    const found = attributeStates(network, 'action-value', states, [0, 0, 0, 1], baseline);
    // State by state: 2 and 0, −2 and 0, 6 and 0, then output 1: 0 and 1.
    expect(found.mean).toEqual([1.5, 0.25]);
    expect(found.meanAbsolute).toEqual([2.5, 0.25]);
    expect(found.standardError[1]).toBeCloseTo(0.25, 12);
    expect(found.completeness).toMatchObject({ shareWithin: 1, mostSteps: 32 });
  });
});
