import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type ConfigOverride, parseYamlConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';
import { unknownIdMessage } from '../src/core/registry.ts';
import { type CompareConfig, compareSchema, type LadderConfig, ladderSchema } from './experiment-config.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import { studies } from './studies/registry.ts';
import type { StudyConfig } from './studies/study.ts';

const FOLDER = join(PACKAGE_ROOT, 'experiments');

/** Whether an experiment is a comparison on flights of one bidder. */
export function isCompare(config: LoadedExperiment['config']): config is CompareConfig {
  return config.kind === 'compare';
}

/** Whether an experiment is the table of RLB's paper. */
export function isLadder(config: LoadedExperiment['config']): config is LadderConfig {
  return config.kind === 'rlb-ladder';
}

/** Any experiment; `kind` tells which. */
const experimentSchema: z.ZodType<LoadedExperiment['config']> = z.discriminatedUnion('kind', [
  compareSchema,
  ladderSchema,
  ...studies.ids.map((id) => studies.get(id).schema),
]);

/** A checked experiment and the folder that its relative paths start from. */
export interface LoadedExperiment {
  readonly config: CompareConfig | LadderConfig | StudyConfig;
  readonly baseFolder: string;
}

/** Ids of the shipped experiments. */
export function experimentIds(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * Reads an experiment.
 *
 * @param file Path of a YAML file, or the id of a shipped experiment.
 * @param overrides From `--set`.
 * @throws SimError `FILE_NOT_FOUND` with the shipped ids; `CONFIG_INVALID` with every issue.
 */
export function loadExperiment(file: string, overrides: readonly ConfigOverride[]): LoadedExperiment {
  const path = findExperiment(file);
  const config = parseYamlConfig(experimentSchema, readFileSync(path, 'utf8'), file, overrides);
  return { config, baseFolder: dirname(path) };
}

/**
 * {@link loadExperiment} of an experiment that trains and plays policies on flights of one bidder.
 *
 * @throws SimError also `CONFIG_INVALID` where it is of another kind.
 */
export function loadComparison(
  file: string,
  overrides: readonly ConfigOverride[],
): { readonly config: CompareConfig; readonly baseFolder: string } {
  const { config, baseFolder } = loadExperiment(file, overrides);
  if (isCompare(config)) return { config, baseFolder };
  throw new SimError(
    'CONFIG_INVALID',
    `experiment '${config.experiment}' is of kind ${config.kind}, which only 'bidlab run' plays; give one of kind compare`,
  );
}

function findExperiment(file: string): string {
  const candidates = [resolve(file), join(PACKAGE_ROOT, file), join(FOLDER, `${file}.yaml`)];
  const found = candidates.find((path) => existsSync(path) && /\.ya?ml$/.test(path));
  if (found !== undefined) return found;
  if (/\.ya?ml$|\//.test(file)) {
    throw new SimError(
      'FILE_NOT_FOUND',
      `${file} does not exist; give a YAML file or one of ${experimentIds().join(', ')}`,
    );
  }
  throw new SimError('UNKNOWN_ID', unknownIdMessage('experiment', file, experimentIds()));
}
