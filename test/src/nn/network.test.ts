import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { loadTfjs } from '../../../src/nn/load-tfjs.ts';
import type { Engine, MlpSpec, OptimizerSpec } from '../../../src/nn/network.ts';
import { BENCHMARK_ADAM, makeTrainBatch, makeTrainStep } from '../../../src/nn/train-step.ts';
import { makeScratch, forward as plainForward } from '../../../src/policy/runtime.ts';
import { huberTdLoss } from '../../../src/rl/losses/huber-td.ts';
import { adam, autodiffGradients, engines, largestDifference, mlp, relativeError } from './oracle.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

function normals(length: number, seed: number): Float32Array {
  const rng = new Rng(`normals/${seed}`);
  return Float32Array.from({ length }, () => rng.normal());
}

/** Outputs by the runtime that exports carry, row by row. */
function plainOutputs(network: ReturnType<Engine['createNetwork']>, inputs: Float32Array): Float32Array {
  const { inputs: width, outputs: heads } = network.spec;
  const plain = network.toPlain('argmax');
  const scratch = makeScratch(plain);
  const batch = inputs.length / width;
  const outputs = new Float32Array(batch * heads);
  for (let b = 0; b < batch; b++) {
    outputs.set(plainForward(plain, inputs.subarray(b * width, (b + 1) * width), scratch), b * heads);
  }
  return outputs;
}

