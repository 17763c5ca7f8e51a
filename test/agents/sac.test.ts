import { describe, expect, it } from 'vitest';
import { createSac } from '../../agents/sac.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 8;

/** Last temperature and entropy of a training on the probe with one best number. */
function lastMetrics(options: object): Readonly<Record<string, number>> {
  const env = new ProbeEnv('probe-number-v1', NUM_ENVS);
  const { observationSpace, actionSpace, numEnvs } = env;
  const context = { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: 1e6, rng: new Rng('sac') };
  const agent = createSac(context, { hidden: [16], batchSize: 32, learningStarts: 64, learningRate: 0.01, ...options });
  let metrics: Readonly<Record<string, number>> = {};
  for (const record of train({ env, agent, totalEnvSteps: 3_200, seed: 0 }))
    metrics = { ...metrics, ...record.metrics };
  agent.dispose();
  return metrics;
}

describe('sac', () => {
  it('raises the temperature while the policy is less random than wanted, and lowers it while it is more', () => {
    const options = { temperatureLearningRate: 0.01, initialTemperature: 0.1 };
    // Uniform on [−1, 1] has log 2 = 0.69 nats: 1 is out of reach, −8 is almost a point.
    expect(lastMetrics({ ...options, targetEntropyPerAction: 1 })['train/temperature']).toBeGreaterThan(0.15);
    expect(lastMetrics({ ...options, targetEntropyPerAction: -8 })['train/temperature']).toBeLessThan(0.05);
  });

  it('keeps the temperature it was given where it is not automatic', () => {
    const metrics = lastMetrics({ automaticTemperature: false, initialTemperature: 0.25 });
    expect(metrics['train/temperature']).toBeCloseTo(0.25, 6);
  });

  it('stays more random where randomness is worth more', () => {
    const entropy = (initialTemperature: number) =>
      lastMetrics({ automaticTemperature: false, initialTemperature })['train/entropy']!;
    expect(entropy(1)).toBeGreaterThan(entropy(0.01) + 0.5);
  });
});
