/**
 * Trains without end and watches memory: resident set, JavaScript heap and live tensors, once a minute.
 *
 *     node --expose-gc --import tsx experiments/scripts/soak.ts [--minutes 60] [--backend wasm] [--agent dqn]
 *
 * Prints one line a minute and, at the end, how resident memory moved over the second half (least squares, MiB an hour).
 * Exits with 1 where it rose by more than 8 MiB an hour or a tensor was left behind.
 */
import { parseArgs } from 'node:util';
import { agents } from '../../agents/registry.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';

const MIB = 2 ** 20;
const LARGEST_SLOPE = 8;
const NUM_ENVS = 16;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    backend: { type: 'string', default: 'wasm' },
    agent: { type: 'string', default: 'dqn' },
  },
});

interface Sample {
  readonly minute: number;
  readonly rssMib: number;
  readonly heapMib: number;
  readonly tensors: number;
}

const minutes = Number(values.minutes);
const engine = await selectEngine(values.backend as Parameters<typeof selectEngine>[0]);
const env = new CartPole(NUM_ENVS);
const { observationSpace, actionSpace } = env;
const context = { engine, observationSpace, actionSpace, numEnvs: NUM_ENVS, totalEnvSteps: 1e9, rng: new Rng('soak') };
const agent = agents.get(values.agent).create(context, {});
const samples: Sample[] = [];
const begun = performance.now();
let steps = 0;
for (const { envSteps } of train({ env, agent, totalEnvSteps: 1e9, recordInterval: 4096, seed: 1 })) {
  steps = envSteps;
  const minute = (performance.now() - begun) / 60_000;
  if (minute >= samples.length) samples.push(measure(minute));
  if (minute >= minutes) break;
}
const half = samples.slice(Math.floor(samples.length / 2));
const slope = 60 * slopeOf(half.map(({ minute, rssMib }) => [minute, rssMib]));
const [first, last] = [half[0]!.tensors, half.at(-1)!.tensors];
process.stdout.write(
  `${steps} env steps of ${values.agent} on ${engine.description} in ${minutes} min: resident memory ${slope.toFixed(2)} MiB an hour over the second half, tensors ${first} to ${last}\n`,
);
process.exitCode = slope > LARGEST_SLOPE || last > first ? 1 : 0;

function measure(minute: number): Sample {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const sample = { minute, rssMib: rss / MIB, heapMib: heapUsed / MIB, tensors: engine.numTensors() };
  const { rssMib, heapMib, tensors } = sample;
  process.stdout.write(
    `${minute.toFixed(1)} min  rss ${rssMib.toFixed(1)} MiB  heap ${heapMib.toFixed(1)} MiB  tensors ${tensors}\n`,
  );
  return sample;
}

/** Least-squares slope of points (x, y). */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const cross = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : cross / spread;
}
