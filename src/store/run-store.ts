import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseString, writeToString } from 'fast-csv';
import { atomicWriteFileSync, outputError } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';
import { eventFile } from './event-file.ts';
import type { Manifest } from './manifest.ts';

const DONE_FILE = 'DONE';
const RESULT_FILE = 'result.json';
const CONFIG_FILE = 'config.json';
const TRAINING_FOLDER = 'training';

/** One line of `metrics.csv`: an iteration's numbers by metric id. */
export type MetricsRecord = Readonly<Record<string, number>>;

/** A run's folder while the run is in flight. */
export interface OpenRun {
  readonly id: string;
  readonly folder: string;
  /** Where the run's checkpoint goes. */
  readonly checkpointFolder: string;
  /** Where a training under way keeps its state; what an interrupted run of the same configuration left there is kept. */
  readonly trainingFolder: string;
}

/** What a finished run leaves. */
export interface FinishedRun<Result> {
  /** What the experiment wants back: rows, curves; plain JSON. */
  readonly result: Result;
  readonly manifest: Manifest;
  /** One record per iteration; empty where nothing was trained. */
  readonly metrics: readonly MetricsRecord[];
}

/**
 * Id of a run and name of its folder: `<env>__<agent>__<seed>__<first 8 of the config hash>`.
 *
 * Characters that folder names do not take everywhere become `-`.
 */
export function runId(env: string, agent: string, seed: number, configHash: string): string {
  const safe = (part: string) => part.replace(/[^A-Za-z0-9._-]+/g, '-');
  return `${safe(env)}__${safe(agent)}__${seed}__${configHash.slice(0, 8)}`;
}

/** Folder of a run inside its experiment's folder. */
export function runFolder(experimentFolder: string, id: string): string {
  return join(experimentFolder, 'runs', id);
}

/** Whether a run came to its end; anything less is done again. */
export function isRunDone(experimentFolder: string, id: string): boolean {
  return existsSync(join(runFolder(experimentFolder, id), DONE_FILE));
}

