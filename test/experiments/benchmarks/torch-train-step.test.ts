import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { torchTrainStep } from '../../../experiments/benchmarks/torch-train-step.ts';
import type { MlpSpec } from '../../../src/nn/network.ts';

const SPEC: MlpSpec = {
  ...{ inputs: 4, hidden: [8], outputs: 2 },
  ...{ activation: 'relu', outputGain: 1, initializer: 'he-uniform' },
};
const PYTHON = process.env['BIDLAB_PYTHON'] ?? 'python3';
const HAS_TORCH = spawnSync(PYTHON, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;
const BRIEF = { steps: 2, seconds: 0.01 };

describe('the training step of PyTorch', () => {
  it('is refused by name where Python is missing, and where PyTorch is', async () => {
    await expect(torchTrainStep(SPEC, 4, BRIEF, 'no-such-python')).rejects.toThrow(
      /^BACKEND_UNAVAILABLE: PyTorch in no-such-python: there is no such program; pip install torch/,
    );
    // Node fails on the Python source with an error of its own.
    await expect(torchTrainStep(SPEC, 4, BRIEF, process.execPath)).rejects.toThrow(/^BACKEND_UNAVAILABLE: PyTorch in/);
  });

  it.skipIf(!HAS_TORCH)(`takes some time (needs torch in ${PYTHON})`, async () => {
    const milliseconds = await torchTrainStep(SPEC, 4, BRIEF, PYTHON);
    expect(milliseconds).toBeGreaterThan(0.001);
    expect(milliseconds).toBeLessThan(1000);
  });
});