const shapes = fc.record({
  inputs: fc.integer({ min: 1, max: 12 }),
  hidden: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 9 }),
  activation: fc.constantFrom('relu' as const, 'tanh' as const),
  initializer: fc.constantFrom('he-uniform' as const, 'orthogonal' as const),
  batch: fc.integer({ min: 1, max: 40 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe.each(Object.keys(engines))('a network on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await engines[name]!();
  });

  it('agrees with the plain forward to 1e-6, for both activations and either kind of call', () => {
    for (const activation of ['relu', 'tanh'] as const) {
      const network = engine.createNetwork(mlp({ inputs: 16, hidden: [64, 64], outputs: 11, activation }), adam, 3);
      const inputs = normals(256 * 16, 1);
      const outputs = new Float32Array(256 * 11);
      for (const train of [true, false]) {
        network.forward(inputs, outputs.fill(Number.NaN), train);
        expect(largestDifference(outputs, plainOutputs(network, inputs))).toBeLessThan(1e-6);
      }
      network.dispose();
    }
  });

  it.skipIf(name === 'simd')('runs a small batch exactly as the plain forward does', () => {
    const network = engine.createNetwork(mlp({ activation: 'tanh' }), adam, 3);
    const outputs = new Float32Array(4 * 3);
    network.forward(normals(4 * 5, 2), outputs, false);
    expect(outputs).toEqual(plainOutputs(network, normals(4 * 5, 2)));
  });

  it('back-propagates to weights and inputs as autodiff does, over random shapes', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ batch, seed, ...shape }) => {
        const network = engine.createNetwork(mlp(shape), adam, seed);
        const inputs = normals(batch * shape.inputs, seed);
        const dOutputs = normals(batch * shape.outputs, seed + 1);
        network.forward(inputs, new Float32Array(dOutputs.length), true);
        const dInputs = new Float32Array(inputs.length);
        network.backward(dOutputs, dInputs);
        const oracle = await autodiffGradients(network, inputs, dOutputs);
        expect(relativeError(network.getGradients(), oracle.weights)).toBeLessThan(1e-5);
        expect(relativeError(dInputs, oracle.inputs)).toBeLessThan(1e-5);
        const accumulated = network.getGradients();
        const alone = new Float32Array(inputs.length);
        network.inputGradients(dOutputs, alone);
        expect(alone).toEqual(dInputs);
        expect(network.getGradients()).toEqual(accumulated);
        network.dispose();
      }),
      {
        numRuns: 25,
        seed: 7,
        examples: [
          [
            {
              inputs: 12,
              hidden: [70, 33],
              outputs: 11,
              activation: 'relu',
              initializer: 'orthogonal',
              batch: 301,
              seed: 1,
            },
          ],
        ],
      },
    );
  });

  it('accumulates the gradients of two batches and forgets them with the step', () => {
    const network = engine.createNetwork(mlp({}), adam, 1);
    const outputs = new Float32Array(30);
    network.forward(normals(50, 1), outputs, true);
    network.backward(normals(30, 2));
    const once = network.getGradients();
    network.backward(normals(30, 2));
    expect(network.getGradients()).toEqual(once.map((g) => 2 * g));
    network.applyGradients(0.01, NO_LIMIT);
    expect(network.getGradients().every((g) => g === 0)).toBe(true);
  });

  it('takes no notice of buffers that the caller reuses between forward and backward', () => {
    const [a, b] = [1, 1].map((seed) => engine.createNetwork(mlp({}), adam, seed));
    const inputs = normals(50, 1);
    const outputs = new Float32Array(30);
    a!.forward(inputs, outputs, true);
    a!.backward(normals(30, 2));
    b!.forward(inputs, outputs, true);
    inputs.fill(99);
    outputs.fill(99);
    b!.backward(normals(30, 2));
    expect(b!.getGradients()).toEqual(a!.getGradients());
  });

  it('moves every weight by the learning rate in its first step', () => {
    const network = engine.createNetwork(mlp({ inputs: 1, hidden: [], outputs: 1 }), adam, 1);
    const before = network.getWeights();
    const input = Float32Array.of(2);
    network.forward(input, new Float32Array(1), true);
    network.backward(Float32Array.of(-3));
    // Gradients −6 and −3: m/(1 − β₁) = g and √(v/(1 − β₂)) = |g|, so the step is lr · sign(g).
    expect(network.applyGradients(0.25, NO_LIMIT)).toBeCloseTo(Math.sqrt(45), 6);
    expect(network.getWeights()[0]! - before[0]!).toBeCloseTo(0.25, 6);
    expect(network.getWeights()[1]! - before[1]!).toBeCloseTo(0.25, 6);
  });

  it('decays weights apart from the gradient (AdamW), and moves by velocity (SGD), as float64 arithmetic does', () => {
    const optimizers: OptimizerSpec[] = [
      { ...adam, weightDecay: 0.3 },
      { learningRate: 0.05, momentum: 0.9 },
    ];
    for (const optimizer of optimizers) {
      const network = engine.createNetwork(mlp({ inputs: 3, hidden: [6], outputs: 5 }), optimizer, 2);
      const w = Float64Array.from(network.getWeights());
      const [m, v] = [new Float64Array(w.length), new Float64Array(w.length)];
      for (let t = 1; t <= 20; t++) {
        network.forward(normals(12, t), new Float32Array(20), true);
        network.backward(normals(20, 100 + t));
        const g = network.getGradients();
        network.applyGradients(0.05, NO_LIMIT);
        for (let i = 0; i < w.length; i++) {
          if ('momentum' in optimizer) {
            m[i] = 0.9 * m[i]! + g[i]!;
            w[i]! -= 0.05 * m[i]!;
            continue;
          }
          m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
          v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
          const step = m[i]! / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + adam.epsilon);
          w[i] = w[i]! - 0.05 * step - 0.05 * 0.3 * w[i]!;
        }
        expect(relativeError(network.getWeights(), w)).toBeLessThan(1e-5);
      }
      network.dispose();
    }
  });

  it('scales gradients down to the largest norm allowed', () => {
    const network = engine.createNetwork(mlp({ inputs: 1, hidden: [], outputs: 1 }), adam, 1);
    network.forward(Float32Array.of(4), new Float32Array(1), true);
    network.backward(Float32Array.of(3 / 4));
    // Gradient (3, ¾) of norm √9.5625; Adam's memory sees it at norm 1: m = (1 − β₁) g / ‖g‖.
    expect(network.applyGradients(0.1, 1)).toBeCloseTo(Math.sqrt(9.5625), 6);
    const [step, m0, m1] = network.getOptimizerState();
    expect(step).toBe(1);
    expect(m0).toBeCloseTo((0.1 * 3) / Math.sqrt(9.5625), 6);
    expect(m1).toBeCloseTo((0.1 * 0.75) / Math.sqrt(9.5625), 6);
  });

  it('uses new weights at once after setWeights and blendFrom', () => {
    const a = engine.createNetwork(mlp({}), adam, 1);
    const b = engine.createNetwork(mlp({}), adam, 2);
    const inputs = normals(400 * 5, 3);
    const fromA = new Float32Array(400 * 3);
    const fromB = new Float32Array(400 * 3);
    a.forward(inputs, fromA, true);
    b.forward(inputs, fromB, true);
    expect(fromB).not.toEqual(fromA);
    const wa = a.getWeights();
    const wb = b.getWeights();
    b.blendFrom(a, 0.25);
    expect(
      largestDifference(
        b.getWeights(),
        wb.map((w, i) => 0.75 * w + 0.25 * wa[i]!),
      ),
    ).toBeLessThan(1e-7);
    b.blendFrom(a, 1);
    b.forward(inputs, fromB, true);
    expect(fromB).toEqual(fromA);
    b.setWeights(wb);
    expect(b.getWeights()).toEqual(wb);
  });

  it('continues bit-equal from saved weights and optimiser state', () => {
    const batch = makeTrainBatch(mlp({}), 64, 5);
    const outputs = new Float32Array(64 * 3);
    const d = new Float32Array(64 * 3);
    const train = (network: ReturnType<Engine['createNetwork']>, steps: number) => {
      for (let i = 0; i < steps; i++) {
        network.forward(batch.inputs, outputs, true);
        huberTdLoss(outputs, batch.actions, batch.targets, 3, 1, d);
        network.backward(d);
        network.applyGradients(0.01, 0.5);
      }
    };
    const whole = engine.createNetwork(mlp({}), adam, 1);
    train(whole, 10);
    const first = engine.createNetwork(mlp({}), adam, 1);
    train(first, 4);
    const second = engine.createNetwork(mlp({}), adam, 99);
    second.setWeights(first.getWeights());
    second.setOptimizerState(first.getOptimizerState());
    train(second, 6);
    expect(second.getWeights()).toEqual(whole.getWeights());
    expect(second.getOptimizerState()).toEqual(whole.getOptimizerState());
  });

  it('trains twice to the same bits', () => {
    const spec = mlp({ hidden: [32, 32], activation: 'tanh' });
    const batch = makeTrainBatch(spec, 128, 5);
    const losses = [0, 1].map(() => {
      const step = makeTrainStep(engine, spec, batch, huberTdLoss);
      const values = Array.from({ length: 30 }, () => step.run());
      step.dispose();
      return values;
    });
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[0]!.at(-1)).toBeLessThan(losses[0]![0]!);
  });

  it('takes the steps that autodiff and tf.train.adam take', async () => {
    const spec = mlp({ hidden: [16, 16] });
    const batch = makeTrainBatch(spec, 32, 5);
    const tf = await loadTfjs();
    const network = engine.createNetwork(spec, BENCHMARK_ADAM, 0);
    const start = network.getWeights();
    const theirs = tf.variable(tf.tensor1d(start));
    const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
    const outputs = new Float32Array(32 * 3);
    const d = new Float32Array(32 * 3);
    for (let i = 0; i < 20; i++) {
      network.forward(batch.inputs, outputs, true);
      huberTdLoss(outputs, batch.actions, batch.targets, 3, 1, d);
      network.backward(d);
      const gradient = tf.tensor1d(network.getGradients());
      optimizer.applyGradients([{ name: theirs.name, tensor: gradient }]);
      gradient.dispose();
      network.applyGradients(0.01, NO_LIMIT);
    }
    const moved = theirs.dataSync().map((w, i) => w - start[i]!);
    expect(
      relativeError(
        network.getWeights().map((w, i) => w - start[i]!),
        moved,
      ),
    ).toBeLessThan(1e-4);
    theirs.dispose();
    optimizer.dispose();
  });

  it('holds no more tensors after 500 updates than after one, and none after dispose', () => {
    const spec: MlpSpec = mlp({ hidden: [4], activation: 'tanh' });
    const before = engine.numTensors();
    const network = engine.createNetwork(spec, adam, 1);
    const target = engine.createNetwork(spec, adam, 2);
    const inputs = normals(8 * 5, 1);
    const outputs = new Float32Array(8 * 3);
    const update = () => {
      target.forward(inputs, outputs, true);
      network.forward(inputs, outputs, true);
      network.backward(outputs, new Float32Array(40));
      network.applyGradients(1e-3, 1);
      target.blendFrom(network, 0.1);
    };
    update();
    const after = engine.numTensors();
    for (let i = 0; i < 500; i++) update();
    expect(engine.numTensors()).toBe(after);
    network.forward(inputs, outputs, true);
    network.dispose();
    target.dispose();
    expect(engine.numTensors()).toBe(before);
  });

  it('refuses to blend in a network of another shape, also one whose padded rows are as long', () => {
    const [five, six] = [5, 6].map((outputs) => engine.createNetwork(mlp({ inputs: 2, hidden: [], outputs }), adam, 1));
    expect(() => five!.blendFrom(six!, 0.5)).toThrow('SHAPE_MISMATCH');
  });

  it('refuses buffers of the wrong length', () => {
    const network = engine.createNetwork(mlp({}), adam, 1);
    expect(() => network.forward(new Float32Array(7), new Float32Array(3), false)).toThrow('SHAPE_MISMATCH');
    expect(() => network.forward(new Float32Array(5), new Float32Array(4), false)).toThrow('SHAPE_MISMATCH');
    expect(() => network.backward(new Float32Array(3))).toThrow('SHAPE_MISMATCH');
    expect(() => network.backward(new Float32Array(0))).toThrow('call forward(…, train = true) first');
    expect(() => network.setWeights(new Float32Array(1))).toThrow('SHAPE_MISMATCH');
    expect(() => network.setOptimizerState(new Float32Array(1))).toThrow('SHAPE_MISMATCH');
    expect(() => engine.createNetwork(mlp({ hidden: [0] }), adam, 1)).toThrow('VALUE_OUT_OF_RANGE');
  });
});

