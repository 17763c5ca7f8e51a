import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeToString } from 'fast-csv';
import { z } from 'zod';
import { atomicWriteFileSync } from '../core/atomic-write.ts';
import { parseYamlConfig } from '../core/config.ts';
import { type EpisodeDataset, type LoggedSpace, loggedTransitions } from '../core/episode-dataset.ts';
import { SimError } from '../core/errors.ts';
import { type Box, box, discrete, spaceSize } from '../core/space.ts';
import { readCsvRows } from './csv-rows.ts';
import { DatasetRowReader } from './dataset-row-reader.ts';

/*
 * A dataset is a folder of two files, so that anything which can write CSV can make one:
 *
 *     dataset.json   format, version, environment, observations, actions, behaviour (all described in the schema below)
 *     steps.csv      one row per step, or steps.csv.gz; columns by name, in any order:
 *
 *         episode           any word; the rows of an episode stand together
 *         step              0, 1, 2, … within the episode
 *         obs.<name>        the observation, one column per feature named in dataset.json
 *         action            the index of a discrete action, or
 *         action.<name>     the numbers of a continuous one
 *         propensity        probability of the action under the behaviour policy (density where continuous); empty: unknown
 *         reward            what the step earned
 *         end               empty, `terminated` (the process ended) or `truncated` (cut from outside)
 *
 * After a `truncated` step comes one more row of the episode: its next step number and the observation that follows, with
 * action, propensity, reward and end left empty. Other columns are passed over.
 */
const FORMAT = 'bidlab-dataset';
const VERSION = 1;
const HEADER_FILE = 'dataset.json';
const STEPS_FILE = 'steps.csv';

const number = z.number().meta({ unit: 'of the feature' });
/** JSON has no infinity: null is no bound. */
const featureSchema = z.strictObject({
  name: z.string().min(1).meta({ description: 'Name of the column, after `obs.` or `action.`.' }),
  unit: z.string().default('').meta({ description: 'Unit in words.' }),
  low: number.nullable().default(null).meta({ description: 'Smallest value; null for no bound.' }),
  high: number.nullable().default(null).meta({ description: 'Largest value; null for no bound.' }),
  description: z.string().default('').meta({ description: 'What it measures.' }),
});

const headerSchema = z.strictObject({
  format: z.literal(FORMAT).meta({ description: 'Tells the format.' }),
  version: z.literal(VERSION).meta({ description: 'Of the format.' }),
  environment: z.string().default('').meta({ description: 'The decision process, for people.' }),
  observations: z.array(featureSchema).min(1).meta({ description: 'Features of an observation, in order.' }),
  actions: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('discrete'),
        n: z.int().min(1).meta({ unit: 'actions', description: 'Actions are 0 … n − 1.' }),
        labels: z.array(z.string()).optional().meta({ description: 'What each means.' }),
      }),
      z.strictObject({ kind: z.literal('box'), features: z.array(featureSchema).min(1) }),
    ])
    .meta({ description: 'What can be done.' }),
  behaviour: z.looseObject({}).default({}).meta({ description: 'Who acted, for people: policy, seed, exploration.' }),
});

/** What a dataset says of itself beside its steps. */
export interface DatasetOrigin {
  /** The decision process: 'budget-pacing-v1'. */
  readonly environment: string;
  /** Who acted; plain JSON. */
  readonly behaviour: Readonly<Record<string, unknown>>;
}

/** A dataset as read, with what it says of itself. */
export interface StoredDataset extends DatasetOrigin {
  readonly dataset: EpisodeDataset;
}

/**
 * Writes a dataset as a folder; `dataset.json` comes last, so a folder that has it is whole.
 *
 * @throws SimError `OUTPUT_FAILED` naming the file, the reason and the remedy.
 */
export async function writeDataset(folder: string, dataset: EpisodeDataset, origin: DatasetOrigin): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const rows = await writeToString([headerOf(dataset), ...stepRows(dataset)]);
  atomicWriteFileSync(join(folder, STEPS_FILE), `${rows}\n`);
  const { observationSpace, actionSpace } = dataset;
  const header: z.input<typeof headerSchema> = {
    format: FORMAT,
    version: VERSION,
    environment: origin.environment,
    observations: writtenFeatures(observationSpace),
    actions:
      actionSpace.kind === 'box'
        ? { kind: 'box', features: writtenFeatures(actionSpace) }
        : { kind: 'discrete', n: actionSpace.n, ...(actionSpace.labels && { labels: [...actionSpace.labels] }) },
    behaviour: { ...origin.behaviour },
  };
  atomicWriteFileSync(join(folder, HEADER_FILE), `${JSON.stringify(header, null, 2)}\n`);
}

