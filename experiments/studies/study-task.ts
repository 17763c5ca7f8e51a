import { rmSync } from 'node:fs';
import type { BackendChoice } from '../../src/nn/select-backend.ts';
import { makeManifest } from '../../src/store/manifest.ts';
import { beginRun, finishRun } from '../../src/store/run-store.ts';
import { engineFor } from '../engine-for.ts';
import { studies } from './registry.ts';
import type { StudyConfig, StudyContext, StudyTrial } from './study.ts';

/** One trial of a study as plain data, so that a worker thread or a child process can take it. */
export interface StudyTask extends StudyContext {
  /** Kind of the study. */
  readonly study: string;
  readonly config: StudyConfig;
  readonly trial: StudyTrial;
  readonly folder: string;
  readonly runId: string;
  readonly configHash: string;
  readonly backend: BackendChoice;
}

/**
 * Runs one trial and writes its folder; `DONE` comes last, so a trial that is cut off counts as not run.
 *
 * @param onShare Called with the share done.
 * @throws what the trial threw; then nothing half-written stays.
 */
export async function performStudyTask(task: StudyTask, onShare: (share: number) => void): Promise<void> {
  const { config, trial, baseFolder, dataFolder, backend } = task;
  const startedAt = new Date();
  const run = beginRun(task.folder, task.runId, { config, trial, baseFolder, dataFolder: dataFolder ?? null });
  try {
    let trained = 'none';
    const engine = async () => {
      const loaded = await engineFor(backend);
      trained = loaded.description;
      return loaded;
    };
    const result = await studies.get(task.study).runTrial(config, trial, { baseFolder, dataFolder, engine, onShare });
    const { configHash } = task;
    const manifest = makeManifest({ backend: trained, configHash, tapeHash: null, startedAt, endedAt: new Date() });
    await finishRun(run, { result, manifest, metrics: [] });
  } catch (error) {
    rmSync(run.folder, { recursive: true, force: true });
    throw error;
  }
}