describe('networks of two engines in one process', () => {
  it('take turns without disturbing one another', async () => {
    const [a, b] = [await engines['cpu']!(), await engines['wasm']!()].map((e) => e.createNetwork(mlp({}), adam, 4));
    const inputs = normals(64 * 5, 1);
    const ya = new Float32Array(64 * 3);
    const yb = new Float32Array(64 * 3);
    for (let i = 0; i < 3; i++) {
      for (const [network, y] of [[a!, ya] as const, [b!, yb] as const]) {
        network.forward(inputs, y, true);
        network.backward(y);
        network.applyGradients(0.01, NO_LIMIT);
      }
    }
    expect(largestDifference(a!.getWeights(), b!.getWeights())).toBeLessThan(1e-4);
  });
});

describe('a network on simd', () => {
  it('goes down the same losses as on wasm, to the noise of float32', async () => {
    const spec = mlp({ inputs: 16, hidden: [64, 64], outputs: 11 });
    const batch = makeTrainBatch(spec, 256, 5);
    const [simd, wasm] = await Promise.all(
      ['simd', 'wasm'].map(async (name) => makeTrainStep(await engines[name]!(), spec, batch, huberTdLoss)),
    );
    for (let i = 0; i < 200; i++) {
      const loss = wasm!.run();
      expect(Math.abs(simd!.run() - loss)).toBeLessThan(2e-3 * loss);
    }
    simd!.dispose();
    wasm!.dispose();
  });

  it('grows with the batch and keeps what a training forward left while others act', async () => {
    const engine = await engines['simd']!();
    const [a, b] = [0, 0].map(() => engine.createNetwork(mlp({}), adam, 3));
    for (const network of [a!, b!]) network.forward(normals(50, 1), new Float32Array(30), true);
    // A far larger batch in between, which needs more memory than there was.
    const outputs = new Float32Array(3 * 20_000);
    a!.forward(normals(5 * 20_000, 2), outputs, false);
    for (const network of [a!, b!]) network.backward(normals(30, 3));
    expect(a!.getGradients()).toEqual(b!.getGradients());
    expect(largestDifference(outputs, plainOutputs(a!, normals(5 * 20_000, 2)))).toBeLessThan(1e-6);
  });
});
