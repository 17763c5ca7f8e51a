import type { Engine, MlpSpec } from '../../src/nn/network.ts';
import { type BackendProbe, selectEngine } from '../../src/nn/select-backend.ts';
import { BENCHMARK_ADAM, BENCHMARK_SPEC, makeTrainBatch, makeTrainStep } from '../../src/nn/train-step.ts';
import { huberTdLoss } from '../../src/rl/losses/huber-td.ts';
import { fastestSeconds } from '../benchmarks/measure.ts';

/** A training step to try: a network and a batch. */
export interface ProbeSize {
  readonly name: string;
  readonly spec: MlpSpec;
  readonly batchSize: number;
}

/** The bench figure's step, and one that is large enough for a GPU to pay. */
export const PROBE_SIZES: readonly ProbeSize[] = [
  { name: '16-64-64-11, batch 256', spec: BENCHMARK_SPEC, batchSize: 256 },
  { name: '16-256-256-11, batch 1024', spec: { ...BENCHMARK_SPEC, hidden: [256, 256] }, batchSize: 1024 },
];

/** Updates after which weights are compared. */
export const PROBE_UPDATES = 5;

/**
 * Largest difference of a weight from the reference that counts as the same training: a fiftieth of how far Adam can have
 * moved it, `PROBE_UPDATES` times the learning rate.
 */
export const PROBE_TOLERANCE = (PROBE_UPDATES * BENCHMARK_ADAM.learningRate) / 50;

/** What one engine did with one size. */
export interface ProbeResult {
  readonly size: string;
  /** Fastest repetition, milliseconds of one update: forward, Huber loss, backward, Adam. */
  readonly millisecondsPerUpdate: number;
  /** Largest |w − w'| of the weights after the same updates on the reference engine. */
  readonly largestDifference: number;
  /** Whether the updates changed the weights by as much as the reference's did, within {@link PROBE_TOLERANCE}. */
  readonly agrees: boolean;
}

function trainOn(engine: Engine, { spec, batchSize }: ProbeSize) {
  const step = makeTrainStep(engine, spec, makeTrainBatch(spec, batchSize, 0), huberTdLoss);
  const before = step.network.getWeights();
  for (let i = 0; i < PROBE_UPDATES; i++) step.run();
  return { step, before, weights: step.network.getWeights() };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  // Not Math.max alone: a NaN must show.
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/**
 * Trains the same network on the same batch on an engine and on the reference, compares the weights, and times the updates.
 *
 * @param timeMs How long updates are repeated to be timed.
 */
export async function probeEngine(
  engine: Engine,
  reference: Engine,
  sizes: readonly ProbeSize[],
  timeMs: number,
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const size of sizes) {
    const expected = trainOn(reference, size);
    expected.step.dispose();
    const { step, before, weights } = trainOn(engine, size);
    const millisecondsPerUpdate = (await fastestSeconds(() => step.run(), timeMs)) * 1000;
    step.dispose();
    const difference = largestDifference(weights, expected.weights);
    const moved = largestDifference(weights, before) > 0;
    const agrees = moved && difference <= PROBE_TOLERANCE;
    results.push({ size: size.name, millisecondsPerUpdate, largestDifference: difference, agrees });
  }
  return results;
}

/** The engines that a probe of all tries to train on; the native library holds either a GPU or the CPU in one process. */
export async function trainableEngines(probes: readonly BackendProbe[]): Promise<Engine[]> {
  const works = new Set(probes.filter((probe) => probe.available).map((probe) => probe.backend));
  if (works.has('cuda')) works.delete('tensorflow');
  const engines: Engine[] = [];
  for (const backend of works) engines.push(await selectEngine(backend));
  return engines;
}
