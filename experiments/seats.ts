import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { baselines } from '../agents/baselines/registry.ts';
import { agents } from '../agents/registry.ts';
import { parseConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';
import { unknownIdMessage } from '../src/core/registry.ts';
import type { PolicyKind } from '../src/eval/summary-row.ts';
import { ACTION_KINDS } from './action-decoding.ts';
import type { PolicyEntry } from './experiment-config.ts';
import { lambdaMoves } from './lambda-moves.ts';
import { BUDGET_CHOICES, type LearnerSettings } from './learner.ts';
import { checkNames, checkOptions, shippedOptions } from './seat-options.ts';

/** Ids that are neither agents nor baselines. */
export const REFERENCES: Readonly<
  Record<string, { readonly title: string; readonly kind: PolicyKind; readonly source: string }>
> = {
  'best-constant': {
    title: 'Best constant multiplier in hindsight',
    kind: 'reference',
    source: 'Search over constant multipliers on the flight itself; no bidder can know it.',
  },
  'hindsight-optimum': {
    title: 'Hindsight optimum (R*)',
    kind: 'ceiling',
    source: 'Fractional knapsack by value over price (Dantzig 1957).',
  },
};

/** A policy of the comparison, its settings checked; plain data, so that workers can take it. */
export type Seat = SeatNames & SeatSource;

interface SeatNames {
  /** Unique in the experiment. */
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
}

type SeatSource =
  | { readonly source: 'learner'; readonly settings: LearnerSettings }
  | { readonly source: 'baseline'; readonly id: string; readonly options: unknown }
  | { readonly source: 'reference'; readonly id: string }
  | { readonly source: 'module'; readonly path: string; readonly options: unknown };

/**
 * Checks every seat before anything runs.
 *
 * @param baseFolder Folder that module paths are relative to.
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options or two seats of one name;
 * `FILE_NOT_FOUND` on a missing module.
 */
export function resolveSeats(
  entries: readonly PolicyEntry[],
  envId: string,
  defaultEnvSteps: number,
  baseFolder: string,
): Seat[] {
  const seats = entries.map((entry, i) => resolveSeat(entry, `policies.${i}`, envId, defaultEnvSteps, baseFolder));
  checkNames(seats, ['policy']);
  return seats;
}

function resolveSeat(entry: PolicyEntry, path: string, envId: string, envSteps: number, baseFolder: string): Seat {
  const written: Record<string, unknown> = typeof entry === 'string' ? { id: entry } : { ...entry };
  const { id, module, as, title, ...options } = written as {
    id?: string;
    module?: string;
    as?: string;
    title?: string;
  } & Record<string, unknown>;
  if (module !== undefined) return moduleSeat(module, as, title, options, path, baseFolder);
  const known = [...agents.ids, ...baselines.ids, ...Object.keys(REFERENCES)];
  if (id === undefined || !known.includes(id)) {
    throw new SimError('UNKNOWN_ID', `${path}: ${unknownIdMessage('policy', String(id), known)}`);
  }
  const policy = as ?? id;
  if (Object.hasOwn(REFERENCES, id)) {
    const reference = REFERENCES[id]!;
    checkOptions(null, options, path);
    return { policy, title: title ?? reference.title, kind: reference.kind, source: 'reference', id };
  }
  if (baselines.has(id)) {
    const baseline = baselines.get(id);
    const checked = checkOptions(baseline.schema, options, path);
    return { policy, title: title ?? baseline.title, kind: 'baseline', source: 'baseline', id, options: checked };
  }
  return learnerSeat(id, policy, title, options, path, envId, envSteps, baseFolder);
}

function moduleSeat(
  module: string,
  as: string | undefined,
  title: string | undefined,
  options: unknown,
  path: string,
  baseFolder: string,
): Seat {
  const file = isAbsolute(module) ? module : resolve(baseFolder, module);
  if (!existsSync(file)) {
    throw new SimError('FILE_NOT_FOUND', `${path}.module: ${file} does not exist; paths are relative to the YAML file`);
  }
  const policy = as ?? (module.split('/').at(-1) ?? module).replace(/\.[cm]?[jt]s$/, '');
  return {
    policy,
    title: title ?? policy,
    kind: 'baseline',
    source: 'module',
    path: pathToFileURL(file).href,
    options,
  };
}

/** Settings of a learner's seat that are not the agent's own. */
const DEFAULT_NUM_ENVS = 64;

/** `earlyStop: { patience: 5, minDelta: 0.001 }` of a learner's seat. */
const earlyStopSchema = z.strictObject({
  patience: z
    .int()
    .min(1)
    .meta({ unit: 'evaluations', description: 'Evaluations without a better score before the end.' }),
  minDelta: z
    .number()
    .min(0)
    .default(0)
    .meta({ unit: 'score', description: 'How much better a score must be to count.' }),
});

function learnerSeat(
  id: string,
  policy: string,
  title: string | undefined,
  written: Readonly<Record<string, unknown>>,
  path: string,
  envId: string,
  defaultEnvSteps: number,
  baseFolder: string,
): Seat {
  const agent = agents.get(id);
  const { actions, moves, envSteps, numEnvs, budgets, scaleError, earlyStop, dataset, ...options } = {
    ...shippedOptions(envId, id),
    ...written,
  };
  const kind = oneOf(ACTION_KINDS, actions ?? 'grid', `${path}.actions`);
  const ownMoves = lambdaMoves(moves, kind, `${path}.moves`);
  const settings: LearnerSettings = {
    agent: id,
    actions: kind,
    ...(ownMoves !== undefined && { moves: ownMoves }),
    envSteps: wholeNumber(envSteps ?? defaultEnvSteps, `${path}.envSteps`),
    numEnvs: wholeNumber(numEnvs ?? DEFAULT_NUM_ENVS, `${path}.numEnvs`),
    budgets: oneOf(BUDGET_CHOICES, budgets ?? 'listed', `${path}.budgets`),
    scaleError: logError(scaleError ?? 0, `${path}.scaleError`),
    ...loggedEpisodes(id, dataset, `${path}.dataset`, baseFolder),
    ...(earlyStop !== undefined && { earlyStop: parseConfig(earlyStopSchema, earlyStop, `${path}.earlyStop`) }),
    options: checkOptions(agent.schema as z.ZodType, options, path),
  };
  return { policy, title: title ?? agent.title, kind: 'learner', source: 'learner', settings };
}

/** The dataset that a seat learns from, its folder made absolute; nothing where it learns by acting. */
function loggedEpisodes(id: string, dataset: unknown, path: string, baseFolder: string): { readonly dataset?: string } {
  const { policy, offline } = agents.get(id);
  if (dataset === undefined) {
    if (policy !== 'logged') return {};
    throw new SimError(
      'CONFIG_INVALID',
      `${path}: ${id} learns from logs alone: expected the folder of a dataset, received none; make one with bidlab collect`,
    );
  }
  if (!offline) {
    const known = agents.ids.filter((each) => agents.get(each).offline).join(', ');
    throw new SimError(
      'CONFIG_INVALID',
      `${path}: ${id} learns by acting, not from a log; choose one of ${known}, or leave dataset out`,
    );
  }
  if (typeof dataset === 'string' && dataset !== '') return { dataset: resolve(baseFolder, dataset) };
  throw new SimError(
    'CONFIG_INVALID',
    `${path}: expected the folder of a dataset, received ${JSON.stringify(dataset)}`,
  );
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, path: string): T {
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new SimError(
    'CONFIG_INVALID',
    `${path}: expected one of ${choices.join(', ')}, received ${JSON.stringify(value)}`,
  );
}

function wholeNumber(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new SimError('CONFIG_INVALID', `${path}: expected a positive whole number, received ${JSON.stringify(value)}`);
}

function logError(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 3) return value;
  throw new SimError('CONFIG_INVALID', `${path}: expected a number from 0 to 3, received ${JSON.stringify(value)}`);
}
