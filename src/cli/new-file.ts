import { existsSync } from 'node:fs';
import { SimError } from '../core/errors.ts';

/** Refuses to write over a file unless that was asked for. @throws SimError `OUTPUT_CONFLICT` with the remedy. */
export function checkNewFile(path: string, force: boolean): string {
  if (!force && existsSync(path)) {
    throw new SimError('OUTPUT_CONFLICT', `${path} is already there; choose another --out or replace it with --force`);
  }
  return path;
}