/**
 * Reads the folder of a dataset.
 *
 * @throws SimError `FILE_NOT_FOUND` where a file is missing; `CONFIG_INVALID` for a bad header, `DATA_INVALID` for a bad
 * row: file, line, column, what was expected and what was received.
 */
export async function readDataset(folder: string): Promise<StoredDataset> {
  const header = readHeader(folder);
  const observationSpace = box(readFeatures(header.observations));
  const { actions } = header;
  const actionSpace =
    actions.kind === 'box' ? box(readFeatures(actions.features)) : discrete(actions.n, actions.labels);
  const stepsFile = stepsFileOf(folder);
  const reader = new DatasetRowReader(stepsFile, observationSpace, actionSpace);
  await readCsvRows(stepsFile, { delimiter: ',', quote: 'double' }, (fields, line) => reader.take(fields, line));
  return { dataset: reader.finish(), environment: header.environment, behaviour: header.behaviour };
}

/** What a dataset says of itself; its steps are not read. @throws SimError as {@link readDataset} of a header. */
export function readDatasetOrigin(folder: string): DatasetOrigin {
  const { environment, behaviour } = readHeader(folder);
  return { environment, behaviour };
}

function readHeader(folder: string): z.output<typeof headerSchema> {
  const file = requireHeader(folder);
  return parseYamlConfig(headerSchema, readFileSync(file, 'utf8'), file);
}

/**
 * SHA-256 of a dataset's files, hexadecimal.
 *
 * @throws SimError `FILE_NOT_FOUND` where the folder holds no dataset.
 */
export function datasetHash(folder: string): string {
  const hash = createHash('sha256');
  for (const file of [requireHeader(folder), stepsFileOf(folder)]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function requireHeader(folder: string): string {
  const file = join(folder, HEADER_FILE);
  if (existsSync(file)) return file;
  throw new SimError(
    'FILE_NOT_FOUND',
    `${file}: there is no such file; name the folder of a dataset, as bidlab collect writes one`,
  );
}

/** @throws SimError `FILE_NOT_FOUND` where neither the plain nor the gzipped file is there. */
function stepsFileOf(folder: string): string {
  const plain = join(folder, STEPS_FILE);
  const found = [plain, `${plain}.gz`].find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new SimError(
    'FILE_NOT_FOUND',
    `${plain}: there is no such file, nor ${STEPS_FILE}.gz; collect the dataset again`,
  );
}

function headerOf({ observationSpace, actionSpace }: EpisodeDataset): string[] {
  const names = observationSpace.features.map(({ name }) => `obs.${name}`);
  return ['episode', 'step', ...names, ...actionColumns(actionSpace), 'propensity', 'reward', 'end'];
}

/** Names of the columns that hold an action. */
function actionColumns(space: LoggedSpace): string[] {
  return space.kind === 'discrete' ? ['action'] : space.features.map(({ name }) => `action.${name}`);
}

function* stepRows(dataset: EpisodeDataset): Generator<(string | number)[]> {
  const { observations, actions, propensities, rewards } = dataset;
  const obsDim = dataset.observationSpace.features.length;
  const width = spaceSize(dataset.actionSpace);
  const numbers = (array: Float32Array, from: number, length: number) =>
    Array.from(array.subarray(from, from + length), String);
  let episode = 0;
  let step = 0;
  for (const { step: t, terminated, truncated, nextObservations, nextOffset } of loggedTransitions(dataset)) {
    const propensity = propensities[t]!;
    yield [
      ...[episode, step],
      ...numbers(observations, t * obsDim, obsDim),
      ...numbers(actions, t * width, width),
      ...[Number.isNaN(propensity) ? '' : propensity, rewards[t]!],
      terminated ? 'terminated' : truncated ? 'truncated' : '',
    ];
    step++;
    if (!terminated && !truncated) continue;
    if (truncated) {
      const blank = Array<string>(width + 3).fill('');
      yield [episode, step, ...numbers(nextObservations, nextOffset, obsDim), ...blank];
    }
    episode++;
    step = 0;
  }
}

function writtenFeatures({ features }: Box): z.input<typeof featureSchema>[] {
  return features.map(({ low, high, ...rest }) => ({ ...rest, low: bounded(low), high: bounded(high) }));
}

function bounded(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}

function readFeatures(features: readonly z.output<typeof featureSchema>[]): Box['features'] {
  return features.map(({ low, high, ...rest }) => ({
    ...rest,
    low: low ?? Number.NEGATIVE_INFINITY,
    high: high ?? Number.POSITIVE_INFINITY,
  }));
}
