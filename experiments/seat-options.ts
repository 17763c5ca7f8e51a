import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { parseConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/**
 * Options of a seat checked against the schema of what sits there; null for what takes none.
 *
 * @throws SimError `CONFIG_INVALID` with every issue, placed under the seat's path.
 */
export function checkOptions(schema: z.ZodType | null, options: unknown, path: string): unknown {
  if (schema === null) {
    const keys = Object.keys(options as object);
    if (keys.length === 0) return {};
    throw new SimError('CONFIG_INVALID', `${path}: takes no options, received ${keys.join(', ')}`);
  }
  return parseConfig(schema, options, path);
}

/** The shipped hyper-parameters of an agent on an environment, `experiments/defaults/<env>.yaml`; none where none are shipped. */
export function shippedOptions(envId: string, agentId: string): Readonly<Record<string, unknown>> {
  const file = join(PACKAGE_ROOT, 'experiments', 'defaults', `${envId}.yaml`);
  if (!existsSync(file)) return {};
  const shipped = parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown> | undefined>;
  return shipped[agentId] ?? {};
}

/**
 * What is written of a learner's seat, over the shipped hyper-parameters: the seat's own settings, checked, and what is left
 * for the agent.
 *
 * @param schema The seat's own settings; every other key is the agent's.
 * @throws SimError `CONFIG_INVALID` on a bad setting.
 */
export function learnerSettings<S extends z.ZodObject>(
  schema: S,
  envId: string,
  agentId: string,
  written: Readonly<Record<string, unknown>>,
  path: string,
): { readonly settings: z.output<S>; readonly options: Readonly<Record<string, unknown>> } {
  const own: Record<string, unknown> = {};
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries({ ...shippedOptions(envId, agentId), ...written })) {
    (Object.hasOwn(schema.shape, key) ? own : options)[key] = value;
  }
  return { settings: parseConfig(schema, own, path), options };
}

/** How a seat is given another name of each kind. */
const RENAMED_BY = { policy: 'as', title: 'title' } as const;

/**
 * Refuses two seats of one name.
 *
 * @param names Which names must differ: ids alone, or titles as well where charts tell seats apart by them.
 * @throws SimError `CONFIG_INVALID`.
 */
export function checkNames(
  seats: readonly { readonly policy: string; readonly title: string }[],
  names: readonly (keyof typeof RENAMED_BY)[],
): void {
  for (const name of names) {
    const all = seats.map((seat) => seat[name]);
    const twice = all.find((own, i) => all.indexOf(own) < i);
    if (twice === undefined) continue;
    throw new SimError(
      'CONFIG_INVALID',
      `policies: '${twice}' sits twice; give one of them another name with '${RENAMED_BY[name]}'`,
    );
  }
}
