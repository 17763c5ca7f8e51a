import { describe, expect, it } from 'vitest';
import { makeAutodiffTrainStep } from '../../../src/nn/autodiff-reference.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { makeTrainBatch, makeTrainStep } from '../../../src/nn/train-step.ts';
import { huberTdLoss } from '../../../src/rl/losses/huber-td.ts';
import { mlp } from './oracle.ts';

describe('the training step of the benchmark', () => {
  it.each(['wasm', 'cpu'] as const)('goes down the same losses as tape autodiff on %s', async (backend) => {
    for (const activation of ['relu', 'tanh'] as const) {
      const spec = mlp({ hidden: [16, 12], activation });
      const batch = makeTrainBatch(spec, 24, 1);
      const engine = await selectEngine(backend);
      const before = engine.numTensors();
      const closed = makeTrainStep(engine, spec, batch, huberTdLoss);
      const tape = await makeAutodiffTrainStep(backend, spec, batch);
      for (let i = 0; i < 10; i++) {
        const loss = tape.run();
        expect(Math.abs(closed.run() - loss)).toBeLessThan(1e-4 * loss);
      }
      closed.dispose();
      tape.dispose();
      expect(engine.numTensors()).toBe(before);
    }
  });
});
