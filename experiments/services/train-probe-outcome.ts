import type { Backend, CliIo, TrainProbe } from '../../src/cli/services.ts';
import type { Engine } from '../../src/nn/network.ts';
import { type BackendProbe, probeBackends, selectEngine } from '../../src/nn/select-backend.ts';
import {
  PROBE_SIZES,
  PROBE_TOLERANCE,
  PROBE_UPDATES,
  type ProbeResult,
  probeEngine,
  trainableEngines,
} from './train-probe.ts';

/** How long the updates of one engine and size are repeated, milliseconds. */
const TIME_MS = 400;

/** An engine and what it did. */
export interface EngineProbe {
  readonly engine: Pick<Engine, 'backend' | 'description'>;
  readonly results: readonly ProbeResult[];
}

/** `bidlab doctor --train-probe`: trains on every engine that works here and compares and times the updates. */
export async function trainProbeService(backend: Backend | undefined, io: CliIo): Promise<TrainProbe> {
  const probes = await probeBackends();
  const reference = await selectEngine('cpu');
  const probed: EngineProbe[] = [];
  for (const engine of await trainableEngines(probes)) {
    io.signal.throwIfAborted();
    io.note(`training on ${engine.description}`);
    probed.push({ engine, results: await probeEngine(engine, reference, PROBE_SIZES, TIME_MS) });
  }
  return trainProbeReport(backend, probes, probed);
}

/**
 * The table of a probe and whether it proves what was asked for: that `backend` trains as the reference does, or, where
 * none or `auto` was asked for, that every engine does that works here.
 */
export function trainProbeReport(
  backend: Backend | undefined,
  probes: readonly BackendProbe[],
  probed: readonly EngineProbe[],
): TrainProbe {
  const asked = backend === 'auto' ? undefined : backend;
  const wanted = probed.filter(({ engine }) => asked === undefined || engine.backend === asked);
  const differing = wanted.filter(({ results }) => results.some((result) => !result.agrees));
  const refusals = refusalsOf(asked, probes, probed);
  const ok = wanted.length > 0 && differing.length === 0;
  const summary = [
    ...differing.map(
      ({ engine }) => `${engine.backend} trains differently from cpu: a weight is off by more than ${PROBE_TOLERANCE}.`,
    ),
    ...(ok ? wanted.map(proof) : []),
    ...refusals,
  ];
  const json = { ok, updates: PROBE_UPDATES, tolerance: PROBE_TOLERANCE, engines: probed, refusals };
  return { ok, outcome: { summary, tables: [tableOf(probed)], files: [], json } };
}

function proof({ engine, results }: EngineProbe): string {
  const times = results.map((result) => `${result.millisecondsPerUpdate.toPrecision(3)} ms (${result.size})`);
  const where = engine.backend === 'cuda' ? 'the GPU, which TensorFlow reports to use' : 'the CPU';
  return `${engine.backend}: updates run on ${where}, as the reference does: ${times.join(', ')} an update.`;
}

/** Why what was asked for cannot train here; cuda is always answered for. */
function refusalsOf(
  asked: Backend | undefined,
  probes: readonly BackendProbe[],
  probed: readonly EngineProbe[],
): string[] {
  const tried = new Set(probed.map(({ engine }) => engine.backend));
  const missing = probes.filter(({ backend }) => !tried.has(backend) && (backend === asked || backend === 'cuda'));
  return missing.map(({ backend, available, detail, remedy }) =>
    available
      ? `${backend}: not tried, since this process uses the GPU already; set CUDA_VISIBLE_DEVICES=-1 to hide it.`
      : `${backend}: refused, no update can run there: ${detail.replace(`${backend}: `, '')}; ${remedy}.`,
  );
}

function tableOf(probed: readonly EngineProbe[]) {
  const sizes = probed[0]?.results.map((result) => result.size) ?? [];
  const columns = sizes.flatMap((size) => [
    { title: `ms, ${size}`, align: 'right' as const },
    { title: 'largest difference', align: 'right' as const },
  ]);
  return {
    title: `One update (forward, Huber loss, backward, Adam); weights after ${PROBE_UPDATES} updates against those of cpu`,
    columns: [{ title: 'engine' }, ...columns],
    rows: probed.map(({ engine, results }) => [
      engine.description,
      ...results.flatMap((result) => [result.millisecondsPerUpdate, result.largestDifference.toExponential(1)]),
    ]),
  };
}
