import { describe, expect, it } from 'vitest';
import { type ProbeSize, probeEngine } from '../../../experiments/services/train-probe.ts';
import { trainProbeReport } from '../../../experiments/services/train-probe-outcome.ts';
import type { Engine } from '../../../src/nn/network.ts';
import { type BackendProbe, selectEngine } from '../../../src/nn/select-backend.ts';

const SIZE: ProbeSize = {
  name: 'tiny',
  spec: { inputs: 3, hidden: [8], outputs: 2, activation: 'relu', outputGain: 1, initializer: 'he-uniform' },
  batchSize: 16,
};
const cpu = await selectEngine('cpu');
const simd = await selectEngine('simd');

/** The SIMD engine with another optimiser step than was asked for. */
function wrongEngine(learningRateFactor: number): Engine {
  const createNetwork: Engine['createNetwork'] = (...args) => {
    const network = simd.createNetwork(...args);
    const apply = network.applyGradients.bind(network);
    network.applyGradients = (rate, maxNorm) => apply(rate * learningRateFactor, maxNorm);
    return network;
  };
  return { ...simd, createNetwork };
}

describe('probing an engine by training on it', () => {
  it('finds that simd trains as the reference does, and times it', async () => {
    const [result] = await probeEngine(simd, cpu, [SIZE], 5);
    expect(result).toMatchObject({ size: 'tiny', agrees: true });
    expect(result!.largestDifference).toBeLessThan(1e-5);
    expect(result!.millisecondsPerUpdate).toBeGreaterThan(0);
  });

  it.each([0, 1.1, Number.NaN])('does not pass an engine whose steps are %d times as long', async (factor) => {
    expect((await probeEngine(wrongEngine(factor), cpu, [SIZE], 5))[0]!.agrees).toBe(false);
  });
});

describe('the report of a probe', () => {
  const found = { detail: 'works', remedy: '', available: true };
  const lacking = { detail: 'cuda: no driver', remedy: 'install one', available: false };
  function probes(hasCuda: boolean): BackendProbe[] {
    return [
      { backend: 'cuda', ...(hasCuda ? found : lacking) },
      { backend: 'simd', ...found },
      { backend: 'tensorflow', ...found },
    ];
  }
  function probed(backend: Engine['backend'], agrees = true) {
    const result = { size: 'tiny', millisecondsPerUpdate: 1.5, largestDifference: 2e-7, agrees };
    return { engine: { backend, description: backend }, results: [result] };
  }

  it('refuses cuda with what is missing, and still shows what can train', () => {
    const { ok, outcome } = trainProbeReport('cuda', probes(false), [probed('simd')]);
    expect(ok).toBe(false);
    expect(outcome.summary).toEqual(['cuda: refused, no update can run there: no driver; install one.']);
    expect(outcome.tables![0]!.rows).toEqual([['simd', 1.5, '2.0e-7']]);
  });

  it('proves cuda where it trains, and says why native TensorFlow on the CPU was not tried beside it', () => {
    const { ok, outcome } = trainProbeReport('cuda', probes(true), [probed('cuda'), probed('simd')]);
    expect(ok).toBe(true);
    expect(outcome.summary[0]).toMatch(/^cuda: updates run on the GPU.*1\.50 ms \(tiny\)/);
    const beside = trainProbeReport('tensorflow', probes(true), [probed('cuda')]);
    expect([beside.ok, beside.outcome.summary[0]]).toEqual([false, expect.stringContaining('CUDA_VISIBLE_DEVICES=-1')]);
  });

  it('fails where an engine trains differently', () => {
    const { ok, outcome } = trainProbeReport(undefined, probes(false), [probed('simd', false)]);
    expect([ok, outcome.summary[0]]).toEqual([false, expect.stringContaining('simd trains differently from cpu')]);
    expect(trainProbeReport('auto', probes(false), [probed('simd')]).ok).toBe(true);
  });
});
