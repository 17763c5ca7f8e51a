import type { z } from 'zod';
import { parseConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';

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
