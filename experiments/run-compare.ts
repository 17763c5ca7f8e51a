import { readFileSync } from 'node:fs';
import { datasetHash } from '../src/data/dataset-file.ts';
import { tapeHash } from '../src/data/tape-file.ts';
import type { BackendChoice } from '../src/nn/select-backend.ts';
import { selectEngine } from '../src/nn/select-backend.ts';
import { configHash as hashConfig, sha256 } from '../src/store/canonical-json.ts';
import { openExperimentFolder } from '../src/store/experiment-folder.ts';
import { runId } from '../src/store/run-store.ts';
import type { CompareConfig } from './experiment-config.ts';
import { refuseMissingColumn } from './missing-column.ts';
import { runTasks, type TaskSettings } from './run-tasks.ts';
import { resolveSeats, type Seat } from './seats.ts';
import { runsInThreads } from './trial-pool.ts';
import type { TrialTask } from './trial-task.ts';
import { type World, type WorldSource, worldOf, worldSource } from './world.ts';

const ENV_ID = 'budget-pacing-v1';

/** How an experiment is run, apart from what it is. */
export interface RunSettings extends TaskSettings {
  /** Folder that relative paths of the experiment start from. */
  readonly baseFolder: string;
  /** What `--data` names. */
  readonly dataFolder: string | undefined;
  /** Results folder. */
  readonly out: string;
  readonly backend: BackendChoice;
  readonly force: boolean;
  /** Seeds to run; 0 … seeds − 1 of the experiment where absent. */
  readonly seeds?: readonly number[];
}

/** The trials of an experiment, done. */
export interface FinishedExperiment {
  readonly config: CompareConfig;
  readonly configHash: string;
  readonly folder: string;
  readonly backend: string;
  readonly trials: readonly FinishedTrialRef[];
  readonly source: WorldSource;
  /** The flights of seed 0. */
  readonly world: World;
}

/** Where a trial's results lie. */
export interface FinishedTrialRef {
  readonly seat: Seat;
  readonly seed: number;
  readonly runId: string;
}

/**
 * Runs every seat × seed that is not done yet; finished runs are kept, so a second start goes on where the first ended.
 *
 * @throws SimError before anything runs on a bad policy, an unavailable backend, a foreign results folder or a bad tape.
 */
export async function runCompare(config: CompareConfig, settings: RunSettings): Promise<FinishedExperiment> {
  const seats = resolveSeats(config.policies, ENV_ID, config.envSteps, settings.baseFolder);
  await refuseBadModules(seats);
  const backend = await resolveBackend(seats, settings);
  const source = await worldSource(config, settings.baseFolder, settings.dataFolder);
  // What cannot be played is refused here, before anything is written.
  const world = worldOf(config, source, 0);
  for (const seat of seats) if (seat.source === 'baseline') refuseMissingColumn(seat.id, world.replay.tape);
  openExperimentFolder(settings.out, config.experiment, folderHash(config, source), settings.force);
  const tasks = makeTasks(config, seats, settings, backend, source);
  await runTasks(
    tasks.map((task) => ({
      task,
      cost: trainingSteps(task.seat) + BASELINE_STEPS,
      label: `${task.seat.title}, seed ${task.seed}`,
    })),
    settings,
    backend,
  );
  return {
    config,
    configHash: hashConfig(config),
    folder: settings.out,
    backend,
    source,
    world,
    trials: tasks.map(({ seat, seed, runId: id }) => ({ seat, seed, runId: id })),
  };
}

async function refuseBadModules(seats: readonly Seat[]): Promise<void> {
  const { loadPolicyModule } = await import('./policy-module.ts');
  for (const seat of seats) if (seat.source === 'module') await loadPolicyModule(seat.path);
}

/** What a results folder is kept for: who takes part and how often may grow, days and data may not change. */
function folderHash(config: CompareConfig, source: WorldSource): string {
  const { policies: _, seeds: __, ...fixed } = config;
  return hashConfig(source.kind === 'tape' ? { ...fixed, tape: tapeHash(source.tape) } : fixed);
}

/** A user's module and a log count by what they say, so a changed one is run again. */
function seatHash(fixed: object, seat: Seat): string {
  const module = seat.source === 'module' ? { module: sha256(readFileSync(new URL(seat.path))) } : {};
  const dataset = seat.source === 'learner' ? seat.settings.dataset : undefined;
  const log = dataset === undefined ? {} : { log: datasetHash(dataset) };
  return hashConfig({ config: fixed, seat, ...module, ...log });
}

/** The backend that trains; chosen once, so that every run of the experiment uses the same. */
async function resolveBackend(seats: readonly Seat[], settings: RunSettings): Promise<Exclude<BackendChoice, 'auto'>> {
  if (!seats.some((seat) => seat.source === 'learner') && settings.backend === 'auto') return 'wasm';
  const engine = await selectEngine(settings.backend);
  settings.note(`Training on ${engine.description}.`);
  return engine.backend;
}

/** Numbers the experiments of this process, so that worlds of one are not taken for those of another. */
let lastExperiment = 0;

/** A tape is the same for every seed; markets and campaigns are drawn for each. */
function worldKey(source: WorldSource, seed: number): string {
  return `${lastExperiment}/${source.kind === 'tape' ? 'tape' : seed}`;
}

function makeTasks(
  config: CompareConfig,
  seats: readonly Seat[],
  settings: RunSettings,
  backend: BackendChoice,
  source: WorldSource,
): TrialTask[] {
  const { policies: _, seeds: __, ...fixed } = config;
  lastExperiment += 1;
  // The longest first: learners, seed by seed, then the rest.
  const ordered = [...seats].sort((a, b) => trainingSteps(b) - trainingSteps(a));
  const tasks: TrialTask[] = [];
  for (const group of [ordered.filter(isLearner), ordered.filter((seat) => !isLearner(seat))]) {
    for (const seed of settings.seeds ?? Array.from({ length: config.seeds }, (_, s) => s)) {
      for (const seat of group) {
        const configHash = seatHash(fixed, seat);
        tasks.push({
          config: { ...config, policies: config.policies.slice(0, 1), seeds: 1 },
          baseFolder: settings.baseFolder,
          seat,
          seed,
          worldKey: worldKey(source, seed),
          folder: settings.out,
          runId: runId(ENV_ID, seat.policy, seed, configHash),
          configHash,
          backend,
          dataFolder: settings.dataFolder,
          source: runsInThreads(backend) ? source : null,
        });
      }
    }
  }
  return tasks;
}

const isLearner = (seat: Seat) => seat.source === 'learner';

function trainingSteps(seat: Seat): number {
  return seat.source === 'learner' ? seat.settings.envSteps : 0;
}

/** Playing and tuning a baseline costs about as much as so many training steps. */
const BASELINE_STEPS = 40_000;
