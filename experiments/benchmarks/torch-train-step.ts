import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SimError } from '../../src/core/errors.ts';
import type { MlpSpec } from '../../src/nn/network.ts';
import { BENCHMARK_ADAM, BENCHMARK_DELTA } from '../../src/nn/train-step.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

const SCRIPT = join(PACKAGE_ROOT, 'experiments', 'benchmarks', 'torch-train-step.py');
/** Importing PyTorch takes seconds on a cold disk. */
const TIMEOUT_MS = 120_000;

/** How one figure is measured, the same for PyTorch as for ours. */
export interface TorchRepetitions {
  /** Training steps of one repetition. */
  readonly steps: number;
  /** How long repetitions go on, seconds. */
  readonly seconds: number;
}

/**
 * Milliseconds of the training-step benchmark in PyTorch on one thread, in a Python process of its own.
 *
 * @param python The interpreter; `BIDLAB_PYTHON` or `python3` by default.
 * @throws SimError `BACKEND_UNAVAILABLE` without Python or without PyTorch in it.
 */
export async function torchTrainStep(
  { inputs, hidden, outputs }: MlpSpec,
  batchSize: number,
  repetitions: TorchRepetitions,
  python = process.env['BIDLAB_PYTHON'] ?? 'python3',
): Promise<number> {
  const { learningRate, epsilon } = BENCHMARK_ADAM;
  const net = { inputs, hidden, outputs, batchSize };
  const spec = JSON.stringify({ ...net, learningRate, epsilon, delta: BENCHMARK_DELTA, ...repetitions });
  try {
    const { stdout } = await promisify(execFile)(python, [SCRIPT, spec], { timeout: TIMEOUT_MS });
    return (JSON.parse(stdout) as { milliseconds: number }).milliseconds;
  } catch (error) {
    throw new SimError('BACKEND_UNAVAILABLE', `PyTorch in ${python}: ${reasonOf(error)}`, { cause: error });
  }
}

const REMEDY = 'pip install torch, or name another Python by BIDLAB_PYTHON';

function reasonOf(error: unknown): string {
  const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return `there is no such program; ${REMEDY}`;
  if (stderr.includes("No module named 'torch'")) return `it has no module 'torch'; ${REMEDY}`;
  return stderr.trim().split('\n').at(-1) || message;
}
