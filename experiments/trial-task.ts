import { tapeHash } from '../src/data/tape-file.ts';
import { exportBundle } from '../src/export/bundle.ts';
import { writeBundle } from '../src/export/write-bundle.ts';
import type { BackendChoice } from '../src/nn/select-backend.ts';
import { bidlabVersion, makeManifest } from '../src/store/manifest.ts';
import { abandonRun, beginRun, finishRun, type OpenRun } from '../src/store/run-store.ts';
import { engineFor } from './engine-for.ts';
import type { CompareConfig } from './experiment-config.ts';
import type { Seat } from './seats.ts';
import { fileCheckpoints } from './training-checkpoints.ts';
import { type FinishedTrial, runTrial } from './trial.ts';
import { type World, type WorldSource, worldOf, worldSource } from './world.ts';

/** One trial as plain data, so that a worker thread or a child process can take it. */
export interface TrialTask {
  readonly config: CompareConfig;
  /** Folder that relative paths of the experiment start from. */
  readonly baseFolder: string;
  readonly seat: Seat;
  readonly seed: number;
  /** Tasks with one key play on the same world. */
  readonly worldKey: string;
  readonly folder: string;
  readonly runId: string;
  readonly configHash: string;
  readonly backend: BackendChoice;
  readonly dataFolder: string | undefined;
  /** What the experiment plays on, logs in shared memory; null where the worker reads it itself. */
  readonly source: WorldSource | null;
}

/** Worlds are dear to build and many seats share one: a worker keeps the last few. */
const MAX_WORLDS = 3;
const worlds = new Map<string, { world: World; hash: string }>();

async function worldFor(task: TrialTask): Promise<{ world: World; hash: string }> {
  const known = worlds.get(task.worldKey);
  if (known !== undefined) return known;
  const source = task.source ?? (await worldSource(task.config, task.baseFolder, task.dataFolder));
  const world = worldOf(task.config, source, task.seed);
  const made = { world, hash: tapeHash(world.replay.tape) };
  if (worlds.size >= MAX_WORLDS) worlds.delete(worlds.keys().next().value!);
  worlds.set(task.worldKey, made);
  return made;
}

/**
 * Runs one trial and writes its folder; `DONE` comes last, so a trial that is cut off counts as not run. A learner's goes
 * on from its last checkpoint, of which there is one at every evaluation, and ends as if it had never been cut off.
 *
 * @param onShare Called with the share of training done.
 * @throws SimError of whatever went wrong in training, playing or writing.
 */
export async function performTrial(task: TrialTask, onShare: (share: number) => void): Promise<void> {
  const { config, seat, seed } = task;
  const startedAt = new Date();
  const { world, hash } = await worldFor(task);
  const run = beginRun(task.folder, task.runId, {
    config,
    baseFolder: task.baseFolder,
    dataFolder: task.dataFolder ?? null,
    seat,
    seed,
  });
  try {
    await fillRun(task, run, world, hash, startedAt, onShare);
  } catch (error) {
    // What stays counts as not run, as it has no DONE.
    abandonRun(run);
    throw error;
  }
}

async function fillRun(
  task: TrialTask,
  run: OpenRun,
  world: World,
  hash: string,
  startedAt: Date,
  onShare: (share: number) => void,
): Promise<void> {
  const { config, seat, seed } = task;
  const seconds: number[] = [];
  let secondsBefore = 0;
  const trial = await runTrial(
    config,
    world,
    seat,
    seed,
    () => engineFor(task.backend),
    (share) => {
      seconds.push(secondsBefore + (Date.now() - startedAt.getTime()) / 1000);
      onShare(share);
    },
    (backend) => {
      const checkpoints = fileCheckpoints(run.trainingFolder, backend, seconds);
      secondsBefore = seconds.at(-1) ?? 0;
      return checkpoints;
    },
  );
  let backend = 'none';
  if (trial.model !== null) {
    backend = (await engineFor(task.backend)).description;
    writeBundle(await bundleOf(task, world, trial.model, backend, hash), run.checkpointFolder);
  }
  await finishRun(run, {
    result: trial.result,
    manifest: makeManifest({ backend, configHash: task.configHash, tapeHash: hash, startedAt, endedAt: new Date() }),
    metrics: trial.metrics.map((record, i) => ({ ...record, 'time/seconds': seconds[i]! })),
  });
}

/** The best model of a learner as the bundle that engineers take away. */
function bundleOf(
  task: TrialTask,
  world: World,
  trained: NonNullable<FinishedTrial['model']>,
  backend: string,
  hash: string,
) {
  const { meta } = world.replay.tape;
  const { config, seat, seed } = task;
  return exportBundle({
    title: `${seat.title}: ${config.title}`,
    model: trained.model,
    bidRules: meta,
    startingMultiplier: world.referenceMultiplier,
    currency: meta.currency,
    valueUnit: meta.valueUnit,
    provenance: {
      experiment: config.experiment,
      run: task.runId,
      configHash: task.configHash,
      policy: seat.policy,
      seed,
      envSteps: trained.envSteps,
      validationValueRatio: trained.validation,
      tape: { name: meta.name, sha256: hash },
      expectedAuctions: Array.from(world.plan.expectedAuctions),
      bidlab: bidlabVersion(),
      backend,
    },
  });
}
