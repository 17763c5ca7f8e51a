import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type ConfigOverride, parseYamlConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';
import { unknownIdMessage } from '../src/core/registry.ts';
import { type CompareConfig, compareSchema, type LadderConfig, ladderSchema } from './experiment-config.ts';
import { PACKAGE_ROOT } from './package-root.ts';

const FOLDER = join(PACKAGE_ROOT, 'experiments');

/** Any experiment; `kind` tells which. */
const experimentSchema = z.discriminatedUnion('kind', [compareSchema, ladderSchema]);

/** A checked experiment and the folder that its relative paths start from. */
export interface LoadedExperiment {
  readonly config: CompareConfig | LadderConfig;
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