/** Ids of the runs that came to their end, sorted. Folders without `DONE` are left out. */
export function finishedRunIds(experimentFolder: string): string[] {
  const runs = join(experimentFolder, 'runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .filter((id) => isRunDone(experimentFolder, id))
    .sort();
}

/**
 * Starts a run: removes what an interrupted one of the same id left, but for the state of its training where the
 * configuration is the same, and writes `config.json`, which alone reproduces it.
 *
 * @throws SimError `OUTPUT_CONFLICT` when the run is already done; `OUTPUT_FAILED` when the folder cannot be written.
 */
export function beginRun(experimentFolder: string, id: string, config: unknown): OpenRun {
  const folder = runFolder(experimentFolder, id);
  if (isRunDone(experimentFolder, id)) {
    throw new SimError('OUTPUT_CONFLICT', `${folder}: the run is already done; remove its folder to do it again.`);
  }
  const text = prettyJson(config);
  try {
    clearRun(folder, text);
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw outputError(folder, error);
  }
  atomicWriteFileSync(join(folder, CONFIG_FILE), text);
  return { id, folder, checkpointFolder: join(folder, 'checkpoint'), trainingFolder: join(folder, TRAINING_FOLDER) };
}

/** The metrics for TensorBoard, which takes files by this name. */
function writeEvents(folder: string, { metrics, manifest }: FinishedRun<unknown>): void {
  const startedAt = new Date(manifest.startedAt);
  const name = `events.out.tfevents.${Math.floor(startedAt.getTime() / 1000)}.bidlab`;
  atomicWriteFileSync(join(folder, name), eventFile(metrics, startedAt));
}

/** Gives up a run that failed: its folder goes, unless it holds the state of a training, from which to go on or to learn. */
export function abandonRun(run: OpenRun): void {
  if (!existsSync(run.trainingFolder)) rmSync(run.folder, { recursive: true, force: true });
}

function clearRun(folder: string, config: string): void {
  if (!existsSync(folder)) return;
  const path = join(folder, CONFIG_FILE);
  const same = existsSync(path) && readFileSync(path, 'utf8') === config;
  for (const entry of readdirSync(folder)) {
    if (entry === CONFIG_FILE || (same && entry === TRAINING_FOLDER)) continue;
    rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

/**
 * Ends a run: metrics (as CSV and for TensorBoard), result, manifest and, after all of them, `DONE`; the state of its training goes.
 *
 * @throws SimError `OUTPUT_FAILED` when a file cannot be written; the run then counts as not done.
 */
export async function finishRun<Result>(run: OpenRun, outcome: FinishedRun<Result>): Promise<void> {
  atomicWriteFileSync(join(run.folder, 'metrics.csv'), await metricsCsv(outcome.metrics));
  if (outcome.metrics.length > 0) writeEvents(run.folder, outcome);
  atomicWriteFileSync(join(run.folder, RESULT_FILE), prettyJson(outcome.result));
  atomicWriteFileSync(join(run.folder, 'manifest.json'), prettyJson(outcome.manifest));
  atomicWriteFileSync(join(run.folder, DONE_FILE), '');
  rmSync(run.trainingFolder, { recursive: true, force: true });
}

/**
 * The result of a finished run, as {@link finishRun} got it.
 *
 * @throws SimError `FILE_NOT_FOUND` when the run is not done; `FILE_INVALID` when its file cannot be read.
 */
export function readRunResult<Result>(experimentFolder: string, id: string): Result {
  return readRunFile<Result>(experimentFolder, id, RESULT_FILE);
}

/** The manifest of a finished run; throws as {@link readRunResult}. */
export function readRunManifest(experimentFolder: string, id: string): Manifest {
  return readRunFile<Manifest>(experimentFolder, id, 'manifest.json');
}

/** The configuration of a finished run; throws as {@link readRunResult}. */
export function readRunConfig(experimentFolder: string, id: string): unknown {
  return readRunFile<unknown>(experimentFolder, id, CONFIG_FILE);
}

/**
 * The training records of a finished run, in order; metrics that a record lacks are left out. Empty where nothing was trained.
 *
 * @throws SimError `FILE_NOT_FOUND` when the run is not done; `FILE_INVALID` when `metrics.csv` is missing or holds something
 * that is not a number.
 */
export async function readRunMetrics(experimentFolder: string, id: string): Promise<MetricsRecord[]> {
  const path = join(runFolder(experimentFolder, id), 'metrics.csv');
  const text = readRunText(experimentFolder, id, path);
  const records: MetricsRecord[] = [];
  for await (const row of parseString<Record<string, string>, Record<string, string>>(text, { headers: true })) {
    const cells = Object.entries(row as Record<string, string>).filter(([, cell]) => cell !== '');
    const record = Object.fromEntries(cells.map(([name, cell]) => [name, Number(cell)]));
    if (Object.values(record).some(Number.isNaN)) {
      throw new SimError(
        'FILE_INVALID',
        `${path}: record ${records.length + 1}: expected numbers, received ${JSON.stringify(row)}; remove the run's folder and run it again.`,
      );
    }
    records.push(record);
  }
  return records;
}

/**
 * Records as CSV; the columns are all metric ids in order of first appearance, cells of metrics that a record lacks stay
 * empty.
 */
export async function metricsCsv(records: readonly MetricsRecord[]): Promise<string> {
  const headers = [...new Set(records.flatMap((record) => Object.keys(record)))];
  if (headers.length === 0) return '';
  const lines = records.map((record) => headers.map((header) => record[header] ?? ''));
  return writeToString(lines, { headers, includeEndRowDelimiter: true });
}

function readRunFile<T>(experimentFolder: string, id: string, file: string): T {
  const path = join(runFolder(experimentFolder, id), file);
  const text = readRunText(experimentFolder, id, path);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function readRunText(experimentFolder: string, id: string, path: string): string {
  if (!isRunDone(experimentFolder, id)) {
    throw new SimError('FILE_NOT_FOUND', `${path}: expected a finished run; start the experiment again to resume it.`);
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): SimError {
  const message = `${path}: missing or damaged; remove the run's folder and run it again.`;
  return new SimError('FILE_INVALID', message, { cause });
}

function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
