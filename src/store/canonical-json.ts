import { createHash } from 'node:crypto';
import { SimError } from '../core/errors.ts';

/**
 * JSON with the keys of every object sorted and no white space: equal configurations give equal text.
 *
 * Entries that are `undefined` are left out, as JSON does.
 *
 * @throws SimError `VALUE_OUT_OF_RANGE` on a number that JSON cannot hold (NaN, ±Infinity) or a value that is not data.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SimError('VALUE_OUT_OF_RANGE', `canonical JSON: expected finite numbers, received ${value}`);
  }
  if (value === null || typeof value !== 'object') {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) {
      throw new SimError('VALUE_OUT_OF_RANGE', `canonical JSON: expected plain data, received a ${typeof value}`);
    }
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`);
  return `{${entries.join(',')}}`;
}

/** SHA-256 of bytes or UTF-8 text, 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of the canonical JSON of a configuration, 64 hex digits; run ids carry the first 8. */
export function configHash(config: unknown): string {
  return sha256(canonicalJson(config));
}
