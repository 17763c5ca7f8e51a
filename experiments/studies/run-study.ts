import { aggregateMeasures } from '../../src/eval/measures.ts';
import { type BackendChoice, selectEngine } from '../../src/nn/select-backend.ts';
import type { StudyReport } from '../../src/report/study-report.ts';
import { configHash as hashConfig } from '../../src/store/canonical-json.ts';
import { openExperimentFolder } from '../../src/store/experiment-folder.ts';
import { makeManifest } from '../../src/store/manifest.ts';
import { readRunManifest, readRunResult, runId } from '../../src/store/run-store.ts';
import { machineFacts } from '../provenance.ts';
import type { RunSettings } from '../run-compare.ts';
import { runTasks } from '../run-tasks.ts';
import { studies } from './registry.ts';
import type { StudyConfig, StudyContext, StudyResult, StudyTrial } from './study.ts';
import type { StudyTask } from './study-task.ts';

/**
 * Runs every trial of a study that is not done yet and puts the results together; a second start goes on where the first
 * ended.
 *
 * @throws SimError before anything runs on bad settings, missing data, an unavailable backend or a foreign results folder.
 */
export async function runStudy(config: StudyConfig, settings: RunSettings): Promise<StudyReport> {
  const study = studies.get(config.kind);
  const context: StudyContext = { baseFolder: settings.baseFolder, dataFolder: settings.dataFolder };
  const backend = await resolveBackend(settings.backend);
  const trials = await study.trials(config, context);
  openExperimentFolder(settings.out, config.experiment, hashConfig(folderIdentity(config)), settings.force);
  const tasks = trials.map((trial) => studyTask(config, trial, context, settings.out, backend));
  await runTasks(
    tasks.map((task) => ({ task, cost: task.trial.cost, label: taskLabel(task) })),
    settings,
    backend,
  );
  const finished = tasks.map(({ trial, runId: id }) => ({ trial, result: readRunResult<unknown>(settings.out, id) }));
  return studyReport(config, await study.assemble(config, finished, context), trainedOn(tasks));
}

/** Training is pinned to one backend for all trials, so that results do not depend on who ran them. */
async function resolveBackend(choice: BackendChoice): Promise<BackendChoice> {
  return choice === 'auto' ? (await selectEngine('auto')).backend : choice;
}

/** What a results folder is kept for: who takes part and how often may grow. */
function folderIdentity(config: StudyConfig): object {
  const {
    policies: _,
    seeds: __,
    title: ___,
    description: ____,
    ...fixed
  } = config as StudyConfig & { policies?: unknown };
  return fixed;
}

function studyTask(
  config: StudyConfig,
  trial: StudyTrial,
  context: StudyContext,
  folder: string,
  backend: BackendChoice,
): StudyTask {
  const own = studies.get(config.kind).trialsCarryPolicies === true ? { ...config, policies: [] } : config;
  const { seeds: _, title: __, description: ___, ...fixed } = own;
  const configHash = hashConfig({ config: fixed, trial });
  const id = runId(config.kind, trial.id, trial.seed, configHash);
  return { study: config.kind, config: own, trial, ...context, folder, runId: id, configHash, backend };
}

function taskLabel({ config, trial }: StudyTask): string {
  return config.seeds > 1 ? `${trial.title}, seed ${trial.seed}` : trial.title;
}

/** Backends that the trials' networks were trained on; 'none' where nothing was trained. */
function trainedOn(tasks: readonly StudyTask[]): string {
  const backends = new Set(tasks.map(({ folder, runId: id }) => readRunManifest(folder, id).backend));
  if (backends.size > 1) backends.delete('none');
  return [...backends].join(', ');
}

function studyReport(config: StudyConfig, result: StudyResult, backend: string): StudyReport {
  const { rows, measures, strata, units = [] } = result;
  const now = new Date();
  const configHash = hashConfig(config);
  const manifest = makeManifest({ backend, configHash, tapeHash: null, startedAt: now, endedAt: now });
  return {
    experiment: config.experiment,
    configHash,
    title: config.title,
    description: config.description,
    ...result,
    aggregates: aggregateMeasures(rows, { measures, strata: strata.map(({ field }) => field), units }),
    provenance: { ...result.provenance, ...machineFacts(manifest) },
  };
}
